"""The committed dumps: what a released version left in a database, as it would be if that had been just now."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bson import json_util

from halobus.store import Document

DUMPS = sorted((Path(__file__).resolve().parents[1] / "contract" / "dumps").iterdir())
Held = dict[str, list[Document]]


def held(dump: Path) -> Held:
    """Documents by collection. All times are moved alike, so that the newest entry of the audit log is of this moment:
    else MongoDB would delete in a year what has its time to live.
    """
    options = json_util.RELAXED_JSON_OPTIONS.with_options(tz_aware=True, tzinfo=UTC)
    found = {path.stem: json_util.loads(path.read_text(), json_options=options) for path in dump.glob("*.json")}
    age = datetime.now(UTC) - max(entry["at"] for entry in found["audit"])
    return {name: [_moved(each, age) for each in documents] for name, documents in found.items()}


def _moved(value: Any, age: timedelta) -> Any:
    if isinstance(value, datetime):
        return value + age
    if isinstance(value, dict):
        return {name: _moved(inner, age) for name, inner in value.items()}
    return [_moved(inner, age) for inner in value] if isinstance(value, list) else value
