"""Deleting what no connection of the tenant's holds any more: mirrors, what was made of them, and last rejects.

Each owner does it in its own collections (``converge``), at every fact and hourly, for ever: a consumer that was frozen
over a deletion and wakes up writes what it had in hand, and that goes as well.
"""

from halobus import log
from halobus.erasures import REASON, people
from halobus.keys import RecordKey
from halobus.mirror import Write, digest
from halobus.presence import Presence
from halobus.store import Database, Document
from halobus.streams import STREAMS, Stream, StreamName

MADE_OF = {StreamName.OPPORTUNITIES: "planner_items", StreamName.ASSETS: "devices"}
"""What an owner makes of a stream's mirrors; it has no version, and is made anew from mirrors that are there."""
_log = log.get(__name__)


async def forget(database: Database, presence: Presence, stream: Stream) -> None:
    """Delete the stream's documents that the tenant does not hold any more; comments go with their tickets."""
    deleted = 0
    for each in (stream, *([STREAMS[StreamName.COMMENTS]] if stream.name is StreamName.TICKETS else [])):
        for past in _versioned(presence, each.name):
            deleted += (await database[each.collection].delete_many(past)).deleted_count
            rejected = {**past, "stream": each.name.value}
            deleted += (await database[each.rejects].delete_many(rejected)).deleted_count
    if made := MADE_OF.get(stream.name):
        for past in _whole(presence):
            deleted += (await database[made].delete_many(past)).deleted_count
    if stream.name is StreamName.CONTACTS:
        deleted += await empty(database, presence.tenant)
    if deleted:
        _log.info("left_data_deleted", stream=stream.name, documents=deleted)


async def empty(database: Database, tenant: str) -> int:
    """Make stubs of the erased contacts that have content, such as from a consumer that was frozen meanwhile."""
    stub = Write(RecordKey("", "", ""), "", "scope", reason=REASON)
    become = {"state": "scope", "reason": REASON, "hash": digest(stub)}
    emptied = 0
    for key in await people(database, [tenant]):
        live = {"_id": str(RecordKey(*key)), "state": "live"}
        done = await database["contacts"].update_one(live, {"$set": become, "$unset": {"content": ""}})
        emptied += done.modified_count
        rejected = {"_id": f"{key[0]}:{key[1]}:{StreamName.CONTACTS}:{key[2]}"}
        emptied += (await database[STREAMS[StreamName.CONTACTS].rejects].delete_one(rejected)).deleted_count
    return emptied


def _versioned(presence: Presence, stream: StreamName) -> list[Document]:
    """What is of another connection than the present one, and what was deleted of that one."""
    connection = presence.connection
    past: list[Document] = [{"tenant": presence.tenant, "connection": {"$ne": connection}}]
    floor = presence.floor(connection, stream) if connection else None
    if floor is not None:
        past.append({"tenant": presence.tenant, "connection": connection, "version": {"$lt": floor}})
    return past


def _whole(presence: Presence) -> list[Document]:
    past: list[Document] = [{"tenant": presence.tenant, "connection": {"$ne": presence.connection}}]
    if presence.deleted:
        past.append({"tenant": presence.tenant, "connection": {"$in": sorted(presence.deleted)}})
    return past
