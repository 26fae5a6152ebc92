"""Promise 5: Clear & Resync raises the generation, so that everything older is invisible from that moment on."""

from collections.abc import Awaitable, Callable, Sequence

from halobus.store import Database, Document, Session
from halobus.streams import StreamName


def raising(
    database: Database, tenant: str, connection: str, streams: Sequence[StreamName]
) -> Callable[[Session], Awaitable[None]]:
    """The step of a transaction that raises the generations of these streams."""

    async def step(session: Session) -> None:
        for stream in streams:
            change = _raise(connection, stream)
            await database.connections.update_one({"_id": tenant}, change, upsert=True, session=session)

    return step


def _raise(connection: str, stream: StreamName) -> list[Document]:
    # $getField and $setField, not paths: a connection's name may hold dots. The clock in ms keeps a database that was
    # restored from yesterday from issuing an old number again.
    held = {"$ifNull": ["$generations", {}]}
    streams = {"$ifNull": [{"$getField": {"field": {"$literal": connection}, "input": held}}, {}]}
    before = {"$ifNull": [{"$getField": {"field": {"$literal": str(stream)}, "input": streams}}, 0]}
    raised = {"$max": [{"$add": [before, 1]}, {"$toLong": "$$NOW"}]}
    changed = {"$setField": {"field": {"$literal": str(stream)}, "input": streams, "value": raised}}
    whole = {"$setField": {"field": {"$literal": connection}, "input": held, "value": changed}}
    return [{"$set": {"generations": whole}}]
