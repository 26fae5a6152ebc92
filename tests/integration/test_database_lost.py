"""MongoDB is lost, without a backup, while Kafka and Halo live on: what still lies in Kafka brings nothing back."""

import json
from pathlib import Path

import httpx
import pytest
from conftest import Place

from halo_simulator.running import running
from halobus import topics
from halobus.bus import Bus
from halobus.cli_recover import recover
from halobus.messages import UPSERT_TICKET
from halobus.migrate import migrate
from halobus.store import Document
from support.commenting import in_halo, synced, ticket_of, write
from support.records import number, raw
from support.system import System
from support.truth import balanced, differences, should_show, stored
from support.waiting import until


async def test_the_tenant_connects_anew_and_nothing_of_before_lives_or_is_written_again(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        talked = await ticket_of(halo)
        await portal.applied(await portal.sync("quick", streams=["tickets"], join=False))
        sent = (await write(portal, talked, "Written before"))["id"]
        await until(lambda: _is(it, sent, "sent"))
        await it.processes["connector"].end()
        waits = (await write(portal, talked, "On its way"))["id"]
        await until(lambda: _is_published(it, waits))
        await it.stop()
        await _records_that_nobody_has_read(it)
        await it.database.client.drop_database(it.database.name)

        assert await migrate(it.settings) != [], "the indexes are made anew"
        await recover(it.settings, it.database, None, spread_minutes=0, kafka=True, dry_run=False, yes=True)
        assert json.loads(capsys.readouterr().out)["write_backs_to_review"] == 1
        await it.start()
        portal.http.base_url = httpx.URL(f"http://127.0.0.1:{it.processes['wizard-api'].port}")
        await until(lambda: _has_read_all(it))
        assert await it.database.tickets.count_documents({}) == 0, "the tenants are unknown: their records are dropped"
        assert (await portal.call("GET", "/integrations/halo"))["status"] == "Disconnected"

        tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
        assert tested["diagnosis"]["connected"], tested
        await portal.settings("sync", teams="all")
        assert balanced(await portal.applied(await portal.sync("resync"))) == []
        assert differences(await should_show(halo.control), await stored(it.database)) == {}
        [tenant] = await it.database.tenants.find().to_list(None)
        assert await it.database.tickets.distinct("connection") == [tenant["connection"]]
        assert len(await in_halo(halo, talked, "Written before")) == 1
        assert await in_halo(halo, talked, "On its way") == [], "nobody can tell whether it went: a person looks"
        assert await _is(it, waits, "needs_review")


async def _records_that_nobody_has_read(it: System) -> None:
    """Of the tenant's connection as it was, and of a tenant who will not come back."""
    known: Document = await it.database.tenants.find_one({}) or {}
    bus = Bus(it.settings, "test")
    body = {"id": 1001, "summary": "From before", "team_id": 1, "status_id": 1}
    for tenant in (known["_id"], "left"):
        of = {"tenant": tenant, "connection": known["connection"]}
        await bus.publish_raw(topics.TICKETS, [raw(UPSERT_TICKET, "1001", body, number(10**6), **of)])
    await bus.stop()


async def _has_read_all(it: System) -> bool:
    bus = Bus(it.settings, "test")
    try:
        groups = (("sync-ticket", topics.TICKETS), ("connector", topics.COMMANDS))
        lags = [each.lag for group, topic in groups for each in (await bus.progress(group, topic)).values()]
        return not any(lags)
    finally:
        await bus.stop()


async def _is(it: System, id: str, state: str) -> bool:
    return await it.database.runs.find_one({"_id": id, "state": state}) is not None


async def _is_published(it: System, id: str) -> bool:
    return await it.database.commands.find_one({"command_id": id, "published": {"$ne": None}}) is not None
