"""A new ticket where nothing is said."""

from __future__ import annotations

from typing import Any

from halo_simulator.data import clients, people

BLANK: dict[str, Any] = dict.fromkeys(
    ("summary", "details", "category_1", "category_2", "category_3", "category_4"), ""
)
"""The texts of a created ticket where nothing is said."""


def defaults(kind: int, clock: int) -> dict[str, int]:
    """A new ticket where nothing is said: first type of the domain, Unknown client, status New."""
    return {
        "kind": kind, "status": 1, "type": {0: 1, 1: 21, 2: 31}[kind], "sla": 1, "priority": 3,
        "client": clients.UNKNOWN, "site": clients.site_id(clients.UNKNOWN, 0), "agent": 1,
        "user": people.user_id(clients.UNKNOWN, 0), "team": {0: 1, 1: 6, 2: 4}[kind],
        "created": clock, "updated": clock, "acted": clock,
    }  # fmt: skip
