"""A tenant with 20,000 tickets and 400 companies: what was synced, over and over under numbers of its own."""

import copy
from itertools import count, cycle, islice
from typing import Any

from browser.desk import Desk

TICKETS, COMPANIES = 20_000, 400
_FIRST = 10_000_000
"""Above every number of the simulator."""


async def crowded(desk: Desk) -> str:
    """The tenant. Its schedule stands still: a sync would find out that Halo has no such tickets."""
    tenant = await desk.connected()
    async with desk.system.portal(tenant) as portal:
        await portal.call("PATCH", "/integrations/halo", {"paused": True})
    for collection, wanted, name in (("tickets", TICKETS, "summary"), ("companies", COMPANIES, "name")):
        await _fill(desk, tenant, collection, wanted, name)
    return tenant


async def _fill(desk: Desk, tenant: str, collection: str, wanted: int, name: str) -> None:
    """Copies of the mirror's own documents, until there are as many as wanted."""
    rows = desk.system.database[collection]
    live = await rows.find({"tenant": tenant, "state": "live"}).to_list(None)
    numbers = count(_FIRST)
    more = [_copied(one, next(numbers), name) for one in islice(cycle(live), wanted - len(live))]
    await rows.insert_many(more, ordered=False)


def _copied(document: dict[str, Any], id: int, name: str) -> dict[str, Any]:
    made = copy.deepcopy(document)
    tenant, connection, _ = made["_id"].split(":")
    made["_id"] = f"{tenant}:{connection}:{id}"
    made["content"] |= {"id": id, name: f"{made['content'][name]} {id}"}
    return made
