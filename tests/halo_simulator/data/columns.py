"""Tickets as columns: a few bytes a ticket, so that half a million fit in flat memory and filters are quick."""

from __future__ import annotations

from array import array

FIRST_ID = 1001
REQUEST, OPPORTUNITY, PROJECT = 0, 1, 2
DOMAINS = {"reqs": REQUEST, "opps": OPPORTUNITY, "prjs": PROJECT}
LIVE, DELETED, MERGED, PURGED = 0, 1, 2, 3

_CODES = {
    "kind": "B", "state": "B", "team": "H", "status": "H", "type": "H", "sla": "B", "priority": "B", "agent": "H",
    "client": "I", "site": "I", "user": "I", "created": "q", "updated": "q", "acted": "q", "closed": "q",
    "merged": "I", "sequence": "I",
}  # fmt: skip


class Columns:
    """Parallel arrays; the ticket's id is its position plus FIRST_ID."""

    kind: array[int]
    state: array[int]
    team: array[int]
    status: array[int]
    type: array[int]
    sla: array[int]
    priority: array[int]
    agent: array[int]
    client: array[int]
    site: array[int]
    user: array[int]
    created: array[int]
    updated: array[int]
    acted: array[int]
    closed: array[int]
    merged: array[int]
    sequence: array[int]

    def __init__(self) -> None:
        self._by_name: dict[str, array[int]] = {name: array(code) for name, code in _CODES.items()}
        for name, values in self._by_name.items():
            setattr(self, name, values)

    def __len__(self) -> int:
        return len(self.kind)

    def append(self, values: dict[str, int]) -> int:
        """Add a ticket; columns not named are 0. The new ticket's id."""
        for name in _CODES:
            self.column(name).append(values.get(name, 0))
        return len(self) - 1 + FIRST_ID

    def column(self, name: str) -> array[int]:
        """A column by name."""
        return self._by_name[name]

    def get(self, ticket: int) -> dict[str, int]:
        """All columns of one ticket."""
        position = ticket - FIRST_ID
        return {name: values[position] for name, values in self._by_name.items()}

    def position(self, ticket: int) -> int:
        """Where a ticket's values stand."""
        return ticket - FIRST_ID

    def has(self, ticket: int) -> bool:
        """Whether there is, or was, such a ticket."""
        return 0 <= ticket - FIRST_ID < len(self)


NAMES = frozenset(_CODES)
