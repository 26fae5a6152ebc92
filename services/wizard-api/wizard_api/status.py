"""The integration's card: status, step, last and next sync, health per stream, the budget."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from halobus import runs
from halobus.documents import Tenant
from halobus.mirror import visible
from halobus.runs import OPEN, Problem, Run
from halobus.scope import Scope, inside_filter
from halobus.store import DESCENDING, Database, Document
from halobus.streams import STREAMS, StreamName
from wizard_api import plan
from wizard_api.connected import State, connections_of, missing_permission, state_of, tenant_of
from wizard_api.freshness import not_synced_since

Status = Literal["Connected", "Disconnected", "Error", "Syncing"]
WINDOW_SECONDS = 300
OTHERS_SECONDS = 30 * 60


class LastSync(BaseModel):
    """The newest sync that has ended."""

    id: str
    mode: Literal["quick", "resync", "clear"] | None
    state: runs.State
    finished: datetime | None


class StreamHealth(BaseModel):
    """``documents``: records visible in the portal.

    ``enabled``: it is read. Where it is not, it is switched off, or ``problem`` names the permission that is missing.

    ``not_synced_since``: set where the stream is off or Halo is disconnected; what is stored stays.
    """

    stream: StreamName
    enabled: bool
    synced_at: datetime | None
    not_synced_since: datetime | None
    problem: Problem | None
    documents: int


class Budget(BaseModel):
    """Requests of the last 5 minutes on this Halo instance. ``others``: others used its limit lately, too."""

    used: int
    limit: int
    share: float
    others: bool


class Integration(BaseModel):
    """``step``: where the wizard resumes. ``budget``: null while nothing is known of it.

    ``next_sync_reason``: why there is no next scheduled sync, or why it is later than usual; empty where all is well.
    """

    status: Status
    problem: Problem | None
    step: Literal["connect", "sync", "configure", "import", "done"]
    completed: datetime | None
    paused: bool
    instance: str | None
    last_sync: LastSync | None
    next_sync_at: datetime | None
    next_sync_reason: str
    open_runs: list[str]
    streams: list[StreamHealth]
    budget: Budget | None


async def integration(database: Database, tenant: str) -> Integration:
    """The card of a tenant, connected or not."""
    connections, known = await connections_of(database, tenant), await tenant_of(database, tenant)
    running = await open_syncs(database, tenant)
    state = await state_of(database, tenant) if known.connection else None
    planned = await plan.next_sync(database, connections, state)
    return Integration(
        status=_status(known, running),
        problem=known.problem,
        step=connections.step,
        completed=connections.completed,
        paused=connections.paused,
        instance=known.instance,
        last_sync=await _last_sync(database, tenant),
        next_sync_at=planned.at,
        next_sync_reason=planned.reason,
        open_runs=running,
        streams=await _streams(database, state) if state else [],
        budget=await _budget(database, known.instance) if known.instance else None,
    )


async def open_syncs(database: Database, tenant: str) -> list[str]:
    """Ids of the tenant's syncs that have not ended, those included that no connector has accepted yet."""
    # The open runs come last: a command that is accepted meanwhile is then found among them.
    unmarked = {"tenant": tenant, "command.kind": "sync", "accepted": False}
    recorded = {document["command_id"] async for document in database.commands.find(unmarked, {"command_id": 1})}
    accepted = {run["_id"] async for run in database.runs.find({"_id": {"$in": sorted(recorded)}}, {"_id": 1})}
    running = {"tenant": tenant, "kind": "sync", "state": {"$in": sorted(OPEN)}}
    return sorted({run["_id"] async for run in database.runs.find(running, {"_id": 1})} | (recorded - accepted))


def _status(known: Tenant, running: list[str]) -> Status:
    if known.state == "connected":
        return "Syncing" if running else "Connected"
    return "Error" if known.state == "error" else "Disconnected"


async def _last_sync(database: Database, tenant: str) -> LastSync | None:
    query = {"tenant": tenant, "kind": "sync", "finished": {"$ne": None}}
    document = await database.runs.find_one(query, sort=[("created", DESCENDING)])
    if document is None:
        return None
    run = Run.model_validate(document)
    return LastSync(id=run.id, mode=run.command.get("mode"), state=run.state, finished=run.finished)


async def _streams(database: Database, state: State) -> list[StreamHealth]:
    read = {StreamName.REFERENCE, *state.enabled()}
    if StreamName.TICKETS in read:
        read.add(StreamName.COMMENTS)
    return [
        StreamHealth(
            stream=name,
            enabled=name in read,
            synced_at=known.synced_at if (known := state.tenant.streams.get(name)) else None,
            not_synced_since=not_synced_since(state, name),
            problem=(known.problem if known else None) or _missing_permission(state.tenant, name),
            documents=await database[stream.collection].count_documents(shown(state, name)),
        )
        for name, stream in STREAMS.items()
    ]


def _missing_permission(known: Tenant, stream: StreamName) -> Problem | None:
    """What the last test found missing for the stream, before a sync has met it."""
    found = missing_permission(known, stream)
    if found is None:
        return None
    title = f"The application lacks the permission {found.name}"
    return Problem(kind="permission", title=title, detail=found.how, remedy=found.remedy)


def shown(state: State, stream: StreamName) -> Document:
    """The filter of what the portal shows of a stream."""
    scope = state.scope if stream is StreamName.TICKETS else Scope(None, frozenset())
    generation = state.generation(stream)
    return {**visible(state.tenant.tenant, state.connection, generation), **inside_filter(scope)}


async def _budget(database: Database, instance: str) -> Budget | None:
    # A 429 while our own count had room tells of others; the connector then raises its share again, step by step.
    slots = {"$filter": {"input": {"$ifNull": ["$slots", []]}, "cond": {"$gt": ["$$this.t", _ago(WINDOW_SECONDS)]}}}
    recently = {"$gt": ["$share_changed", _ago(OTHERS_SECONDS)]}
    others = {"$and": [{"$eq": ["$lowered", True]}, recently]}
    fields = {"limit": 1, "share": 1, "used": {"$size": slots}, "others": others}
    found = await database.budgets.aggregate([{"$match": {"_id": instance}}, {"$project": fields}]).to_list(1)
    return Budget.model_validate(found[0]) if found and {"limit", "share"} <= found[0].keys() else None


def _ago(seconds: int) -> Document:
    return {"$dateSubtract": {"startDate": "$$NOW", "unit": "second", "amount": seconds}}
