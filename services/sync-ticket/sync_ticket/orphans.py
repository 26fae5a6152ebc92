"""Comments whose ticket has left: nobody sees them, since reads go by the ticket, and in time they go as well."""

from halobus import log, version
from halobus.standing import Standing
from halobus.store import Database, Document

KEPT_DAYS = 1
"""So long after they were last read they stay: a ticket may come back, and a run may still count them."""
_PART = 1000
_log = log.get(__name__)


async def clear_past(database: Database, standing: Standing) -> None:
    """Delete comments of an older generation than the tickets', once the clearing run is applied."""
    if standing.cleared and standing.generation > 0:
        mine: Document = {"tenant": standing.tenant, "connection": standing.connection}
        past = {**mine, "version": {"$lt": version.floor(standing.generation)}}
        await database["comments"].delete_many(past)


async def delete_orphans(database: Database) -> None:
    """Delete the comments of tickets that are stubs. Stubs stay for 30 days, so that none is overlooked."""
    deleted, part = 0, list[str]()
    async for stub in database["tickets"].find({"state": {"$in": ["scope", "gone"]}}, {"_id": 1}):
        part.append(stub["_id"])
        if len(part) == _PART:
            deleted += await _delete(database, part)
            part.clear()
    deleted += await _delete(database, part)
    if deleted:
        _log.info("comments_of_left_tickets_deleted", documents=deleted)


async def _delete(database: Database, ids: list[str]) -> int:
    if not ids:
        return 0
    ago: Document = {"$dateSubtract": {"startDate": "$$NOW", "unit": "day", "amount": KEPT_DAYS}}
    found = {"_id": {"$in": ids}, "$expr": {"$lt": ["$met", ago]}}
    return int((await database["comments"].delete_many(found)).deleted_count)
