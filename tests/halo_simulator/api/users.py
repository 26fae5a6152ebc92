"""Contacts, which Halo calls users (docs/halo.md section 6.2)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from halo_simulator.api.call import Answer, Call
from halo_simulator.api.ids import ids_only
from halo_simulator.api.listing import dump, public
from halo_simulator.api.paging import listing, page_of
from halo_simulator.errors import HaloError

Row = dict[str, Any]
_FLAGS = ("exclude_generaluser", "exclude_defaultsiteusers", "exclude_agents", "includenonserviceaccount")
_SEARCHED = ("name", "emailaddress", "phonenumber", "mobilenumber")


async def list_users(call: Call) -> Answer:
    """`GET /Users`."""
    found = _found(call)
    if call.params.flag("idonly"):
        return ids_only(call, "users", found)
    ids = _ordered(found, call)
    page = page_of(len(ids), call.params, call.instance.config, "users")
    return listing("users", ids, page, lambda user: dump(public(_row(call, user))))


async def get_user(call: Call) -> Answer:
    """`GET /Users/{id}`."""
    row = _row(call, call.id())
    if not _seen(row, call):
        raise HaloError(404, "Not Found")
    return public(row) | {"email2": "", "email3": "", "customfields": []}


def _row(call: Call, user: int) -> Row:
    """A contact by id."""
    row = call.instance.world.contacts.row(user)
    if row is None:
        raise HaloError(404, "Not Found")
    return row


def _found(call: Call) -> array[int]:
    """The ids of the rows that pass all filters."""
    params, inclusive = call.params, call.instance.config.inclusive
    flags = frozenset(name for name in _FLAGS if params.flag(name))
    both = params.text("activeinactive").lower() == "true,true"
    active = params.flag("includeactive", default=True)
    inactive = params.flag("includeinactive") or both
    clients, sites = params.integers("client_id"), params.integers("site_id")
    search = params.text("search").lower()
    read, edge = call.instance.times.read, 0 if inclusive else 1
    low, high = read(params.text("lastupdatefromdate")), read(params.text("lastupdatetodate"))

    def passes(row: Row) -> bool:
        return (
            (inactive if row["inactive"] else active)
            and _seen(row, call)
            and (clients is None or row["client_id"] in clients)
            and (sites is None or row["site_id_int"] in sites)
            and (low is None or row["_updated"] >= low + edge)
            and (high is None or row["_updated"] <= high - edge)
            and not _excluded(row, flags)
            and (not search or any(search in row[name].lower() for name in _SEARCHED))
        )

    wanted = (flags, active, inactive, clients, sites, search, low, high, edge, call.viewer.clients)
    return call.instance.world.contacts.find(wanted, passes)


def _excluded(row: Row, flags: frozenset[str]) -> bool:
    """What the flags leave out; the General User is its site's default user."""
    general = not flags.isdisjoint(("exclude_generaluser", "exclude_defaultsiteusers")) and row["_general"]
    agent = "exclude_agents" in flags and row["linked_agent_id"] > 0
    return bool(general or agent or ("includenonserviceaccount" in flags and row["isserviceaccount"]))


def _seen(row: Row, call: Call) -> bool:
    """Whether the agent may see the contact's client."""
    return call.viewer.clients is None or row["client_id"] in call.viewer.clients


def _ordered(ids: array[int], call: Call) -> Sequence[int]:
    """By id, or by name."""
    down = call.params.flag("orderdesc")
    if call.params.text("order").lower() == "name":
        return sorted(ids, key=lambda user: (call.instance.world.contacts.name(user), user), reverse=down)
    return ids[::-1] if down else ids
