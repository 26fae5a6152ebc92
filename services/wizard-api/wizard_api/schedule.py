"""The schedule: every connection that is set up gets its Quick Sync in time, from whichever replica is first."""

import random
from datetime import datetime

from halobus import log, telemetry
from halobus.store import Database, Document, ReturnDocument
from wizard_api import backoff, outbox
from wizard_api.connected import State, state_of, tenant_of
from wizard_api.context import Wizard
from wizard_api.issuing import head
from wizard_api.status import open_syncs
from wizard_api.syncs import same_sync, sync_request

logger = log.get(__name__)
ACTOR = "schedule"
JITTER, JITTER_SECONDS = 0.1, 60.0
"""By how much a sync may be later, so that all tenants don't sync at the same moment: a part of the interval, but never
so much that the promise (the interval and 2 minutes) leaves no time for the sync itself.
"""
UNCONNECTED_SECONDS = 300
AFTER_OPEN_SECONDS = 60
AT_ONCE = 50


async def tick(wizard: Wizard) -> None:
    """One round of the loop: start what is due. A claim lost to another replica is that one's sync."""
    await _let_go(wizard.database)
    due = {
        "completed": {"$ne": None},
        "paused": {"$ne": True},
        "next_sync_at": {"$ne": None},
        "$expr": {"$lte": ["$next_sync_at", "$$NOW"]},
    }
    for document in await wizard.database.connections.find(due).to_list(AT_ONCE):
        with log.bind(tenant=document["_id"]):
            await _run(wizard, document)


async def _run(wizard: Wizard, document: Document) -> None:
    tenant = document["_id"]
    known = await tenant_of(wizard.database, tenant)
    ready = known.connection is not None and known.state != "disconnected"
    state = await state_of(wizard.database, tenant) if ready else None
    seconds = state.sync.interval_minutes * 60 if state else UNCONNECTED_SECONDS
    held = await backoff.standing(wizard.database, state) if state else backoff.Standing()
    if not await _claim(wizard, document, seconds, held.until) or state is None or not state.enabled():
        return
    running = await open_syncs(wizard.database, tenant)
    if running:
        await _soon(wizard, tenant)
        logger.info("scheduled_sync_joined", run=running[0])
        return
    await _start(wizard, tenant, state)


async def _claim(wizard: Wizard, document: Document, seconds: int, not_before: datetime | None) -> bool:
    """Whether this sync is ours to start; the next one is planned by that. Failing ones are put off, not started."""
    later = round(1000 * (seconds + random.uniform(0, min(JITTER * seconds, JITTER_SECONDS))))
    seen = {"_id": document["_id"], "next_sync_at": document["next_sync_at"]}
    following: Document = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": later}}
    held = {"$gt": [not_before, "$$NOW"]}  # null is less than any date
    put_off = {"$cond": [held, "$$NOW", None]}
    planned = {"next_sync_at": {"$cond": [held, not_before, following]}, "put_off": put_off}
    taken = await wizard.database.connections.find_one_and_update(
        seen, [{"$set": planned}], return_document=ReturnDocument.AFTER
    )
    if taken is not None and taken["next_sync_at"] == not_before:
        logger.info("scheduled_sync_put_off", until=not_before)
        return False
    return taken is not None


async def _let_go(database: Database) -> None:
    """Those that were put off, and whose test or sync has succeeded since, are due: nobody mends a connection to see
    it read two hours later.
    """
    read = {"$map": {"input": {"$objectToArray": {"$ifNull": ["$of.streams", {}]}}, "in": "$$this.v.synced_at"}}
    since = {"$max": [{"$max": read}, "$of.active.tested_at"]}
    pipeline: list[Document] = [
        {"$match": {"put_off": {"$type": "date"}}},
        {"$lookup": {"from": "tenants", "localField": "_id", "foreignField": "_id", "as": "of"}},
        {"$unwind": "$of"},
        {"$match": {"$expr": {"$gt": [since, "$put_off"]}}},
        {"$project": {"put_off": 1}},
    ]
    async for each in database.connections.aggregate(pipeline):
        waits = {**each, "next_sync_at": {"$ne": None}}
        await database.connections.update_one(waits, [{"$set": {"next_sync_at": "$$NOW", "put_off": None}}])
        logger.info("scheduled_sync_goes_on", tenant=each["_id"])


async def _soon(wizard: Wizard, tenant: str) -> None:
    """The open sync may have read already what changes now: its turn comes shortly, not an interval later."""
    soon: Document = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": AFTER_OPEN_SECONDS}}
    planned = {"next_sync_at": {"$cond": [{"$gt": ["$next_sync_at", soon]}, soon, "$next_sync_at"]}}
    await wizard.database.connections.update_one({"_id": tenant}, [{"$set": planned}])


async def _start(wizard: Wizard, tenant: str, state: State) -> None:
    streams = state.enabled()
    parts = same_sync("quick", streams, state)
    request = sync_request(
        wizard.database, state, head(tenant, ACTOR, "sync", parts), "quick", streams, join=True, scheduled=True
    )
    with telemetry.span("scheduled sync"):
        recorded = await outbox.issue(wizard, request)
    logger.info("scheduled_sync", run=recorded.id, deduplicated=recorded.deduplicated)
