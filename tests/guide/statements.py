"""What the guide promises, from statements.toml: statements with an id, the routes that serve them, and a screen."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("statements.toml")
PARTS = {
    "before": "Prerequisites",
    "halo": "Part 1: Configure Halo PSA",
    "enabled": "Part 1: permissions to enable",
    "left-off": "Part 1: permissions to leave off",
    "wizard": "Part 2: the wizard",
    "connect": "Step 1: Connect",
    "sync": "Step 2: Data Sync Options",
    "contacts": "Step 2: Contact Auto-Import",
    "scope": "Step 2: Ticket Sync Scope",
    "configure": "Step 3: Ticket Settings",
    "stepper": "Step 3: Resolution Status Stepper",
    "actions": "Step 3: Sync Actions",
    "opportunities": "Step 3: Opportunity Settings",
    "auto-import": "Step 3: Auto-Import Opportunities",
    "import": "Step 4: Import",
    "import-users": "Step 4: Import Users",
    "import-companies": "Step 4: Import Companies",
    "complete": "Complete Setup",
    "manage": "Managing Your Integration",
    "use": "Additional Features",
    "devices": "Import Devices",
    "trouble": "Troubleshooting",
}
"""The guide's parts in its order, by the first half of a statement's id."""
TEST = "POST /integrations/halo/connection/test"
ROWS = {
    "enabled": ("`{}` is to be enabled, and the test says whether it is", "checks passed"),
    "left-off": ("`{}` is to stay off, and is never asked for", "permissions that Halobus does not use"),
}
"""The parts that are rows of the guide's table: what each row says, and the words of the page above them."""


@dataclass(frozen=True)
class Statement:
    """``at``: routes as ``METHOD /path`` below /api/v1. ``page``: ``file: words`` of the page's source, or empty."""

    id: str
    says: str
    at: tuple[str, ...]
    page: str = ""

    @property
    def part(self) -> str:
        return self.id.split(".")[0]


def statements() -> tuple[Statement, ...]:
    """All of them, in the guide's order."""
    held = tomllib.loads(FILE.read_text())
    return tuple(each for part in PARTS for each in _of(part, held[part]))


def permissions(part: str) -> list[str]:
    """The rows of the guide's table that are ``enabled`` or ``left-off``."""
    rows: str = tomllib.loads(FILE.read_text())[part]["rows"]
    return rows.split()


def _of(part: str, held: dict[str, Any]) -> list[Statement]:
    if part in ROWS:
        return [_row(part, name) for name in permissions(part)]
    return [
        Statement(f"{part}.{name}", one["says"], tuple(one["at"]), one.get("page", "")) for name, one in held.items()
    ]


def _row(part: str, name: str) -> Statement:
    says, words = ROWS[part]
    return Statement(f"{part}.{name}", says.format(name), (TEST,), f"wizard/DiagnosisView.tsx: {words}")
