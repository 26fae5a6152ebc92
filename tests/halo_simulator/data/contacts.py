"""An instance's contacts: generated when asked for, and over them what was changed since."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterator, Mapping
from itertools import chain
from typing import Any

from halo_simulator.data import people
from halo_simulator.data.clients import UNKNOWN, site_id

Row = dict[str, Any]
FIRST_CREATED = 1_000_000
_KEPT = 8


class UnknownContactError(ValueError):
    """No such contact."""


class Contacts:
    """Flat memory: what was never changed is made from its id again and again."""

    def __init__(self, seed: int, each: int, anchor: int, clients: Mapping[Any, Row]) -> None:
        self._seed, self._anchor, self._clients = seed, anchor, clients
        self._numbers = {key: people.numbers(seed, key, each) for key in clients if key != UNKNOWN}
        self._changed: dict[int, Row] = {}
        self._deleted: set[int] = set()
        self._next = FIRST_CREATED
        self.version = 0
        """Rises with every change of a contact or of the clients."""
        self._found: dict[Hashable, array[int]] = {}
        self._found_at = 0

    def ids(self) -> Iterator[int]:
        """Every id there ever was, ascending."""
        made = (people.user_id(client, n) for client, numbers in self._numbers.items() for n in numbers)
        return chain(made, range(FIRST_CREATED, self._next))

    def row(self, user: int) -> Row | None:
        """A contact that is there, with its client's name."""
        if user in self._deleted:
            return None
        row = self._raw(user)
        client = self._clients.get(row["client_id"]) if row else None
        return {**row, "client_name": client["name"]} if row and client else None

    def name(self, user: int) -> str:
        """What a ticket of this contact's shows, also of one that is gone."""
        changed = self._changed.get(user)
        return changed["name"] if changed else people.user_name(self._seed, user)

    def email(self, user: int) -> str:
        """As `name`, the address."""
        changed = self._changed.get(user)
        return changed["emailaddress"] if changed else people.user_email(self._seed, user)

    def find(self, wanted: Hashable, test: Callable[[Row], bool]) -> array[int]:
        """The ids that pass, ascending; the pages of one read, which want the same, share one selection."""
        if self._found_at != self.version or len(self._found) >= _KEPT:
            self._found.clear()
            self._found_at = self.version
        if wanted not in self._found:
            rows = (self.row(user) for user in self.ids())
            self._found[wanted] = array("q", (row["id"] for row in rows if row and test(row)))
        return self._found[wanted]

    def create(self, values: Mapping[str, Any], now: int) -> int:
        """A new contact; of the first site of its client unless it says otherwise."""
        user, client = self._next, int(values.get("client_id", UNKNOWN))
        site = int(values.get("site_id", site_id(client, 0)))
        self._next += 1
        self._changed[user] = people.blank_row(user, client, site) | {"name": "Created"}
        self.change(user, values, now)
        return user

    def change(self, user: int, values: Mapping[str, Any], now: int) -> None:
        """Set fields; `site_id` as a whole number."""
        row = self._raw(user)
        if row is None or user in self._deleted:
            raise UnknownContactError(f"there is no contact {user}")
        unknown = sorted(values.keys() - row.keys())
        if unknown:
            raise ValueError(f"contacts have no {', '.join(unknown)}")
        site = int(values.get("site_id", row["site_id_int"]))
        places = {"site_id": float(site), "site_id_int": site}
        self._changed[user] = {**row, **values, **places, "_updated": now, "_sequence": row["_sequence"] + 1}
        self.version += 1

    def delete(self, user: int) -> None:
        """Take a contact away; its tickets keep its id."""
        if self.row(user) is None:
            raise UnknownContactError(f"there is no contact {user}")
        self._deleted.add(user)
        self.version += 1

    def _raw(self, user: int) -> Row | None:
        """The contact as it is or was."""
        client, number = divmod(user, people.USERS_A_CLIENT)
        if user in self._changed:
            return self._changed[user]
        there = number in self._numbers.get(client, ())
        return people.person_row(self._seed, user, self._anchor) if there else None
