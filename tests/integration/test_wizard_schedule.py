"""The schedule: in time, once over all replicas, never two syncs of a tenant at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded.choose import Chosen
from halobus.store import Document
from support.portal import HALO, Portal, opened, replica
from wizard_api import schedule


@pytest.fixture
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    async with opened(stack) as made:
        yield made


async def due(portal: Portal, **fields: Any) -> str:
    """A tenant that is set up and whose next sync is due."""
    tenant = await portal.connected(interval_minutes=30)
    before = datetime.now(UTC) - timedelta(minutes=1)
    document = {"_id": tenant, "tenant": tenant, "completed": before, "next_sync_at": before, "paused": False, **fields}
    await portal.database.connections.insert_one(document)
    return tenant


async def commands(portal: Portal, tenant: str) -> list[Document]:
    return [document["command"] async for document in portal.database.commands.find({"tenant": tenant})]


async def test_a_due_sync_starts_once_over_replicas_and_the_next_is_planned(portal: Portal) -> None:
    tenants = [await due(portal) for _ in range(3)]
    async with replica(portal) as second:
        await asyncio.gather(*(schedule.tick(each.wizard) for each in [portal, second] * 5))
    for tenant in tenants:
        [command] = await commands(portal, tenant)
        assert (command["mode"], command["scheduled"], command["actor"]) == ("quick", True, "schedule")
        assert command["streams"] == ["assets", "companies", "contacts", "projects", "tickets"]
        document = await portal.database.connections.find_one({"_id": tenant})
        assert document is not None
        ahead = document["next_sync_at"] - datetime.now(UTC)
        assert timedelta(minutes=29) < ahead < timedelta(minutes=33, seconds=5)


@pytest.mark.parametrize("state", ["queued", "reading", None])
async def test_an_open_sync_is_joined(portal: Portal, state: str | None) -> None:
    tenant = await due(portal)
    async with portal.client(tenant) as client:
        id = (await client.post("/api/v1/syncs", json={"kind": "resync"})).json()["id"]
    if state:
        await portal.accept(id, state)
    await schedule.tick(portal.wizard)
    assert [command["id"] for command in await commands(portal, tenant)] == [id]
    document = await portal.database.connections.find_one({"_id": tenant})
    assert document is not None
    ahead = document["next_sync_at"] - datetime.now(UTC)
    assert timedelta(seconds=50) < ahead <= timedelta(seconds=61), "what changed after its read waits no interval"


@pytest.mark.parametrize(
    "fields", [{"paused": True}, {"completed": None}, {"next_sync_at": datetime(2999, 1, 1, tzinfo=UTC)}]
)
async def test_nothing_starts(portal: Portal, fields: dict[str, Any]) -> None:
    tenant = await due(portal, **fields)
    await schedule.tick(portal.wizard)
    assert await commands(portal, tenant) == []


async def test_nothing_starts_while_disconnected_or_with_all_streams_off(portal: Portal) -> None:
    disconnected, off = await due(portal), await due(portal)
    await portal.database.tenants.update_one({"_id": disconnected}, {"$set": {"state": "disconnected"}})
    await portal.choose(off, "sync", {"users": False, "companies": False, "tickets": False})
    for kind in ("projects", "assets"):
        await portal.choose(off, kind, {"enabled": False})
    await schedule.tick(portal.wizard)
    assert await commands(portal, disconnected) == await commands(portal, off) == []


async def test_complete_setup_begins_it_and_pausing_stops_it(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        await client.post(f"{HALO}/complete")
        await schedule.tick(portal.wizard)
        assert await commands(portal, tenant) == []
        await portal.database.connections.update_one({"_id": tenant}, [{"$set": {"next_sync_at": "$$NOW"}}])
        await client.patch(HALO, json={"paused": True})
        await schedule.tick(portal.wizard)
        assert await commands(portal, tenant) == []
        await client.patch(HALO, json={"paused": False})
        await schedule.tick(portal.wizard)
    assert len(await commands(portal, tenant)) == 1


async def failed(portal: Portal, tenant: str, minutes_ago: int, **fields: Any) -> None:
    """A sync of the tenant that failed so long ago."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    problem = {"kind": "outage", "title": "Halo is having trouble"}
    run = {"tenant": tenant, "connection": "c1", "kind": "sync", "command": {}, "state": "failed", "problem": problem}
    await portal.database.runs.insert_one({"_id": f"{tenant}-{at}", **run, "created": at, "finished": at, **fields})


async def test_after_repeated_failures_the_next_sync_waits_longer_and_says_so(portal: Portal) -> None:
    tenant = await due(portal)
    await portal.database.tenants.update_one(
        {"_id": tenant}, {"$set": {"active.tested_at": datetime(2020, 1, 1, tzinfo=UTC)}}
    )
    for minutes in (95, 62, 31):
        await failed(portal, tenant, minutes)
    await schedule.tick(portal.wizard)
    assert await commands(portal, tenant) == [], "three in a row: two hours after the last one, not now"
    async with portal.client(tenant) as client:
        card = (await client.get(HALO)).json()
    ahead = datetime.fromisoformat(card["next_sync_at"]) - datetime.now(UTC)
    assert timedelta(minutes=87) < ahead < timedelta(minutes=89)
    assert "last 3 syncs failed (Halo is having trouble)" in card["next_sync_reason"]


@pytest.mark.parametrize("end", ["applied", "tested", "permission"])
async def test_a_success_a_new_test_and_a_mere_refusal_end_the_wait(portal: Portal, end: str) -> None:
    tenant = await due(portal)
    await portal.database.tenants.update_one(
        {"_id": tenant}, {"$set": {"active.tested_at": datetime(2020, 1, 1, tzinfo=UTC)}}
    )
    for minutes in (95, 62, 31):
        refused = {"problem": {"kind": "permission", "title": "No"}} if end == "permission" else {}
        await failed(portal, tenant, minutes, **refused)
    if end == "applied":
        await failed(portal, tenant, 10, state="applied", problem=None)
    elif end == "tested":
        now = {"active.tested_at": datetime.now(UTC)}
        await portal.database.tenants.update_one({"_id": tenant}, {"$set": now})
    await schedule.tick(portal.wizard)
    assert len(await commands(portal, tenant)) == 1


@pytest.mark.parametrize("success", ["active.tested_at", "streams.tickets.synced_at"])
async def test_who_was_put_off_is_read_at_once_when_a_test_or_a_sync_has_succeeded(
    portal: Portal, success: str
) -> None:
    tenant, tenants = await due(portal), portal.database.tenants
    await tenants.update_one({"_id": tenant}, {"$set": {"active.tested_at": datetime(2020, 1, 1, tzinfo=UTC)}})
    for minutes in (95, 62, 31):
        await failed(portal, tenant, minutes)
    for _ in range(2):
        await schedule.tick(portal.wizard)
    assert await commands(portal, tenant) == []
    if success.startswith("streams"):
        await failed(portal, tenant, 0, state="applied", problem=None)
    await tenants.update_one({"_id": tenant}, [{"$set": {success: "$$NOW"}}])
    await schedule.tick(portal.wizard)
    assert len(await commands(portal, tenant)) == 1
