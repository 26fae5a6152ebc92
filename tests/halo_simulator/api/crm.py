"""Clients and sites (docs/halo.md section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from halo_simulator.api.call import Answer, Call
from halo_simulator.api.ids import ids_only
from halo_simulator.api.listing import Listing, dump, public
from halo_simulator.api.paging import listing, page_of
from halo_simulator.data import clients
from halo_simulator.errors import HaloError

Row = dict[str, Any]


async def list_clients(call: Call) -> Answer:
    """`GET /Client`."""
    level = call.params.integers("toplevel_id")
    rows = [row for row in _clients(call) if level is None or row["toplevel_id"] in level]
    return _listing(call, "client", "clients", [row for row in rows if _recent(row, call)])


async def get_client(call: Call) -> Answer:
    """`GET /Client/{id}`."""
    row = _one(call, call.id())
    made = call.instance.times.write(row["_updated"])
    hidden: Row = row["_detail"]
    return public(row) | hidden | {"datecreated": made}


async def list_sites(call: Call) -> Answer:
    """`GET /Site`: `client_id` is a double."""
    return _listing(call, "site", "sites", [row for row in _sites(call) if _recent(row, call)])


async def get_site(call: Call) -> Answer:
    """`GET /Site/{id}`."""
    found = next((row for row in _sites(call) if row["id"] == call.id()), None)
    if found is None:
        raise HaloError(404, "Not Found")
    return public(found)


def _sites(call: Call) -> Iterator[Row]:
    """The sites of the visible clients."""
    wanted = call.params.integers("client_id")
    for client in _clients(call):
        if client["id"] != clients.UNKNOWN and (wanted is None or client["id"] in wanted):
            yield from clients.sites(call.instance.world.seed, client)


def _clients(call: Call) -> Iterator[Row]:
    """Active ones, inactive on request; only those that the agent may see."""
    params, seen = call.params, call.viewer.clients
    both = params.text("activeinactive").lower() == "true,true"
    inactive = params.flag("includeinactive") or both
    active = params.flag("includeactive", default=True)
    search = params.text("search").lower()
    for row in call.instance.world.lists["client"].values():
        wanted = inactive if row["inactive"] else active
        if wanted and (seen is None or row["id"] in seen) and search in row["name"].lower():
            yield row


def _one(call: Call, key: int) -> Row:
    """A client by id."""
    row = call.instance.world.lists["client"].get(key)
    if row is None or not (call.viewer.clients is None or key in call.viewer.clients):
        raise HaloError(404, "Not Found")
    return row


def _recent(row: Row, call: Call) -> bool:
    """Whether the row changed in the asked window."""
    read, edge = call.instance.times.read, 0 if call.instance.config.inclusive else 1
    low, high = read(call.params.text("lastupdatefromdate")), read(call.params.text("lastupdatetodate"))
    updated: int = row["_updated"]
    return (low is None or updated >= low + edge) and (high is None or updated <= high - edge)


def _listing(call: Call, resource: str, key: str, rows: list[Row]) -> Listing:
    """The page, ordered by id unless by name."""
    if call.params.flag("idonly"):
        return ids_only(call, key, [row["id"] for row in sorted(rows, key=lambda row: row["id"])])
    field = "name" if call.params.text("order").lower() == "name" else "id"
    rows.sort(key=lambda row: row[field], reverse=call.params.flag("orderdesc"))
    page = page_of(len(rows), call.params, call.instance.config, resource)
    return listing(key, rows, page, lambda row: dump(public(row)))
