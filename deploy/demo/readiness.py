"""The board of what is being started."""

from dataclasses import dataclass, field, replace

from demo.view import Line, Update


@dataclass
class Readiness:
    """Each part as a line; every change is shown at once."""

    names: tuple[str, ...]
    update: Update
    lines: dict[str, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = {name: Line(name, "waiting") for name in self.names}
        self._show()

    def working(self, name: str, note: str = "") -> None:
        """It is being started."""
        self._set(name, replace(self.lines[name], mark="working", note=note))

    def done(self, name: str, note: str) -> None:
        """It is ready, at this address."""
        self._set(name, replace(self.lines[name], mark="done", note=note))

    def _set(self, name: str, line: Line) -> None:
        if self.lines[name] != line:
            self.lines[name] = line
            self._show()

    def _show(self) -> None:
        self.update(list(self.lines.values()))
