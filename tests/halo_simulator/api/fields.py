"""Reads the fields of posted rows: ids must be whole numbers, other types are binding errors (section 9)."""

from __future__ import annotations

from typing import Any

from halo_simulator.errors import BindingError

Row = dict[str, Any]


class Fields:
    """One posted row, its position known for the errors' paths."""

    def __init__(self, row: Row, position: int) -> None:
        self.row, self.position = row, position

    def integer(self, name: str) -> int | None:
        """A whole number, as a number or in a string; 95.0 is refused, as live instances do."""
        value = self.row.get(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lstrip("-").isdigit():
            return int(value)
        raise BindingError(f"[{self.position}].{name}", value)

    def text(self, name: str) -> str | None:
        """A string."""
        value = self.row.get(name)
        if value is None or isinstance(value, str):
            return value
        raise BindingError(f"[{self.position}].{name}", value)

    def flag(self, name: str) -> bool | None:
        """A boolean."""
        value = self.row.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise BindingError(f"[{self.position}].{name}", value)

    def number(self, name: str) -> float | None:
        """Any number."""
        value = self.row.get(name)
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        raise BindingError(f"[{self.position}].{name}", value)
