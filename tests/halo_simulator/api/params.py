"""Query parameters as Halo reads them: any case, unknown ones ignored, lists by comma (docs/halo.md section 5)."""

from __future__ import annotations

from collections.abc import Iterable

from halo_simulator.errors import BindingError


class Params:
    """One request's parameters."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.lower(), []).append(value)

    def text(self, name: str) -> str:
        """The last value, stripped; empty if not given."""
        return self._values.get(name, [""])[-1].strip()

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean: true or 1."""
        value = self.text(name).lower()
        return value in ("true", "1") if value else default

    def integer(self, name: str, default: int) -> int:
        """A whole number; anything else is a binding error."""
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError as error:
            raise BindingError(name, value) from error

    def integers(self, name: str) -> frozenset[int] | None:
        """A list of ids, by comma or repeated, brackets allowed; None if the parameter is not given."""
        text = ",".join(self._values.get(name, []))
        parts = [part.strip() for part in text.strip("[]").split(",") if part.strip()]
        if not parts:
            return None
        return frozenset(_integer(name, part) for part in parts)


def _integer(name: str, text: str) -> int:
    """One id of a list."""
    try:
        return int(text)
    except ValueError as error:
        raise BindingError(name, text) from error
