"""What changed since the data was generated: tickets' texts and fields, and actions added or edited."""

from __future__ import annotations

from typing import Any

from halo_simulator.data.actions import Action, generated
from halo_simulator.data.columns import FIRST_ID, NAMES, Columns


class Ledger:
    """The columns, and over them what is too rare for a column. Every change raises the ticket's sequence number."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.columns = Columns()
        self.texts: dict[int, dict[str, Any]] = {}
        self.made_at = 0
        """Tickets from this id on were created, not generated: they have no generated actions."""
        self.version = 0
        """Rises with every change of any ticket."""
        self.rows: dict[int, bytes] = {}
        """Rows as serialised for lists; dropped when their ticket changes."""
        self._added: dict[int, list[Action]] = {}
        self._edited: dict[tuple[int, int], Action] = {}
        self._origin: dict[int, tuple[int, int, int, int]] = {}

    def create(self, values: dict[str, int], texts: dict[str, Any], at: int) -> int:
        """Add a ticket."""
        ticket = self.columns.append({"created": at, "updated": at, "acted": at, "sequence": 1} | values)
        self.texts[ticket] = texts
        self.version += 1
        return ticket

    def change(self, ticket: int, values: dict[str, int], texts: dict[str, Any], at: int | None) -> None:
        """Change a ticket; `at` None leaves its last_update as it is."""
        self._origin.setdefault(ticket, self._first(ticket))
        position = ticket - FIRST_ID
        for name, value in (({} if at is None else {"updated": at}) | values).items():
            self.columns.column(name)[position] = value
        if texts:
            self.texts[ticket] = self.texts.get(ticket, {}) | texts
        self.columns.sequence[position] += 1
        self.version += 1
        self.rows.pop(ticket, None)

    def act(self, action: Action) -> None:
        """Add an action; the ticket counts as changed."""
        self._added.setdefault(action.ticket, []).append(action)
        values = {"acted": action.at} | ({"status": action.new_status} if action.new_status else {})
        self.change(action.ticket, values, {}, action.at)

    def edit(self, action: Action, at: int) -> None:
        """Replace an action, such as one made private; the ticket counts as changed."""
        self._edited[action.ticket, action.id] = action
        self.change(action.ticket, {"acted": at}, {}, at)

    def actions(self, ticket: int) -> list[Action]:
        """All actions of a ticket, oldest first."""
        old: list[Action] = []
        if ticket < self.made_at:
            old = generated(self.seed, ticket, *self._origin.get(ticket, self._first(ticket)))
        return [self._edited.get((ticket, action.id), action) for action in old + self._added.get(ticket, [])]

    def _first(self, ticket: int) -> tuple[int, int, int, int]:
        """What the generated actions are made from: kept when the ticket first changes."""
        columns, position = self.columns, ticket - FIRST_ID
        return columns.created[position], columns.acted[position], columns.agent[position], columns.user[position]


def split(values: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """Divides changes into what has a column and what is text."""
    numbers = {key: value for key, value in values.items() if key in NAMES}
    return numbers, {key: value for key, value in values.items() if key not in NAMES}
