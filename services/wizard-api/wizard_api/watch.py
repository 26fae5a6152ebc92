"""What operators see of the whole deployment: every group's lag, and how the connections are, as metrics.

Every replica watches and says the same, so who reads the metrics takes the greatest.
"""

from datetime import UTC, timedelta

from halobus import metrics
from halobus.bus import Bus
from halobus.decisions import AssetSettings, Decision, ProjectSettings, SyncSettings, TicketSettings
from halobus.decisions import OpportunitySettings as Opportunities
from halobus.documents import Connection, Tenant
from halobus.metrics import Metric
from halobus.settings_schema import decided
from halobus.store import Database, Document
from wizard_api import watch_policy
from wizard_api.connected import State

LAG_SECONDS = 5.0
STATE_SECONDS = 10.0
WINDOW_SECONDS = 301
_FROM_KAFKA = (
    metrics.LAG_RECORDS,
    metrics.LAG_SECONDS,
    metrics.COMMITTED_OFFSET,
    metrics.GROUP_MEMBERS,
    metrics.DEAD_LETTERS_WRITTEN,
)
_FROM_MONGODB = (
    metrics.CONNECTIONS,
    metrics.FRESHNESS_SECONDS,
    metrics.OVERDUE_SECONDS,
    metrics.CONNECTION_FAILING,
    metrics.WRITE_BACKS_IN_REVIEW,
    metrics.BUDGET_USED,
    metrics.BUDGET_OURS,
    metrics.BUDGET_RESERVED,
    metrics.BUDGET_LOST,
)


async def groups(bus: Bus) -> None:
    """Measure every group. KafkaError where that fails: then nothing is shown, rather than what was."""
    try:
        lags, members, letters = await bus.lags(), await bus.members(), await bus.dead_letters()
    except BaseException:
        _forget(_FROM_KAFKA)
        raise
    places = {each: (each.group, each.topic, str(each.partition)) for each in lags}
    metrics.replace(metrics.LAG_RECORDS, {place: each.progress.lag for each, place in places.items()})
    metrics.replace(metrics.LAG_SECONDS, {place: each.seconds for each, place in places.items()})
    metrics.replace(metrics.COMMITTED_OFFSET, {place: each.progress.committed for each, place in places.items()})
    metrics.replace(metrics.GROUP_MEMBERS, {(group,): n for group, n in members.items()})
    metrics.replace(metrics.DEAD_LETTERS_WRITTEN, {(topic,): n for topic, n in letters.items()})


async def connections(database: Database) -> None:
    """Look at all connections. The driver's errors where that fails: then nothing is shown, rather than what was."""
    try:
        await _connections(database)
        await _write_backs(database)
        await _budgets(database)
        await _commands(database)
    except BaseException:
        _forget(_FROM_MONGODB)
        raise


async def _connections(database: Database) -> None:
    states = await _states(database)
    now = (await database.command("hello"))["localTime"].replace(tzinfo=UTC)  # a command's answer has no zone
    found = watch_policy.standings(states, now)
    failing = watch_policy.failing([state.tenant for state in states])
    metrics.replace(metrics.CONNECTIONS, watch_policy.by_state([state.tenant for state in states]))
    metrics.set(metrics.SCHEDULED_CONNECTIONS, len(found))
    metrics.set(metrics.FRESH_CONNECTIONS, sum(each.overdue == 0 for each in found))
    metrics.replace(metrics.FRESHNESS_SECONDS, watch_policy.worst({(each.tenant,): each.age for each in found}))
    late: dict[watch_policy.Labels, float] = {(each.tenant,): each.overdue for each in found if each.overdue}
    metrics.replace(metrics.OVERDUE_SECONDS, watch_policy.worst(late))
    metrics.replace(metrics.CONNECTION_FAILING, failing)


async def _states(database: Database) -> list[State]:
    """The connections of all tenants, by three queries however many there are."""
    kinds: dict[str, type[Decision]] = {"sync": SyncSettings, "projects": ProjectSettings, "assets": AssetSettings}
    stored = {each["_id"]: each async for each in database.settings.find({"kind": {"$in": sorted(kinds)}})}
    fields = {"draft": 0}
    known = {each["_id"]: each async for each in database.connections.find({}, fields)}
    return [
        _state(known.get(each["_id"]), Tenant.model_validate({**each, "tenant": each["_id"]}), stored)
        async for each in database.tenants.find({"connection": {"$type": "string"}}, {"active": 0})
    ]


def _state(connection: Document | None, tenant: Tenant, stored: dict[str, Document]) -> State:
    of = tenant.connection or ""
    prefix = f"{tenant.tenant}:{of}"
    return State(
        connections=Connection.model_validate({**(connection or {}), "tenant": tenant.tenant}),
        tenant=tenant,
        connection=of,
        sync=decided(SyncSettings, stored.get(f"{prefix}:sync")),
        tickets=TicketSettings(),
        opportunities=Opportunities(),
        projects=decided(ProjectSettings, stored.get(f"{prefix}:projects")),
        assets=decided(AssetSettings, stored.get(f"{prefix}:assets")),
        revisions=(),
    )


async def _write_backs(database: Database) -> None:
    counted: list[Document] = [{"$match": {"state": "needs_review"}}, {"$group": {"_id": "$tenant", "n": {"$sum": 1}}}]
    found: dict[watch_policy.Labels, float] = {
        (each["_id"],): float(each["n"]) async for each in database.runs.aggregate(counted)
    }
    metrics.replace(metrics.WRITE_BACKS_IN_REVIEW, watch_policy.worst(found))


async def _commands(database: Database) -> None:
    """The oldest that waits for Kafka: looked at here, for who publishes them hangs while Kafka is away."""
    age = {"$subtract": ["$$NOW", "$recorded"]}
    pipeline: list[Document] = [
        {"$match": {"command": {"$exists": True}, "published": None, "accepted": False}},
        {"$group": {"_id": None, "oldest": {"$max": age}}},
    ]
    found = await database.commands.aggregate(pipeline).to_list(1)
    oldest = timedelta(milliseconds=found[0]["oldest"]) if found else timedelta()
    metrics.set(metrics.UNPUBLISHED_COMMAND_AGE, oldest.total_seconds())


async def _budgets(database: Database) -> None:
    ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "second", "amount": WINDOW_SECONDS}}
    slots = {"$filter": {"input": {"$ifNull": ["$slots", []]}, "cond": {"$gt": ["$$this.t", ago]}}}
    fields = {"limit": 1, "share": 1, "ours": 1, "reserve": 1, "used": {"$size": slots}}
    budgets = [each async for each in database.budgets.aggregate([{"$project": fields}])]
    tenants: dict[str, list[str]] = {}
    async for each in database.tenants.find({"instance": {"$type": "string"}}, {"instance": 1}):
        tenants.setdefault(each["instance"], []).append(each["_id"])
    shares = watch_policy.budgets(budgets, tenants)
    metrics.replace(metrics.BUDGET_USED, {key: each.used for key, each in shares.items()})
    metrics.replace(metrics.BUDGET_OURS, {key: each.ours for key, each in shares.items()})
    metrics.replace(metrics.BUDGET_RESERVED, {key: each.reserved for key, each in shares.items()})
    metrics.replace(metrics.BUDGET_LOST, {key: each.lost for key, each in shares.items()})


def _forget(shown: tuple[Metric, ...]) -> None:
    for metric in shown:
        metrics.replace(metric, {})
