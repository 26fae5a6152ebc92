"""The story in a terminal: tables, and one part at a time that moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table as RichTable
from rich.text import Text

from demo.plain import amount
from demo.view import Board, Line, Table, Update

Part = Literal["step", "say", "show", "board"]
BAR, SHORT_BAR = 24, 10
NARROW = 110
"""Columns of a terminal below which minor columns are left out."""
LINES = box.Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
_MARKS = {"waiting": ("·", "dim"), "working": ("●", "cyan"), "done": ("✓", "green"), "bad": ("✗", "bold red")}
_STYLES = {"✓": "green", "✗": "bold red", "!": "yellow"}


class Screen:
    """A View."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._last: Part = "step"

    @property
    def _narrow(self) -> bool:
        return self._console.width < NARROW

    def step(self, title: str) -> None:
        self._space("step")
        self._console.print(Text(title, style="bold"))

    def say(self, text: str) -> None:
        self._space("say")
        self._console.print(Padding(Text(text), (0, 0, 0, 2)))

    def link(self, what: str, address: str) -> None:
        self.say(f"{what}:")
        # Not padded: a padded line is cut into pieces, which no terminal opens.
        self._console.print(Text(address, style=f"cyan link {address}"), soft_wrap=True)

    def show(self, table: Table) -> None:
        self._space("show")
        self._console.print(Padding(_table(table, self._narrow), (0, 0, 0, 2)))

    def trouble(self, text: str) -> None:
        first, _, rest = text.partition("\n")
        self._space("step")
        self._console.print(Text(f"✗ {first}", style="bold red"))
        if rest:
            self._console.print(Text(rest))

    @contextmanager
    def following(self) -> Iterator[Update]:
        self._last = "board"
        with Live(console=self._console, auto_refresh=False, vertical_overflow="crop") as live:

            def update(board: Board) -> None:
                live.update(_board(board, self._narrow), refresh=True)

            yield update

    def _space(self, part: Part) -> None:
        """An empty line before a step, and between what stands in columns and what follows."""
        if part == "step" or (self._last in ("show", "board") and (self._last, part) != ("board", "say")):
            self._console.print()
        self._last = part


def _table(table: Table, narrow: bool) -> RichTable:
    made = RichTable(
        box=LINES, border_style="dim", padding=(0, 0 if narrow else 1, 0, 0), header_style="bold", show_edge=False
    )
    shown = [index for index, column in enumerate(table.columns) if not (narrow and column.minor)]
    for column in (table.columns[index] for index in shown):
        justify: Literal["left", "right"] = "right" if column.right else "left"
        made.add_column(column.name, justify=justify, overflow="fold", no_wrap=column.right)
    for row in table.rows:
        made.add_row(*(Text(row[index], style=_STYLES.get(row[index][:1], "")) for index in shown))
    return made


def _board(board: Board, narrow: bool) -> Padding:
    """One row a line; where there is no room, only the note is cut. What is about the whole stands below."""
    parts = [line for line in board if not line.whole]
    whole = [_sentence(line) for line in board if line.whole]
    return Padding(Group(*([_grid(parts, narrow)] if parts else []), *whole), (0, 0, 0, 2))


def _sentence(line: Line) -> Text:
    mark, style = _MARKS[line.mark]
    return Text.assemble((mark, style), f"  {line.name} ", (line.note, "dim"))


def _grid(board: Board, narrow: bool) -> RichTable:
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    bar = _bar_width(board, narrow)
    kept = (1, max(len(line.name) for line in board), bar, max(len(amount(line)) for line in board), None)
    for width in kept:
        grid.add_column(width=width, no_wrap=width is not None)
    grid.columns[3].justify = "right"
    for line in board:
        mark, style = _MARKS[line.mark]
        note = Text(line.note, style="dim", no_wrap=True, overflow="ellipsis")
        grid.add_row(Text(mark, style=style), line.name, _bar(line, bar), amount(line), note)
    return grid


def _bar_width(board: Board, narrow: bool) -> int:
    if all(line.done is None for line in board):
        return 0
    return SHORT_BAR if narrow else BAR


def _bar(line: Line, width: int) -> ProgressBar | Text:
    if line.done is None:
        return Text("")
    finished = line.mark == "done"
    total = (line.done if finished else line.total) or 1
    done = float(total if finished else line.done)
    return ProgressBar(float(total), done, width, complete_style="cyan", finished_style="green")
