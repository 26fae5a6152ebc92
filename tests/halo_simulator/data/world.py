"""One Halo instance's data: reference lists, clients, sites, contacts, assets and tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from halo_simulator.data import asset_types, catalogue, clients, organisation, tickets, workflows
from halo_simulator.data.assets import COUNTS
from halo_simulator.data.columns import FIRST_ID
from halo_simulator.data.contacts import Contacts
from halo_simulator.data.inventory import Inventory
from halo_simulator.data.ledger import Ledger

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; `contacts` of a client, about, beside the General Users.

    `opportunities` and `projects`: live ones, in the tickets' table.
    """

    tickets: int
    clients: int
    agents: int
    contacts: int
    opportunities: int
    projects: int


SIZES = {
    "small": Size(300, 24, 14, 4, 40, 12),
    "office": Size(20_000, 80, 30, 12, 240, 40),
    "medium": Size(20_000, 400, 40, 21, 900, 120),
    "large": Size(500_000, 2_000, 80, 21, 9_000, 2_500),
}


class World:
    """Everything that the instance holds."""

    def __init__(self, size: str, seed: int, anchor: int) -> None:
        chosen = SIZES[size]
        self.seed = seed
        self.anchor = anchor
        self.lists: dict[str, dict[Any, Row]] = {
            "team": _by_id(organisation.teams(seed)),
            "agent": _by_id(organisation.agents(seed, chosen.agents)),
            "status": _by_id(catalogue.statuses(seed)),
            "tickettype": _by_id(catalogue.ticket_types(seed)),
            "sla": _by_id(catalogue.slas(seed)),
            "priority": _by_id(catalogue.priorities(seed)),
            "outcome": _by_id(catalogue.outcomes(seed)),
            "category": _by_id(catalogue.categories(seed)),
            "assettype": _by_id(asset_types.asset_types(seed, asset_types.COUNTS[size])),
            "assetgroup": _by_id(asset_types.asset_groups(seed)),
            "workflow": _by_id(workflows.workflows(seed)),
            "client": _by_id(clients.clients(seed, chosen.clients)),
        }
        for client in self.lists["client"].values():
            client["_updated"] = anchor - tickets.SPAN + client["id"] * 977
        self.contacts = Contacts(seed, chosen.contacts, anchor, self.lists["client"])
        self.assets = Inventory(seed, COUNTS[size], anchor, self.lists)
        self.closed = set(catalogue.CLOSED)
        self.ledger = Ledger(seed)
        self._fill(chosen)

    def _fill(self, size: Size) -> None:
        """Generate the tickets."""
        owners = [key for key in self.lists["client"] if key != clients.UNKNOWN]
        source = tickets.Source(self.seed, self.anchor, size.agents, owners, size.contacts)
        tickets.fill(self.ledger.columns, source, size.tickets)
        tickets.fill_sales(self.ledger.columns, source, size.opportunities, size.projects)
        self.ledger.made_at = len(self.ledger.columns) + FIRST_ID

    def name(self, kind: str, key: int, field: str = "name") -> str:
        """The name behind an id, empty if there is none."""
        row = self.lists[kind].get(key)
        return str(row[field]) if row else ""


def _by_id(rows: list[Row]) -> dict[Any, Row]:
    """Rows keyed by id, in order."""
    return {row["id"]: row for row in rows}
