"""Tickets, opportunities and projects share Halo's numbers: one that becomes another leaves a mirror for the other one.

No list tells of the leaving. But the stream that it came to has met it since, so its number stands in two mirrors, and
the older of the two is to be looked at by its id.
"""

from collections.abc import Mapping
from itertools import combinations

from halobus import version
from halobus.store import Database, Document
from halobus.streams import STREAMS, StreamName

SALES = (StreamName.OPPORTUNITIES, StreamName.PROJECTS)
DOMAINS = (StreamName.PROJECTS, StreamName.OPPORTUNITIES, StreamName.TICKETS)
"""The streams that share numbers, the smallest first."""
MOST = 50
"""So many of a stream are looked at in one sync; the rest in the next ones."""
_BATCH = 1000
_Met = tuple[str, bool]
"""Of a mirror: when it was met, without the generation, which belongs to one stream; and whether it is live."""


async def left_behind(
    database: Database, tenant: str, connection: str, generations: Mapping[StreamName, int]
) -> dict[StreamName, list[int]]:
    """Per stream the ids whose live mirror is older than the one that another stream has of the same number."""
    found: dict[StreamName, set[int]] = {}
    for small, large in combinations(DOMAINS, 2):
        mine: Document = {"tenant": tenant, "connection": connection, **_kept(generations[small])}
        part: dict[str, _Met] = {}
        async for document in database[STREAMS[small].collection].find(mine, {"version": 1, "state": 1}):
            part[document["_id"]] = _met(document)
            if len(part) == _BATCH:
                await _compare(database, small, large, generations[large], part, found)
                part = {}
        await _compare(database, small, large, generations[large], part, found)
    return {stream: sorted(ids)[:MOST] for stream, ids in found.items()}


async def _compare(
    database: Database,
    small: StreamName,
    large: StreamName,
    generation: int,
    part: Mapping[str, _Met],
    found: dict[StreamName, set[int]],
) -> None:
    same: Document = {"_id": {"$in": list(part)}, **_kept(generation)}
    async for document in database[STREAMS[large].collection].find(same, {"id": 1, "version": 1, "state": 1}):
        ours, theirs = part[document["_id"]], _met(document)
        older, live = (small, ours[1]) if ours[0] < theirs[0] else (large, theirs[1])
        if live:
            found.setdefault(older, set()).add(int(document["id"]))


def _kept(generation: int) -> Document:
    """Mirrors of what Halo shows, in scope or not."""
    return {"state": {"$ne": "gone"}, "version": {"$gte": version.floor(generation)}}


def _met(document: Document) -> _Met:
    return document["version"].partition(".")[2], document["state"] == "live"
