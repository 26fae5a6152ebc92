"""How a paged stream is asked for and understood: those that are read page by page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from connector.asset_plan import TYPE
from connector.halo.clean import CleanError
from connector.halo.clean_asset import asset, type_of
from connector.halo.clean_company import company
from connector.halo.clean_contact import contact
from connector.halo.clean_opportunity import opportunity
from connector.halo.clean_project import project
from connector.halo.clean_ticket import ticket
from connector.halo.client import Params
from connector.halo.zone import format_since
from connector.knowledge import Knowledge
from halobus.documents import Zone
from halobus.messages import (
    UPSERT_ASSET,
    UPSERT_COMPANY,
    UPSERT_CONTACT,
    UPSERT_OPPORTUNITY,
    UPSERT_PROJECT,
    UPSERT_TICKET,
    Message,
)
from halobus.runs import Read

Row = Mapping[str, Any]


class Source(Protocol):
    """``path`` and ``key``: where the rows are; ``ids_only``: what lists ids (docs/halo.md, Pagination)."""

    path: str
    key: str
    type: str
    ids_only: str

    def filters(self, read: Read) -> dict[str, str | int | bool]:
        """The query that says which rows the read is about, without paging."""

    def clean(self, row: Row, read: Read) -> Message:
        """The row's message; CleanError where it can't be read."""

    def read_elsewhere(self, row: Row, read: Read) -> str | None:
        """By what the row is left to a read of its own: a shared team's name, or an asset's type; else None."""


@dataclass
class Companies:
    """Halo's clients."""

    zone: Zone | None
    path: str = "Client"
    key: str = "clients"
    type: str = UPSERT_COMPANY
    ids_only: str = "idonly"

    def filters(self, read: Read) -> dict[str, str | int | bool]:
        return {"includeinactive": True, "includeactive": True, **_window(read, self.zone)}

    def clean(self, row: Row, read: Read) -> Message:
        return company(row)

    def read_elsewhere(self, row: Row, read: Read) -> str | None:
        return None


@dataclass
class Contacts:
    """Halo's users. Whom the portal leaves out, the query leaves out where Halo can, and the owner by the row.

    General Users never become people, so no read asks for them. The others may: what changed is read of all of them, so
    that leaving and coming are seen at once; the full read and the census ask for people alone.
    """

    zone: Zone | None
    path: str = "Users"
    key: str = "users"
    type: str = UPSERT_CONTACT
    ids_only: str = "idonly"

    def filters(self, read: Read) -> dict[str, str | int | bool]:
        state = {"includeinactive": True, "includeactive": True}
        general = {"exclude_generaluser": True, "exclude_defaultsiteusers": True}
        others = {"exclude_agents": True, "includenonserviceaccount": True} if read.since is None else {}
        return {**state, **general, **others, **_window(read, self.zone)}

    def clean(self, row: Row, read: Read) -> Message:
        return contact(row)

    def read_elsewhere(self, row: Row, read: Read) -> str | None:
        return None


@dataclass
class Assets:
    """Halo's assets. Their fields come only where one type is asked for (docs/halo.md section 6.6), so what a read over
    all types met is left to a read a type. A row that was asked for by its id has its fields.
    """

    zone: Zone | None
    path: str = "Asset"
    key: str = "assets"
    type: str = UPSERT_ASSET
    ids_only: str = "idonly"

    def filters(self, read: Read) -> dict[str, str | int | bool]:
        chosen: dict[str, str | int | bool] = {"includeinactive": True, "includeactive": True}
        if read.types is not None:
            chosen |= {"assettype_id": _ids(read.types), "includeassetfields": True}
        return {**chosen, **_window(read, self.zone)}

    def clean(self, row: Row, read: Read) -> Message:
        return asset(row, asked=read.types is not None)

    def read_elsewhere(self, row: Row, read: Read) -> str | None:
        if read.types is not None or not isinstance(row, Mapping) or row.get("fields") is not None:
            return None
        try:
            type = type_of(row)
        except CleanError:
            return None  # the row's own cleaning tells what is wrong with it
        return f"{TYPE}{type}" if type is not None else None


@dataclass
class Tickets:
    """Halo's tickets of the domain ``reqs``; a row names its team, and two teams may share a name."""

    zone: Zone | None
    knowledge: Knowledge
    path: str = "Tickets"
    key: str = "tickets"
    type: str = UPSERT_TICKET
    ids_only: str = "ticketidonly"

    def filters(self, read: Read) -> dict[str, str | int | bool]:
        chosen: dict[str, str | int | bool] = {"domain": "reqs", **_window(read, self.zone)}
        if read.teams is not None:
            chosen["team"] = _ids(read.teams)
        if read.statuses is not None:
            chosen["status"] = _ids(read.statuses)
        return chosen

    def clean(self, row: Row, read: Read) -> Message:
        return ticket(row, self.knowledge.unique_teams(), team_id=self._one_team(read))

    def read_elsewhere(self, row: Row, read: Read) -> str | None:
        name = str(row.get("team") or "") if isinstance(row, Mapping) else ""  # a page may hold null, or text
        return name if name in self.knowledge.shared_names() and self._one_team(read) is None else None

    def _one_team(self, read: Read) -> int | None:
        """The team of a read that asks for one team alone."""
        return read.teams[0] if read.teams is not None and len(read.teams) == 1 else None


@dataclass
class Sales:
    """Halo's opportunities or projects: tickets of another domain, of all teams (docs/halo.md sections 6.4 and 6.5)."""

    zone: Zone | None
    path: str
    type: str
    domain: str
    row: Callable[[Any], Message]
    key: str = "tickets"
    ids_only: str = "ticketidonly"

    def filters(self, read: Read) -> dict[str, str | int | bool]:
        return {"domain": self.domain, **_window(read, self.zone)}

    def clean(self, row: Row, read: Read) -> Message:
        return self.row(row)

    def read_elsewhere(self, row: Row, read: Read) -> str | None:
        return None


def opportunities(zone: Zone | None) -> Sales:
    return Sales(zone, "Opportunities", UPSERT_OPPORTUNITY, "opps", opportunity)


def projects(zone: Zone | None) -> Sales:
    return Sales(zone, "Projects", UPSERT_PROJECT, "prjs", project)


def _window(read: Read, zone: Zone | None) -> dict[str, str | int | bool]:
    return {"lastupdatefromdate": format_since(read.since, zone)} if read.since is not None else {}


def _ids(ids: list[int]) -> str:
    return ",".join(str(id) for id in ids)


def paging(params: Params, page: int, size: int) -> Params:
    """Add what asks for one page in a stable order."""
    return {**params, "pageinate": True, "page_no": page, "page_size": size, "order": "id"}
