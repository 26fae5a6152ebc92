"""What the story shows, apart from how: ``screen`` draws it in a terminal, ``plain`` prints it line by line."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

Mark = Literal["waiting", "working", "done", "bad"]


@dataclass(frozen=True)
class Line:
    """One thing in progress. ``done`` of ``total``: a bar; total None: it can't be told how much there is.

    ``whole``: it is about all the others, and its note may be long.
    """

    name: str
    mark: Mark
    note: str = ""
    done: int | None = None
    total: int | None = None
    whole: bool = False


@dataclass(frozen=True)
class Column:
    """``right``: numbers. ``minor``: may be left out where there is no room."""

    name: str
    right: bool = False
    minor: bool = False


@dataclass(frozen=True)
class Table:
    """Cells are text; a cell that begins with ✓, ✗ or ! is shown in that colour."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


Board = Sequence[Line]
Update = Callable[[Board], None]


class View(Protocol):
    """A person or a log that is told the story."""

    def step(self, title: str) -> None:
        """A new part of the story begins."""

    def say(self, text: str) -> None:
        """A sentence."""

    def link(self, what: str, address: str) -> None:
        """An address to open, which is never broken into lines."""

    def show(self, table: Table) -> None:
        """A result."""

    def trouble(self, text: str) -> None:
        """Something did not work; several lines."""

    def following(self) -> AbstractContextManager[Update]:
        """A part that changes while it is shown; its last state stays."""
