"""``halobus erase --tenant``: all that Halobus holds of a tenant goes, and nothing that comes late can live again.

Two marks stay for ever: ``connections`` says when, and ``tenants`` that there is no connection. By them every consumer
drops what still lies in Kafka, and the owners delete what one of them had in hand (``forgetting``).
"""

from halobus.cli_resume import audit_entry, written_now
from halobus.store import Database, Document, Session, in_transaction
from halobus.streams import STREAMS

BY_KEY = ("connections", "tenants")
"""One document a tenant: they become the marks."""
COLLECTIONS: tuple[str, ...] = (
    *sorted({stream.collection for stream in STREAMS.values()} | {stream.rejects for stream in STREAMS.values()}),
    "planner_items",
    "devices",
    "accounts",
    "imports",
    "settings",
    "company_links",
    "account_choices",
    "planner_choices",
    "asset_choices",
    "seen_lists",
    "erasures",
    "runs",
    "commands",
)
"""All that has a tenant but ``audit``, which is the proof and expires by itself, and what the host portal owns."""


async def count(database: Database, tenant: str) -> dict[str, int]:
    """What there is to delete, by collection; those with nothing are left out."""
    counts = {name: await database[name].count_documents({"tenant": tenant}) for name in COLLECTIONS}
    counts |= {name: await database[name].count_documents({"_id": tenant}) for name in BY_KEY}
    return {name: n for name, n in counts.items() if n}


async def erase(database: Database, tenant: str, why: str) -> dict[str, int]:
    """Mark, then delete; may be run again. Returns what was deleted. Written to the audit log; the fact
    ``tenant.erased`` follows, announced by wizard-api.
    """
    held = await count(database, tenant)
    told = {"tenant": tenant, "fact": "tenant.erased", "announced": False}
    entry = {**audit_entry("tenant.erased", f"tenants/{tenant}", held, {"why": why}), **told}

    async def mark(session: Session) -> None:
        await _mark(database, tenant, session)
        await database["audit"].update_one({"_id": entry["_id"]}, written_now(entry), upsert=True, session=session)

    await in_transaction(database, mark)
    for name in COLLECTIONS:
        await database[name].delete_many({"tenant": tenant})
    return held


async def _mark(database: Database, tenant: str, session: Session) -> None:
    own: Document = {"_id": {"$literal": tenant}, "tenant": {"$literal": tenant}}
    # Drafts go on being counted, and the fence goes on rising: a later connection of the tenant is a new one to all.
    decided = {**own, "drafts": {"$ifNull": ["$drafts", 0]}, "erased_at": "$$NOW"}
    fence = {"$max": [{"$add": [{"$ifNull": ["$lease.fence", 0]}, 1]}, {"$toLong": "$$NOW"}]}
    lease = {"holder": None, "fence": fence, "until": None}
    known = {**own, "lease": lease, "connection": None, "state": "disconnected"}
    for name, document in (("connections", decided), ("tenants", known)):
        await database[name].update_one({"_id": tenant}, [{"$replaceWith": document}], upsert=True, session=session)
