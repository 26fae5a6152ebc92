"""The truth, to compare a copy with: every ticket's id, sequence number and what a copy must agree on."""

from __future__ import annotations

from typing import Any

from halo_simulator.data import clients, sales, text
from halo_simulator.data.columns import DELETED, DOMAINS, FIRST_ID, MERGED, PURGED, REQUEST
from halo_simulator.data.world import World
from halo_simulator.times import utc

_DOMAIN = {kind: name for name, kind in DOMAINS.items()}


def tickets(world: World, domain: str, start: int, limit: int) -> dict[str, Any]:
    """Up to `limit` tickets from id `start`, all states; `next` is where to go on, or null."""
    rows: list[dict[str, Any]] = []
    columns = world.ledger.columns
    wanted = DOMAINS.get(domain)
    ticket = max(start, FIRST_ID)
    while columns.has(ticket) and len(rows) < limit:
        if wanted is None or columns.kind[ticket - FIRST_ID] == wanted:
            rows.append(ticket_truth(world, ticket))
        ticket += 1
    return {"tickets": rows, "next": ticket if columns.has(ticket) else None}


def ticket_truth(world: World, ticket: int) -> dict[str, Any]:
    """One ticket as it is."""
    values = world.ledger.columns.get(ticket)
    changed = world.ledger.texts.get(ticket, {})
    return {
        "id": ticket, "sequence": values["sequence"], "domain": _DOMAIN[values["kind"]], "team_id": values["team"],
        "status_id": values["status"], "client_id": values["client"], "agent_id": values["agent"],
        "tickettype_id": values["type"], "deleted": values["state"] in (DELETED, PURGED),
        "purged": values["state"] == PURGED, "merged_into": values["merged"] if values["state"] == MERGED else None,
        "summary": changed["summary"] if "summary" in changed else text.summary(world.seed, ticket),
        "last_update": utc(values["updated"]), "last_action": utc(values["acted"]),
    } | (_sales(world, ticket, values, changed) if values["kind"] != REQUEST else {})  # fmt: skip


def _sales(world: World, ticket: int, values: dict[str, int], changed: dict[str, Any]) -> dict[str, Any]:
    """What only opportunities and projects have, times in UTC, null where there is none."""
    prospect = values["client"] == clients.UNKNOWN
    found = sales.fields(world.seed, ticket, values, ticket >= world.ledger.made_at, prospect) | changed
    found |= {name: utc(found[name]) if found[name] else None for name in sales.TIMES if name in found}
    names = [f"category_{level}" for level in (1, 2, 3, 4)]
    paths = dict(zip(names, text.categories(world.seed, ticket), strict=True))
    details = changed["details"] if "details" in changed else text.details(world.seed, ticket)
    return paths | found | {
        "details": details, "created": utc(values["created"]), "user_id": values["user"], "site_id": values["site"],
        "team": world.name("team", values["team"]), "closed": utc(values["closed"]) if values["closed"] else None,
    }  # fmt: skip


def actions(world: World, ticket: int) -> list[dict[str, Any]]:
    """All actions of a ticket, private ones too."""
    return [
        {"id": action.id, "at": utc(action.at), "outcome_id": action.outcome, "note": action.note,
         "hidden": action.hidden, "who": action.who, "agent_id": action.agent, "user_id": action.user,
         "new_status": action.new_status, "application": action.application}
        for action in world.ledger.actions(ticket)
    ]  # fmt: skip
