"""A single ticket: the detail by GET, and the differently spelt answer of POST (docs/halo.md section 6)."""

from __future__ import annotations

from typing import Any

from halo_simulator.api.call import Call
from halo_simulator.api.ticket_rows import list_row
from halo_simulator.data import text
from halo_simulator.data.columns import DELETED, OPPORTUNITY, PROJECT, PURGED
from halo_simulator.errors import HaloError

Row = dict[str, Any]
_RENAMED = {"last_update": "lastupdate", "user_email": "useremail", "ticket_tags": "tickettags"} | {
    f"category_{n}": f"category{n}" for n in (1, 2, 3, 4)
}


def detail(call: Call, ticket: int) -> Row:
    """What GET by id shows beyond the list's row."""
    world = call.instance.world
    columns = world.ledger.columns.get(ticket)
    row = list_row(call.instance, ticket)
    return row | {
        "details_html": row.get("details_html") or text.details_html(row["details"]),
        "datecreated": row["dateoccurred"],
        "deleted": columns["state"] == DELETED,
        "is_opportunity": columns["kind"] == OPPORTUNITY,
        "is_project": columns["kind"] == PROJECT,
        "usertype": 1,
        "budgettype_id": -1,
        "closure_note": "",
        "top_level_id": int(str(world.lists["client"].get(columns["client"], {}).get("toplevel_id", -1))),
        "categoryid_1": -1,
        "customfields": row.get("customfields", []),
    }


def posted(call: Call, ticket: int) -> Row:
    """The row as POST answers it: other spellings of the same fields."""
    return {_RENAMED.get(key, key): value for key, value in detail(call, ticket).items()}


def visible(call: Call, ticket: int, kind: int | None = None) -> dict[str, int]:
    """The columns of a ticket that the caller may see; else 404 or what invisibility answers."""
    columns = call.instance.world.ledger.columns
    config = call.instance.config
    found = columns.get(ticket) if columns.has(ticket) else None
    if found is None or found["state"] == PURGED or (kind is not None and found["kind"] != kind):
        raise HaloError(404, "Not Found")
    if found["state"] == DELETED and config.deleted_answer == "missing":
        raise HaloError(404, "Not Found")
    if not call.viewer.sees(found["team"], found["client"]):
        raise HaloError(config.invisible_status, "You do not have permission to view this Ticket")
    return found
