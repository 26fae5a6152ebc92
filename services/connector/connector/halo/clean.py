"""Reading single values of Halo's rows: ids in three spellings, empty dates, drifting names. Quirks end here."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Row = Mapping[str, Any]
UNASSIGNED = 1
"""Halo's own agent "Unassigned" and client "Unknown": an id that means nobody."""
EMPTY_UNTIL = 1980
"""Halo writes no date as 1900 or earlier; years up to this one are no date."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}(\.0{1,10})?")
_LARGEST = 2**63 - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


class CleanError(ValueError):
    """A row that can't be read: which field, and what is wrong with it. Holds nothing of the row's content."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


def as_row(value: Any) -> Row:
    """The row as a mapping; CleanError for anything else."""
    if not isinstance(value, Mapping):
        raise CleanError("row", f"is a {type(value).__name__}, not an object")
    return value


def pick(row: Row, *names: str) -> Any:
    """The value under the first of the names that is present: GET and POST spell some fields differently."""
    return next((row[name] for name in names if row.get(name) is not None), None)


def to_int(value: Any, field: str) -> int | None:
    """A whole number written as 21, 21.0 or "21"; None and "" are None."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value.strip().partition(".")[0])
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise CleanError(field, f"is no whole number but a {type(value).__name__}")
    if abs(value) > _LARGEST:
        raise CleanError(field, "is larger than 64 bits")
    return value


def to_id(value: Any, field: str) -> int | None:
    """An id of something else: -1 and 0 mean that it is unset."""
    number = to_int(value, field)
    return number if number is not None and number > 0 else None


def to_assigned(value: Any, field: str) -> int | None:
    """An agent's or a client's id, where 1 is Halo's own Unassigned or Unknown."""
    number = to_id(value, field)
    return None if number == UNASSIGNED else number


def to_amount(value: Any, field: str) -> float | None:
    """A number with or without decimals, also written as text; None and "" are None."""
    if value is None or value == "":
        return None
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise CleanError(field, f"is no number but a {type(value).__name__}")
    return number


def own_id(row: Row, *names: str) -> int:
    """The row's own id, which must be there and positive."""
    names = names or ("id",)
    number = to_id(pick(row, *names), names[0])
    if number is None:
        raise CleanError(names[0], "is missing or not positive")
    return number


def to_text(value: Any, field: str) -> str:
    """Text without NUL and without halves of characters; None is an empty text, a number its digits."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST:
        return str(value)
    if not isinstance(value, str):
        raise CleanError(field, f"is no text but a {type(value).__name__}")
    return _SURROGATE.sub("\ufffd", value.replace("\x00", ""))


def to_name(value: Any, field: str) -> str | None:
    """A short text without blanks around it; None where it is empty."""
    return to_text(value, field).strip() or None


def required_name(row: Row, *names: str) -> str:
    """A name that must be there."""
    name = to_name(pick(row, *names), names[0])
    if name is None:
        raise CleanError(names[0], "is missing or empty")
    return name


def to_bool(value: Any, field: str) -> bool:
    """True, false, 0, 1 and their spellings as text; None and "" are false."""
    if value is None or value == "":
        return False
    if isinstance(value, str):
        value = {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower(), value)
    if isinstance(value, bool) or (isinstance(value, int | float) and value in (0, 1)):
        return bool(value)
    raise CleanError(field, f"is neither true nor false but a {type(value).__name__}")


def to_time(value: Any, field: str, offset_minutes: int = 0) -> datetime | None:
    """An ISO time as aware UTC. A naive one is local time, UTC plus ``offset_minutes``. Empty dates are None."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise CleanError(field, f"is no time but a {type(value).__name__}")
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.year <= EMPTY_UNTIL:
            return None
        zone = moment.tzinfo or timezone(timedelta(minutes=offset_minutes))
        return moment.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CleanError(field, "is no readable time") from None


def to_categories(row: Row) -> list[str | None]:
    """The categories of level 1 to 4, each a path such as ``Hardware>Laptop``."""
    names = [f"category_{level}" for level in range(1, 5)]
    return [to_name(pick(row, name, name.replace("_", "")), name) for name in names]
