"""Finds the tickets that a list shows, over the columns; the pages of one read share one selection."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from halo_simulator.data import text
from halo_simulator.data.columns import FIRST_ID, Columns
from halo_simulator.data.ledger import Ledger

ALWAYS = (-(1 << 62), 1 << 62)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list's filters, hashable so that the pages of one read share one selection."""

    within: tuple[tuple[str, frozenset[int]], ...]
    ids: frozenset[int] | None
    without: frozenset[int]
    updated: tuple[int, int]
    created: tuple[int, int]
    search: str
    order: str
    descending: bool


class Selections:
    """The last few selections, valid until a ticket changes."""

    def __init__(self, keep: int = 24) -> None:
        self._keep = keep
        self._version = -1
        self._found: dict[Wanted, array[int]] = {}

    def find(self, want: Wanted, ledger: Ledger) -> array[int]:
        """The ids that match, in order."""
        if self._version != ledger.version:
            self._found.clear()
            self._version = ledger.version
        if want not in self._found:
            if len(self._found) >= self._keep:
                del self._found[next(iter(self._found))]
            self._found[want] = _select(want, ledger)
        return self._found[want]


def _select(want: Wanted, ledger: Ledger) -> array[int]:
    """Narrow the positions column by column, then order them."""
    columns = ledger.columns
    positions: Iterable[int] = range(len(columns))
    if want.ids is not None:
        positions = sorted(key - FIRST_ID for key in want.ids if columns.has(key))
    for name, values in want.within:
        positions = _kept(positions, columns.column(name), values)
    for name, (low, high) in (("updated", want.updated), ("created", want.created)):
        if (low, high) != ALWAYS:
            column = columns.column(name)
            positions = [n for n in positions if low <= column[n] <= high]
    ids = array("I", [n + FIRST_ID for n in positions if n + FIRST_ID not in want.without])
    if want.search:
        ids = array("I", [ticket for ticket in ids if _mentions(ticket, want.search, ledger)])
    return _ordered(ids, columns, want)


def _mentions(ticket: int, words: str, ledger: Ledger) -> bool:
    """Whether the summary or the details contain the words, in any case."""
    changed = ledger.texts.get(ticket, {})
    summary = changed["summary"] if "summary" in changed else text.summary(ledger.seed, ticket)
    details = changed["details"] if "details" in changed else text.details(ledger.seed, ticket)
    return words in f"{summary}\n{details}".lower()


def _kept(positions: Iterable[int], column: array[int], values: frozenset[int]) -> list[int]:
    """The positions whose value is one of these."""
    if len(values) == 1:
        (value,) = values
        return [n for n in positions if column[n] == value]
    return [n for n in positions if column[n] in values]


def _ordered(ids: array[int], columns: Columns, want: Wanted) -> array[int]:
    """Sorted by a column, ids breaking ties."""
    key: Callable[[int], tuple[int, int]] | None = None
    if want.order:
        column = columns.column(want.order)
        key = lambda ticket: (column[ticket - FIRST_ID], ticket)  # noqa: E731
    if key is None and not want.descending:
        return ids
    return array("I", sorted(ids, key=key, reverse=want.descending))
