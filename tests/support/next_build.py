"""The next release's build, to run beside today's: its sources are today's with what a release may add.

Every message, document part and command has a field more, every record a header more, settings a field and a schema
more, the database an index more. What reads or writes each is the product's own code.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "shared/halobus",
    *(
        f"services/{path.parent.name}/{path.name}"
        for path in sorted(found.parent for found in (CHECKOUT / "services").glob("*/*/__init__.py"))
    ),
)
FIELD, HEADER, SETTING = "of_next", "ce_ofnext", "quiet_hours"
NAME = "next"


@dataclass(frozen=True)
class Edit:
    """``old`` stands once in the file; a change of today's code that moves it has to move it here as well."""

    file: str
    old: str
    new: str

    def make(self, root: Path) -> None:
        path = root / self.file
        text = path.read_text()
        assert text.count(self.old) == 1, f"{self.file} has {text.count(self.old)} times {self.old!r}"
        path.write_text(text.replace(self.old, self.new))


_MORE = f'\n    {FIELD}: str = "{NAME}"\n'
EDITS = (
    Edit(
        "shared/halobus/messages.py",
        '    model_config = ConfigDict(extra="ignore", frozen=True)\n',
        f'    model_config = ConfigDict(extra="ignore", frozen=True)\n{_MORE}',
    ),
    Edit(
        "shared/halobus/runs.py",
        '    model_config = ConfigDict(extra="ignore")\n',
        f'    model_config = ConfigDict(extra="ignore")\n{_MORE}',
    ),
    Edit(
        "shared/halobus/envelope.py",
        '            "ce_specversion": "1.0",\n',
        f'            "ce_specversion": "1.0",\n            "{HEADER}": "{NAME}",\n',
    ),
    Edit(
        "shared/halobus/decisions.py",
        "    interval_minutes: Literal[5, 15, 30] = 15\n",
        f"    interval_minutes: Literal[5, 15, 30] = 15\n    {SETTING}: str | None = None\n",
    ),
    Edit(
        "shared/halobus/settings_schema.py",
        "STEPS: tuple[Step, ...] = (spelled_out,)\n",
        f'STEPS: tuple[Step, ...] = (spelled_out, lambda kind, value: {{"{SETTING}": None, **value}})\n',
    ),
    Edit(
        "shared/halobus/indexes.py",
        '    Index("connections", _up("next_sync_at")),\n',
        f'    Index("connections", _up("next_sync_at")),\n    Index("tickets", _up("tenant", "content.{FIELD}")),\n',
    ),
)


class NextBuild:
    """Its sources in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        for package in PACKAGES:
            shutil.copytree(CHECKOUT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
        for edit in EDITS:
            edit.make(folder)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process one of this build."""
        paths = [str((self.root / package).parent) for package in PACKAGES]
        return {"PYTHONPATH": os.pathsep.join(paths), "HALOBUS_BUILD": NAME}
