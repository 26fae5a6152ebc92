"""``halobus resume``: let a consumer group go on that stopped itself."""

import getpass
from typing import Any
from uuid import uuid4

import typer

from halobus.store import Database, Document, Session, find_one, in_transaction
from halobus.streams import STREAMS

GROUPS = sorted({stream.owner for stream in STREAMS.values()})


async def resume(database: Database, group: str) -> None:
    """Clear the group's stop and its streak of failures, and write it in the audit log, both or neither."""
    collection = f"{group.replace('-', '_')}_group"
    state = await find_one(database, collection, "group")
    stopped = (state or {}).get("stopped")
    if not stopped:
        typer.echo(f"{group} is not stopped")
        return

    async def work(session: Session) -> None:
        cleared: Document = {"stopped": None, "before": [], "streak": 0, "tenants": [], "resumed": "$$NOW"}
        await database[collection].update_one({"_id": "group"}, [{"$set": cleared}], session=session)
        entry = audit_entry("group.resume", group, {"stopped": stopped}, {"stopped": None})
        await database["audit"].update_one({"_id": entry["_id"]}, written_now(entry), upsert=True, session=session)

    await in_transaction(database, work)
    typer.echo(f"{group} goes on; it had stopped: {stopped.get('reason', 'no reason given')}")


def audit_entry(action: str, subject: str, before: Any, after: Any) -> Document:
    """An operator's entry of the audit log, of no tenant and with no fact to announce; ``at`` is added when written."""
    return {
        "_id": str(uuid4()),
        "tenant": None,
        "connection": None,
        "actor": f"os:{getpass.getuser()}",
        "action": action,
        "subject": subject,
        "before": before,
        "after": after,
        "fact": None,
        "announced": True,
    }


def written_now(entry: Document) -> list[Document]:
    """The update that inserts an entry with the database's time."""
    return [{"$replaceWith": {"$mergeObjects": [{"$literal": entry}, {"at": "$$NOW"}]}}]
