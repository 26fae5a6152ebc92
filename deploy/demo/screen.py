"""The story in a terminal: tables, and one part at a time that moves."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table as RichTable
from rich.text import Text

from demo.plain import amount
from demo.view import Board, Line, Table, Update

BAR = 24
_MARKS = {"waiting": ("·", "dim"), "working": ("●", "cyan"), "done": ("✓", "green"), "bad": ("✗", "bold red")}
_STYLES = {"✓": "green", "✗": "bold red", "!": "yellow"}


class Screen:
    """A View."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    def step(self, title: str) -> None:
        self._console.print()
        self._console.print(Text(title, style="bold"))

    def say(self, text: str) -> None:
        self._console.print(Padding(Text(text), (0, 0, 0, 2)))

    def show(self, table: Table) -> None:
        self._console.print(Padding(_table(table), (0, 0, 0, 2)))

    def trouble(self, text: str) -> None:
        first, _, rest = text.partition("\n")
        self._console.print()
        self._console.print(Text(f"✗ {first}", style="bold red"))
        if rest:
            self._console.print(Text(rest))

    @contextmanager
    def following(self) -> Iterator[Update]:
        with Live(console=self._console, auto_refresh=False, vertical_overflow="crop") as live:

            def update(board: Board) -> None:
                live.update(_board(board), refresh=True)

            yield update


def _table(table: Table) -> RichTable:
    made = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for column in table.columns:
        made.add_column(column.name, justify="right" if column.right else "left", overflow="fold")
    for row in table.rows:
        made.add_row(*(Text(cell, style=_STYLES.get(cell[:1], "")) for cell in row))
    return made


def _board(board: Board) -> Padding:
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "left", "left", "right", "left"):
        grid.add_column(justify=justify, no_wrap=True, overflow="ellipsis")
    for line in board:
        mark, style = _MARKS[line.mark]
        grid.add_row(Text(mark, style=style), line.name, _bar(line), amount(line), Text(line.note, style="dim"))
    return Padding(grid, (0, 0, 0, 2))


def _bar(line: Line) -> ProgressBar | Text:
    if line.done is None:
        return Text("")
    finished = line.mark == "done"
    total = (line.done if finished else line.total) or 1
    return ProgressBar(total=float(total), completed=float(total if finished else line.done), width=BAR)
