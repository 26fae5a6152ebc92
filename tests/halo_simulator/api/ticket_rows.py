"""Rows of ticket lists, with Halo's gaps and oddities (docs/halo.md section 6)."""

from __future__ import annotations

from typing import Any

from halo_simulator.api.listing import dump
from halo_simulator.data import clients, sales, text
from halo_simulator.data.columns import FIRST_ID, MERGED, REQUEST
from halo_simulator.instance import Instance
from halo_simulator.times import EMPTY_DATE

Row = dict[str, Any]
_CACHED = 25_000
_CONSTANT: Row = {
    "child_count": 0, "attachment_count": 0, "flagged": False, "read": True, "enduserstatus": 0,
    "excludefromsla": False, "site_timezone": "", "organisation_id": 1, "emailtolist": "", "emailcclist": "",
    "matched_kb_id": 0, "product_id": 0, "release_id": 0, "lastincomingemail": EMPTY_DATE, "workflow_id": -1,
    "workflow_step": -1, "pipeline_stage_id": -1, "is_vip": False, "isimportantcontact": False, "inactive": False,
    "impact": 3, "urgency": 3, "starttime": "00:00", "targetdate": EMPTY_DATE, "targettime": "00:00",
    "deadlinedate": EMPTY_DATE, "followupdate": EMPTY_DATE, "parent_id": -1, "supplier_id": -1, "contract_id": -1,
    "oppcompanyname": "", "oppvalueadjusted": 0, "cost": 0, "quantity": 0, "userdef1": "", "userdef2": "",
    "source": 0, "table": 1, "use": "ticket", "itil_requesttype_id": 1, "ticket_tags": "", "slaresponsestate": "I",
    "estimate": 0.0, "timetaken": 0.0, "reportedby": "",
}  # fmt: skip


_CONSTANT_TAIL = b"," + dump(_CONSTANT)[1:]


def row_bytes(instance: Instance, ticket: int, include: frozenset[str] = frozenset()) -> bytes:
    """A list row as bytes, from the cache where nothing more was asked for."""
    cache = instance.world.ledger.rows
    if include:
        return dump(list_row(instance, ticket) | _included(instance, ticket, include))
    found = cache.get(ticket)
    if found is None:
        if len(cache) >= _CACHED:
            cache.clear()
        found = cache[ticket] = _serialised(instance, ticket)
    return found


def _serialised(instance: Instance, ticket: int) -> bytes:
    """A row, the part that all rows share made once; unless a change touched that part."""
    row = _varying(instance, ticket)
    if _CONSTANT.keys() & row.keys():
        return dump(_CONSTANT | row)
    return dump(row)[:-1] + _CONSTANT_TAIL


def list_row(instance: Instance, ticket: int) -> Row:
    """The default row: no status_name, agent_name, tickettype_name, datecreated; the team by its name only."""
    return _CONSTANT | _varying(instance, ticket)


def _varying(instance: Instance, ticket: int) -> Row:
    """What differs from ticket to ticket."""
    world = instance.world
    ledger = world.ledger
    changed = ledger.texts.get(ticket, {})
    columns = ledger.columns.get(ticket)
    row = _texts(instance, ticket, changed) | _ids(columns, ticket, instance) | _times(columns, instance)
    row |= {
        "team": world.name("team", columns["team"]), "client_name": world.name("client", columns["client"]),
        "site_name": _site_name(columns), "user_name": world.contacts.name(columns["user"]),
        "user_email": world.contacts.email(columns["user"]),
        "onhold": columns["status"] in (4, 5, 22), "hasbeenclosed": columns["closed"] > 0,
    }  # fmt: skip
    if instance.config.customfields_in_lists:
        row["customfields"] = _customfields(columns)
    if columns["kind"] != REQUEST:
        row |= sales_fields(instance, ticket, columns)
    return row | _written(instance, changed)


def sales_fields(instance: Instance, ticket: int, columns: dict[str, int]) -> Row:
    """What only opportunities and projects have. Of an unknown client's opportunity there is a prospect's name."""
    world = instance.world
    made, prospect = ticket >= world.ledger.made_at, columns["client"] == clients.UNKNOWN
    found = sales.fields(world.seed, ticket, columns, made, prospect)
    return _written(instance, {name: value for name, value in found.items() if value is not None})


def _written(instance: Instance, row: Row) -> Row:
    """The row with its times as Halo writes them."""
    times = {name: instance.times.write(row[name]) for name in sales.TIMES if name in row}
    return row | times


def _texts(instance: Instance, ticket: int, changed: Row) -> Row:
    """Generated words, except where a change replaced them."""
    seed = instance.world.seed
    values: Row = {"id": ticket}
    values["summary"] = changed["summary"] if "summary" in changed else text.summary(seed, ticket)
    values["details"] = changed["details"] if "details" in changed else text.details(seed, ticket)
    names = ("category_1", "category_2", "category_3", "category_4")
    return values | dict(zip(names, text.categories(seed, ticket), strict=True))


def _ids(columns: dict[str, int], ticket: int, instance: Instance) -> Row:
    """Flat references; with `odd_ids` some rows carry "2" or 21.0 instead of a number, as live ones do."""
    odd = instance.config.odd_ids
    merged = columns["merged"] if columns["state"] == MERGED else -1
    return {
        "status_id": columns["status"], "tickettype_id": columns["type"], "priority_id": columns["priority"],
        "sla_id": str(columns["sla"]) if odd and ticket % 97 == 0 else columns["sla"],
        "client_id": columns["client"], "user_id": columns["user"], "agent_id": columns["agent"],
        "site_id": float(columns["site"]) if odd and ticket % 89 == 0 else columns["site"],
        "department_id": -1, "merged_into_id": merged,
    }  # fmt: skip


def _times(columns: dict[str, int], instance: Instance) -> Row:
    """Naive times; 1900 where there is none."""
    write = instance.times.write
    created = columns["created"]
    return {
        "dateoccurred": write(created), "lastactiondate": write(columns["acted"]),
        "last_update": write(columns["updated"]), "dateclosed": write(columns["closed"]),
        "respondbydate": write(created + 3600), "fixbydate": write(created + 8 * 3600),
        "responsedate": write(min(created + 1800, columns["updated"])), "dateassigned": write(created),
        "ticketage": round((instance.clock.now() - created) / 3600, 2),
    }  # fmt: skip


def _customfields(columns: dict[str, int]) -> list[Row]:
    """The ticket's sequence number (invented), so that a copy can be compared with the source."""
    return [{"id": 201, "name": "CFsequence", "label": "Sequence", "type": 0, "value": str(columns["sequence"])}]


def _site_name(columns: dict[str, int]) -> str:
    """The name of the ticket's site."""
    return clients.site_name(columns["client"], columns["site"] - clients.site_id(columns["client"], 0))


def _included(instance: Instance, ticket: int, include: frozenset[str]) -> Row:
    """The names that a caller can ask for."""
    world, columns = instance.world, instance.world.ledger.columns
    position = ticket - FIRST_ID
    names = {
        "includestatus": ("status_name", world.name("status", columns.status[position])),
        "includeagent": ("agent_name", world.name("agent", columns.agent[position])),
        "includetickettype": ("tickettype_name", world.name("tickettype", columns.type[position])),
    }
    return dict(names[name] for name in include)
