"""``dlq_replays``: which dead letters were replayed, so that a replay ends what an earlier or killed one began."""

from collections.abc import Sequence

from halobus.cli_resume import written_now
from halobus.dlq_letters import Letter
from halobus.store import Database, Document, Session, UpdateOne, in_transaction

COLLECTION = "dlq_replays"
"""``_id``: the letter's; ``replay``: the audit entry of the command. Kept for longer than a dead letter."""


async def replayed(database: Database, letters: Sequence[Letter]) -> set[str]:
    """The ids of those that were replayed."""
    query = {"_id": {"$in": [letter.id for letter in letters]}}
    return {document["_id"] async for document in database[COLLECTION].find(query, {"_id": 1})}


async def begin(database: Database, entry: Document) -> None:
    """Write a command's entry in the audit log before it replays anything: ``after`` says that nothing is done yet."""
    begun = {**entry, "after": {"replayed": 0, "finished": False}}
    await database["audit"].update_one({"_id": entry["_id"]}, written_now(begun), upsert=True)


async def mark(database: Database, entry: Document, letters: Sequence[Letter]) -> None:
    """Note letters that the broker has acknowledged, and count them in the command's entry, both or neither."""
    noted = [{"$set": {"at": "$$NOW", "replay": entry["_id"]}}]
    marks = [UpdateOne({"_id": letter.id}, noted, upsert=True) for letter in letters]

    async def work(session: Session) -> None:
        await database[COLLECTION].bulk_write(marks, ordered=False, session=session)
        counted = {"$inc": {"after.replayed": len(letters)}}
        await database["audit"].update_one({"_id": entry["_id"]}, counted, session=session)

    await in_transaction(database, work)


async def finish(database: Database, entry: Document) -> None:
    """Note in the audit log that the command did all that it set out to do."""
    await database["audit"].update_one({"_id": entry["_id"]}, {"$set": {"after.finished": True}})
