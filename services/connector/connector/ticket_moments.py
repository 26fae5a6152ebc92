"""When stored tickets last changed in Halo, and which of them have comments that are older than that."""

from datetime import datetime, timedelta

from halobus import mirror, version
from halobus.keys import RecordKey
from halobus.store import DESCENDING, Database, Document

_PART = 200
_SECOND = timedelta(seconds=1)


async def moment_of(database: Database, tenant: str, connection: str, ticket: int) -> datetime | None:
    """The stored ticket's newest time of change; None where it is not stored."""
    found = await database.tickets.find_one({"_id": str(RecordKey(tenant, connection, str(ticket)))}, {"content": 1})
    return moment((found or {}).get("content") or {})


def moment(content: Document) -> datetime | None:
    """The later of a ticket's last action and last update."""
    times = [time for name in ("last_action", "last_update") if (time := content.get(name)) is not None]
    return max(times, default=None)


async def with_older_comments(
    database: Database, tenant: str, connection: str, generation: int, since: str, scope: Document, most: int
) -> dict[int, datetime | None]:
    """Visible tickets met at version ``since`` or later, newest first, and their times: those whose stored comments
    were read for an earlier time, and those without whose content changed since.
    """
    query = {**mirror.visible(tenant, connection, generation), **scope}
    query["version"] = {"$gte": max(since, version.floor(generation))}
    fields = {"changed": 1, "content.id": 1, "content.last_action": 1, "content.last_update": 1}
    chosen: dict[int, datetime | None] = {}
    part: list[Document] = []
    newest_first = database.tickets.find(query, fields).sort([("content.last_action", DESCENDING)])
    async for document in newest_first.batch_size(_PART):
        part.append(document)
        if len(part) == _PART:
            chosen |= await _older(database, generation, since, part)
            part = []
        if len(chosen) >= most:
            break
    chosen |= await _older(database, generation, since, part)
    return dict(list(chosen.items())[:most])


async def _older(
    database: Database, generation: int, since: str, tickets: list[Document]
) -> dict[int, datetime | None]:
    wanted = {"_id": {"$in": [ticket["_id"] for ticket in tickets]}, "version": {"$gte": version.floor(generation)}}
    read_for = {
        document["_id"]: (document.get("content") or {}).get("read_for")
        async for document in database.comments.find(wanted, {"content.read_for": 1})
    }
    found: dict[int, datetime | None] = {}
    for ticket in tickets:
        now, before = moment(ticket["content"]), read_for.get(ticket["_id"])
        older = now is not None and (before is None or before < now)
        if older if ticket["_id"] in read_for else ticket["changed"] >= since:
            found[int(ticket["content"]["id"])] = now
    return found


def read_at(moment: datetime | None, date: datetime | None) -> datetime | None:
    """For which time of change comments count as read, given Halo's time of the answer.

    Halo's times are in seconds: a change in the second of the answer may have come after it, and is then read again.
    """
    if moment is None or date is None:
        return moment
    return min(moment, date - _SECOND)
