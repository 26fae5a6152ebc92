"""`POST /Tickets`, `/Opportunities`, `/Projects`: create without id, update with one; DELETE (section 9)."""

from __future__ import annotations

import asyncio

from starlette.responses import JSONResponse

from halo_simulator.api.call import Answer, Call, Handler, Row
from halo_simulator.api.fields import Fields
from halo_simulator.api.ticket_detail import posted, visible
from halo_simulator.api.ticket_fields import domain_of, missing, numbers, texts
from halo_simulator.data import clients, people
from halo_simulator.data.blank import BLANK, defaults
from halo_simulator.data.columns import DELETED, REQUEST
from halo_simulator.errors import INVALID_STATE, HaloError


def poster(kind: int) -> Handler:
    """Creates or updates; answers the last row. The same create sent twice makes two tickets."""

    async def answer(call: Call) -> Answer:
        rows = [Fields(row, n) for n, row in enumerate(await call.rows())]
        await _race(call, rows)
        made = [_update(call, row) if row.integer("id") else _create(call, row, kind) for row in rows]
        return JSONResponse(made[-1], call.instance.config.created_status)

    return answer


async def delete(call: Call) -> Answer:
    """`DELETE /Tickets/{id}?reason=`."""
    visible(call, call.id())
    instance = call.instance
    at = instance.clock.now() if instance.config.deletion_touches_update else None
    instance.world.ledger.change(call.id(), {"state": DELETED}, {}, at)
    return {"id": call.id()}


def _create(call: Call, fields: Fields, kind: int) -> Row:
    """One new ticket, or what is wrong with it."""
    values = defaults(kind, call.instance.clock.now()) | numbers(call, fields)
    _check_area(call, values, kind)
    words = texts(call, fields)
    lacking = missing(call, values, words)
    if "summary" in lacking or (lacking and not fields.flag("_novalidate")):
        raise HaloError(400, f"Required fields are missing: {', '.join(lacking)}")
    if "client" in numbers(call, fields) and not fields.integer("site_id"):
        values["site"] = clients.site_id(values["client"], 0)
        values["user"] = fields.integer("user_id") or people.user_id(values["client"], 0)
    if fields.flag("_validate_only"):
        return {"id": 0, "summary": words["summary"], "_validation_key": "ok"}
    ticket = call.instance.world.ledger.create(values, BLANK | words, call.instance.clock.now())
    return posted(call, ticket)


def _update(call: Call, fields: Fields) -> Row:
    """Changes what was sent and nothing else."""
    ticket = fields.integer("id") or 0
    visible(call, ticket)
    values, words = numbers(call, fields), texts(call, fields)
    if words.get("summary") == "":
        raise HaloError(400, "Required fields are missing: summary")
    now = call.instance.clock.now()
    if "status" in values:
        values["closed"] = now if values["status"] in call.instance.world.closed else 0
    if "type" in values:
        values["kind"] = domain_of(call, values["type"])
    if not fields.flag("_validate_only"):
        call.instance.world.ledger.change(ticket, values, words, now)
    return posted(call, ticket)


def _check_area(call: Call, values: dict[str, int], kind: int) -> None:
    """A type of another area: `/Tickets` takes it and makes what it is, the others refuse it (invented)."""
    own = domain_of(call, values["type"])
    if kind != REQUEST and own != kind:
        raise HaloError(400, f"tickettype_id {values['type']} is not valid")
    values["kind"] = own


async def _race(call: Call, rows: list[Fields]) -> None:
    """With `create_race`, creates that overlap spoil each other."""
    if not call.instance.config.create_race or all(row.integer("id") for row in rows):
        return
    call.instance.creating += 1
    try:
        await asyncio.sleep(0)
        if call.instance.creating > 1:
            raise HaloError(500, INVALID_STATE)
    finally:
        call.instance.creating -= 1
