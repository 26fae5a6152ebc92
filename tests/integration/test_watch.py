"""The running system says of itself what operators need: every declared metric, and the conditions that alerts name."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from conftest import placed

from embedded.choose import Chosen
from halo_simulator.running import Running, running
from halobus import metrics, topics
from halobus.publisher import Raw
from operating import alert_rules, dashboards
from operating.expressions import names_in
from support.command_line import halobus
from support.consumers import bench
from support.otlp import collector
from support.system import Portal, System, system
from support.waiting import until

TENANT = "acme"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
IN_PASSING = {"halobus_overdue_seconds", "halobus_connection_failing", "halobus_write_backs_in_review"}
"""Exposed only while there is something to tell: each has a test of its own here."""
SCRAPE_SECONDS = 10.0
"""How often Prometheus asks, as deploy/compose/prometheus.yaml says."""


class Watched:
    """The system with one connected tenant, and what its five /metrics say."""

    def __init__(self, it: System, halo: Running, portal: Portal) -> None:
        self.it = it
        self.halo = halo
        self.portal = portal
        self.prefix = it.settings.topic_prefix

    async def text(self) -> str:
        async with httpx.AsyncClient() as http:
            ports = [each.port for each in self.it.processes.values() if each.child and each.child.returncode is None]
            return "\n".join([(await http.get(f"http://127.0.0.1:{port}/metrics")).text for port in ports])

    async def values(self, name: str, **labels: str) -> list[float]:
        """The samples of a metric that have these labels."""
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        lines = [line for line in (await self.text()).splitlines() if re.match(rf"{name}[{{ ]", line)]
        return [float(line.rsplit(" ", 1)[1]) for line in lines if all(each in line for each in wanted)]

    async def greatest(self, metric: metrics.Metric, **labels: str) -> float:
        return max(await self.values(metric.name, **labels), default=0.0)


@pytest.fixture(scope="module")
async def watched(stack: Chosen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    """The system, with a webhook and a collector, connected and synced; then everything that can go wrong has."""
    logs = tmp_path_factory.mktemp("watch")
    with collector() as sink:
        more = {
            **sink.environment(),
            "HALOBUS_HALO_LIMIT": "100000",
            "HALOBUS_WEBHOOK_URL": f"{sink.url}/webhook",
            "HALOBUS_WEBHOOK_SECRET": "w" * 32,
        }
        async with placed(stack) as place, running(limit=100_000) as halo:
            host = f"{halo.url.split('://')[1]},{sink.url.split('://')[1]}"
            async with system(place, logs, halo.url, **more, HALOBUS_ALLOWED_HOSTS=host) as it, it.portal() as portal:
                tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
                assert tested["diagnosis"]["connected"], tested
                await portal.settings("sync", teams="all")
                await portal.applied(await portal.sync("resync"))
                yield Watched(it, halo, portal)


async def complete(here: Watched, **fields: object) -> None:
    """The setup counts as done, long ago; its schedule is not to start anything."""
    far = {"completed": LONG_AGO, "next_sync_at": datetime.now(UTC) + timedelta(days=1), **fields}
    await here.it.database.connections.update_one({"_id": TENANT}, {"$set": far})


async def unreadable(here: Watched) -> None:
    """A ticket that nobody can store, on partition 0; of no tenant, so that nobody holds it to be left behind."""
    async with bench(here.it.where) as there:
        await there.bus.publish_raw(topics.TICKETS, [Raw(b"nobody:c1:1", b"nothing", [])], partition=0)


async def test_stopped_consumers_are_seconds_behind_within_one_scrape(watched: Watched) -> None:
    group, topic = f"{watched.prefix}sync-ticket", f"{watched.prefix}halo.tickets"
    assert await watched.greatest(metrics.GROUP_MEMBERS, group=group) == 1
    stopped = watched.it.processes["sync-ticket"]
    await stopped.end()
    await unreadable(watched)

    async def behind() -> bool:
        return await watched.greatest(metrics.LAG_SECONDS, group=group, topic=topic, partition="0") > 0

    await until(behind, SCRAPE_SECONDS)
    assert await watched.greatest(metrics.LAG_RECORDS, group=group, topic=topic, partition="0") == 1
    rows = (await halobus(watched.it.where, "lag")).json
    [row] = [row for row in rows if (row["group"], row["topic"], row["lag"]) == (group, topic, 1)]
    assert row["seconds"] > 0
    await until(lambda: _is(watched, metrics.GROUP_MEMBERS, 0, group=group))
    await stopped.start()
    await stopped.ready()
    await until(lambda: _is(watched, metrics.LAG_RECORDS, 0, group=group, topic=topic, partition="0"))


async def test_what_could_not_be_stored_is_counted_by_reason_and_in_its_topic(watched: Watched) -> None:
    topic = f"{watched.prefix}halo.tickets.dlq"
    await unreadable(watched)
    await until(lambda: _at_least(watched, metrics.DEAD_LETTERS_WRITTEN, 1, topic=topic))
    assert await watched.greatest(metrics.DEAD_LETTERS, stream="tickets") >= 1


async def test_what_a_person_must_look_at_is_seen_until_it_is_over(watched: Watched) -> None:
    """All at once, for each is looked at every ten seconds."""
    drills = (_a_tenant_that_is_late, _a_write_back_in_doubt, _a_click_that_waits, _a_budget_that_others_use)
    await asyncio.gather(*(drill(watched) for drill in drills))


async def test_what_keeps_a_tenant_or_a_service_from_working_is_seen_until_it_is_over(watched: Watched) -> None:
    await asyncio.gather(_a_refused_credential(watched), _a_stopped_group(watched))


async def _a_tenant_that_is_late(watched: Watched) -> None:
    """One that syncs is fresh; one that does not is overdue, and named."""
    await complete(watched)
    await until(lambda: _is(watched, metrics.FRESH_CONNECTIONS, 1))
    assert await watched.greatest(metrics.SCHEDULED_CONNECTIONS) == 1
    assert await watched.values("halobus_overdue_seconds") == []
    synced = {"$set": {"streams.contacts.synced_at": LONG_AGO}}
    before = (await watched.it.database.tenants.find_one({"_id": TENANT}) or {})["streams"]["contacts"]["synced_at"]
    await watched.it.database.tenants.update_one({"_id": TENANT}, synced)
    await until(lambda: _is(watched, metrics.FRESH_CONNECTIONS, 0))
    assert await watched.greatest(metrics.OVERDUE_SECONDS, tenant=TENANT) > 24 * 60 * 60
    await watched.it.database.tenants.update_one({"_id": TENANT}, {"$set": {"streams.contacts.synced_at": before}})


async def _a_refused_credential(watched: Watched) -> None:
    """It names the tenant until Halo takes it again."""
    halo = watched.halo
    await halo.control.application(halo.client_id, enabled=False)
    await halo.control.revoke(halo.client_id)
    run = await watched.portal.ended(await watched.portal.sync())
    assert (run["state"], run["problem"]["kind"]) == ("failed", "credentials")
    await until(lambda: _is(watched, metrics.CONNECTION_FAILING, 1, tenant=TENANT, problem="credentials"))
    assert await watched.greatest(metrics.CONNECTIONS, state="error") == 1
    await halo.control.application(halo.client_id, enabled=True)
    tested = await watched.portal.test()  # what the runbook leads the tenant's admin to
    assert tested["diagnosis"]["connected"], tested
    await until(lambda: _is(watched, metrics.CONNECTION_FAILING, 0, tenant=TENANT))


async def _a_stopped_group(watched: Watched) -> None:
    """It says so itself."""
    stopped = {"build": "dev", "at": datetime.now(UTC), "reason": "a drill"}
    state = {"$set": {"build": "dev", "stopped": stopped}}
    await watched.it.database.sync_crm_group.update_one({"_id": "group"}, state, upsert=True)
    group = f"{watched.prefix}sync-crm"
    await until(lambda: _is(watched, metrics.GROUP_STOPPED, 1, group=group))
    assert 0 in await watched.values("halobus_ready")
    await watched.it.database.sync_crm_group.delete_one({"_id": "group"})
    await until(lambda: _is(watched, metrics.GROUP_STOPPED, 0, group=group))


async def _a_write_back_in_doubt(watched: Watched) -> None:
    doubt = {"_id": "doubt", "tenant": TENANT, "kind": "ticket.comment", "state": "needs_review"}
    await watched.it.database.runs.insert_one(doubt)
    await until(lambda: _is(watched, metrics.WRITE_BACKS_IN_REVIEW, 1, tenant=TENANT))
    await watched.it.database.runs.delete_one({"_id": "doubt"})
    await until(lambda: _is(watched, metrics.WRITE_BACKS_IN_REVIEW, 0, tenant=TENANT))


async def _a_click_that_waits(watched: Watched) -> None:
    """Also while the loop that publishes gets nowhere, as when Kafka is away; here for a command nobody understands."""
    kept = {"command_id": "stuck", "command": {"kind": "unknown"}, "published": None, "accepted": False}
    stuck = {"_id": "stuck", "tenant": TENANT, **kept, "recorded": LONG_AGO, "repeat_at": LONG_AGO}
    commands = watched.it.database.commands
    await commands.insert_one(stuck)
    await until(lambda: _at_least(watched, metrics.UNPUBLISHED_COMMAND_AGE, 3600))
    await commands.update_one({"_id": "stuck"}, {"$set": {"accepted": True}})  # a late acknowledgement left no mark
    await until(lambda: _is(watched, metrics.UNPUBLISHED_COMMAND_AGE, 0))
    await commands.delete_one({"_id": "stuck"})


async def _a_budget_that_others_use(watched: Watched) -> None:
    """As the connector keeps it: our share halved after a refusal that was not ours, and more slots than it has."""
    budgets = watched.it.database.budgets
    before = await budgets.find_one({"slots.0": {"$exists": True}, "_id": {"$not": re.compile("^host:")}})
    assert before is not None
    slots = [{"t": datetime.now(UTC)}] * 5
    await budgets.update_one({"_id": before["_id"]}, {"$set": {"limit": 10, "share": 0.45, "slots": slots}})
    await until(lambda: _at_least(watched, metrics.BUDGET_LOST, 0.45))
    [used] = await watched.values("halobus_budget_used_ratio", tenant=TENANT)
    [ours] = await watched.values("halobus_budget_ours_ratio", tenant=TENANT)
    assert used >= ours
    await budgets.replace_one({"_id": before["_id"]}, before)
    await until(lambda: _is(watched, metrics.BUDGET_LOST, 0))


async def test_a_lease_that_another_takes_is_counted_as_lost(watched: Watched) -> None:
    [lost] = await watched.values(metrics.LEASE_CHANGES.name, change="lost")  # from the start, or it has no increase
    await watched.portal.ended(await watched.portal.sync("quick", join=False))
    taken = {"$set": {"lease.holder": "another", "lease.until": LONG_AGO}}
    await watched.it.database.tenants.update_one({"_id": TENANT, "lease.holder": {"$ne": None}}, taken)
    await until(lambda: _is(watched, metrics.LEASE_CHANGES, lost + 1, change="lost"))


async def test_two_watchers_say_the_same(watched: Watched) -> None:
    """Each looks at its own moments, and the second one is itself a new member of a group: so they agree in the end."""
    second = await watched.it.again("wizard-api")

    async def members(port: int) -> list[str]:
        async with httpx.AsyncClient() as http:
            text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
        return sorted(line for line in text.splitlines() if line.startswith("halobus_group_members{"))

    async def agree() -> bool:
        said = await members(second.port)
        return bool(said) and said == await members(watched.it.processes["wizard-api"].port)

    await until(agree)
    await second.end()


async def test_every_declared_metric_is_exposed_and_every_name_used_is_declared(watched: Watched) -> None:
    """With a tenant that the watcher can't read, so that a loop fails, and a record that nobody can store."""
    seen: set[str] = set()
    await complete(watched)
    await unreadable(watched)
    await until(partial(_shown, watched, seen, "halobus_freshness_seconds", "halobus_dead_letters_total"))
    wrong = {"_id": "broken", "tenant": "broken", "connection": "c1", "lease": 5}
    await watched.it.database.tenants.insert_one(wrong)
    try:
        await until(partial(_shown, watched, seen, "halobus_loop_failures_total"))
    finally:
        await watched.it.database.tenants.delete_one({"_id": "broken"})
    declared = {metric.name for metric in metrics.METRICS}
    assert declared - seen == IN_PASSING
    assert seen <= declared
    used = {name for each in (*alert_rules.expressions(), *dashboards.expressions()) for name in names_in(each)}
    assert used - seen <= IN_PASSING
    assert await watched.values(metrics.WEBHOOK_DELIVERIES.name, outcome="dropped") == [0.0]


async def _shown(here: Watched, seen: set[str], *awaited: str) -> bool:
    """Whether these have been exposed with a value by now; all that are go into ``seen``."""
    histograms = {metric.name for metric in metrics.METRICS if metric.kind == "histogram"}
    for found in re.findall(r"^(halobus_\w+)[{ ]", await here.text(), re.M):
        bare = re.sub(r"_(bucket|sum|count)$", "", found)
        if not found.endswith("_created"):
            seen.add(bare if bare in histograms else found)
    return seen >= set(awaited)


async def _is(here: Watched, metric: metrics.Metric, value: float, **labels: str) -> bool:
    return await here.greatest(metric, **labels) == value


async def _at_least(here: Watched, metric: metrics.Metric, value: float, **labels: str) -> bool:
    return await here.greatest(metric, **labels) >= value
