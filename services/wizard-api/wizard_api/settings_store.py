"""Saving settings: the document, its audit entry and its fact in one transaction; the slower of two admins is told."""

from datetime import datetime
from typing import Any

from halobus.decisions import Decision
from halobus.settings_schema import kept
from halobus.store import Database, Document, DuplicateKeyError, Session, in_transaction
from wizard_api import audit, seen_lists
from wizard_api.auth import Principal
from wizard_api.connected import Saved, State, saved
from wizard_api.problems import ProblemError


async def replace(
    database: Database, caller: Principal, state: State, kind: str, expected: int, new: Decision
) -> Saved:
    """Store a kind's settings as revision ``expected`` + 1; ProblemError 412 where another revision is there.

    Whoever saves has seen what Halo lists: that is noted with it.
    """
    connection = state.connection
    seen = await seen_lists.now(database, state, kind)
    before = await saved(database, caller.tenant, connection, kind)
    if before.revision != expected:
        raise stale(before)
    value, schema = kept(new, before.document)
    entry = audit.Entry(
        caller.tenant,
        caller.subject,
        action=f"settings.{kind}.saved",
        subject=f"settings/{kind}",
        connection=connection,
        before=before.document and before.document["value"],
        after=value,
        fact="settings.changed",
    )

    async def work(session: Session) -> bool:
        written = await _write(database, session, entry, kind, expected, {"schema": schema, "value": value})
        if written:
            await audit.record(database, session, entry)
            await seen_lists.save(database, state, seen, session)
        return written

    try:
        done = await in_transaction(database, work)
    except DuplicateKeyError:
        done = False
    now = await saved(database, caller.tenant, connection, kind)
    if not done:
        raise stale(now)
    return now


async def _write(
    database: Database, session: Session, entry: audit.Entry, kind: str, expected: int, stored: Document
) -> bool:
    id = f"{entry.tenant}:{entry.connection}:{kind}"
    document = {
        "tenant": entry.tenant,
        "connection": entry.connection,
        "kind": kind,
        **stored,
        "revision": expected + 1,
        "changed_by": entry.actor,
    }
    replaced = {"_id": id, "revision": expected if expected else {"$exists": False}}
    whole = {"$mergeObjects": [{"$literal": {"_id": id, **document}}, {"changed_at": "$$NOW"}]}
    written = await database.settings.update_one(
        replaced, [{"$replaceWith": whole}], upsert=expected == 0, session=session
    )
    return bool(written.matched_count or written.upserted_id)


def stale(current: Saved) -> ProblemError:
    """412 with what is there now and who saved it."""
    document: dict[str, Any] = current.document or {}
    by = document.get("changed_by")
    at = document.get("changed_at")
    return ProblemError(
        412,
        "changed-meanwhile",
        "Somebody else has changed these settings",
        f"{by} saved revision {current.revision}." if by else "Nothing was saved yet.",
        "Look at `current`, then send your change again with its revision as If-Match.",
        headers={"ETag": etag(current.revision)},
        more={
            "current": current.value.model_dump(mode="json"),
            "revision": current.revision,
            "changed_by": by,
            "changed_at": at.isoformat() if at else None,
        },
    )


def etag(revision: int) -> str:
    """The entity tag of a revision."""
    return f'"{revision}"'


async def now(database: Database) -> datetime:
    """The database's time, in which what people decide is dated."""
    found = await database.aggregate([{"$documents": [{"now": "$$NOW"}]}]).to_list(1)
    time: datetime = found[0]["now"]
    return time
