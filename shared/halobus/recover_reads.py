"""``halobus recover``, mirrors: all is read anew, under numbers higher than any that were lost, and stays shown.

Records of a generation that the backup does not know (a later Clear & Resync) may still lie in Kafka and in the dead
letters, and would outrank every later read. So each generation rises to the database's clock, and what is shown
is moved into it: its content stays on the page until the full read, which a new generation asks for, has replaced it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from halobus import version
from halobus.documents import Connection, Tenant
from halobus.store import Database, Document, now
from halobus.streams import STREAMS, StreamName

DIGITS = len(version.floor(0).partition(".")[0])


async def raise_fences(database: Database) -> int:
    """Take every lease from whoever holds it: a connector that went on through the restore writes nothing any more."""
    fence = {"$max": [{"$add": [{"$ifNull": ["$lease.fence", 0]}, 1]}, {"$toLong": "$$NOW"}]}
    free = {"holder": None, "fence": fence, "until": None}
    result = await database["tenants"].update_many({}, [{"$set": {"lease": free}}])
    return int(result.matched_count)


async def read_anew(database: Database, gone: Collection[str], *, dry_run: bool) -> list[str]:
    """Raise the generations of all connected tenants but those that are ``gone``, erased just now, and move what is
    shown into them; the tenants.
    """
    milliseconds = int((await now(database)).timestamp() * 1000)
    done: list[str] = []
    chosen = {"connection": {"$type": "string"}, "_id": {"$nin": sorted(gone)}}
    async for document in database["tenants"].find(chosen).sort("_id", 1):
        tenant = Tenant.model_validate({**document, "tenant": document["_id"]})
        known = await database["connections"].find_one({"_id": tenant.tenant}) or {}
        connection = Connection.model_validate({**known, "tenant": tenant.tenant})
        done.append(tenant.tenant)
        if not dry_run and tenant.connection is not None:
            await _raise(database, connection, tenant.connection, milliseconds)
    return done


async def _raise(database: Database, held: Connection, connection: str, milliseconds: int) -> None:
    """Mirrors first: they are shown under the old generation too, so a kill in between changes nothing that is seen."""
    raised = {name: max(held.generation(connection, name) + 1, milliseconds) for name in STREAMS}
    raised[StreamName.COMMENTS] = raised[StreamName.TICKETS]
    for name, stream in STREAMS.items():
        old, new = held.generation(connection, name), raised[name]
        shown: dict[str, Any] = {"$gte": version.floor(old), "$lt": version.floor(new)}
        mine = {"tenant": held.tenant, "connection": connection, "version": shown}
        await database[stream.collection].update_many(mine, [{"$set": {"version": _in_generation(new)}}])
    whole: Mapping[str, Any] = {**held.generations, connection: {str(name): each for name, each in raised.items()}}
    change = [{"$set": {"generations": {"$literal": whole}}}]
    await database["connections"].update_one({"_id": held.tenant}, change)


def _in_generation(generation: int) -> Document:
    """The same place in another generation: fence and number stay, so that order stays."""
    rest = {"$substrBytes": ["$version", DIGITS, -1]}
    return {"$concat": [version.floor(generation)[:DIGITS], rest]}


async def spread(database: Database, gone: Collection[str], minutes: float, *, dry_run: bool) -> int:
    """Plan the next sync of every connection that is set up and not ``gone``, one after the other over so many minutes;
    their number.
    """
    chosen = {"completed": {"$ne": None}, "_id": {"$nin": sorted(gone)}}
    ids = [each["_id"] async for each in database["connections"].find(chosen).sort("_id", 1)]
    step = minutes * 60_000 / max(len(ids), 1)
    for place, id in enumerate([] if dry_run else ids):
        after = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": int(place * step)}}
        await database["connections"].update_one({"_id": id}, [{"$set": {"next_sync_at": after}}])
    return len(ids)
