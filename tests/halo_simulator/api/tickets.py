"""`GET /Tickets`, `/Opportunities` and `/Projects`: one table, one list key (docs/halo.md sections 4 to 6)."""

from __future__ import annotations

from halo_simulator.api.call import Answer, Call, Handler
from halo_simulator.api.ids import ids_only
from halo_simulator.api.paging import listing, page_of
from halo_simulator.api.selection import wanted
from halo_simulator.api.ticket_detail import detail, visible
from halo_simulator.api.ticket_rows import row_bytes
from halo_simulator.data.columns import DOMAINS

_INCLUDES = ("includestatus", "includeagent", "includetickettype")


def lister(resource: str, domain: str) -> Handler:
    """The list of one domain; no domain means whatever the parameter says."""

    async def answer(call: Call) -> Answer:
        want = wanted(call.params, call.viewer, call.instance, domain)
        ids = call.instance.selections.find(want, call.instance.world.ledger)
        if call.params.flag("ticketidonly"):
            return ids_only(call, "tickets", ids)
        shift = call.striking("rows_shift")
        page = page_of(
            len(ids), call.params, call.instance.config, resource, shift.params.get("rows", 1) if shift else 0
        )
        include = frozenset(name for name in _INCLUDES if call.params.flag(name))
        return listing("tickets", ids, page, lambda ticket: row_bytes(call.instance, ticket, include))

    return answer


def getter(domain: str) -> Handler:
    """One ticket by id; an id of another domain is the same row by another way (section 6)."""

    async def answer(call: Call) -> Answer:
        visible(call, call.id(), DOMAINS.get(domain))
        return detail(call, call.id())

    return answer
