"""The story as plain lines, for a pipe or a log: each with the seconds since the start."""

import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from demo.view import Board, Line, Table, Update

WIDTH = 140
GAP = "  "
EVERY = 3.0
"""Seconds between two lines about the progress of the same thing."""


class Plain:
    """A View."""

    def __init__(self, began: float) -> None:
        self._began = began

    def step(self, title: str) -> None:
        self.say(f"== {title}")

    def say(self, text: str) -> None:
        for line in text.splitlines():
            _print(f"[{time.monotonic() - self._began:5.1f} s] {line}")

    def link(self, what: str, address: str) -> None:
        self.say(f"{what}: {address}")

    def show(self, table: Table) -> None:
        for line in aligned(table):
            _print(f"          {line}")

    def trouble(self, text: str) -> None:
        self.say(f"✗ {text}")

    @contextmanager
    def following(self) -> Iterator[Update]:
        told: dict[str, tuple[Line, float]] = {}

        def update(board: Board) -> None:
            for line in board:
                before, at = told.get(line.name, (Line(line.name, "waiting"), time.monotonic()))
                if line != before and (line.mark != before.mark or time.monotonic() - at > EVERY):
                    told[line.name] = (line, time.monotonic())
                    self.say(f"   {as_text(line)}")

        yield update


def as_text(line: Line) -> str:
    """A line of a board in words."""
    mark = {"waiting": "·", "working": "…", "done": "✓", "bad": "✗"}[line.mark]
    return " ".join(part for part in (mark, line.name, amount(line), line.note) if part)


def amount(line: Line) -> str:
    """How much is done: ``1,200 of 4,000``."""
    if line.done is None:
        return ""
    return f"{line.done:,}" if line.total is None else f"{line.done:,} of {line.total:,}"


def aligned(table: Table) -> list[str]:
    """The table as lines whose columns stand below each other."""
    rows: list[Sequence[str]] = [[column.name for column in table.columns], *table.rows]
    widths = [max(len(row[index]) for row in rows) for index in range(len(table.columns))]
    rows = [line for row in rows for line in _wrapped(row, sum(widths[:-1]) + len(GAP) * len(widths[:-1]))]
    return [GAP.join(_cells(row, widths, table)).rstrip() for row in rows]


def _wrapped(row: Sequence[str], indent: int) -> Iterator[Sequence[str]]:
    """A long last cell goes on in lines below."""
    first, *more = textwrap.wrap(row[-1], WIDTH - indent, break_long_words=False) or [""]
    yield [*row[:-1], first]
    for line in more:
        yield [*("" for _ in row[:-1]), line]


def _cells(row: Sequence[str], widths: list[int], table: Table) -> Iterator[str]:
    for cell, width, column in zip(row, widths, table.columns, strict=True):
        yield cell.rjust(width) if column.right else cell.ljust(width)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
