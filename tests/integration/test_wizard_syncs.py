"""Starting syncs: promise 6 over several replicas, the outbox, and what the settings allow."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from aiokafka.errors import KafkaConnectionError

from halobus import version
from halobus.commands import COMMAND, Command
from halobus.messages import Fact
from halobus.topics import COMMANDS
from support.portal import Portal, replica
from support.waiting import until
from wizard_api import outbox

SYNCS = "/api/v1/syncs"
QUICK = {"kind": "quick", "streams": ["tickets"]}


async def start(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post(SYNCS, json={**QUICK, **body})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def age(portal: Portal, id: str, seconds: int) -> None:
    """Let so many seconds pass for a recorded command."""
    recorded = await portal.database.commands.find_one({"command_id": id})
    assert recorded is not None
    earlier = recorded["recorded"] - timedelta(seconds=seconds)
    await portal.database.commands.update_one({"command_id": id}, {"$set": {"recorded": earlier}})


async def published(portal: Portal, tenant: str) -> list[Command]:
    """The tenant's commands that Kafka holds."""
    found = [COMMAND.validate_json(record.value or b"") for record in await portal.read_all(COMMANDS)]
    return [command for command in found if command.tenant == tenant]


async def test_fifty_clicks_over_two_replicas_are_one_sync(portal: Portal) -> None:
    tenant = await portal.connected()
    async with replica(portal) as second, portal.client(tenant) as one, second.client(tenant) as other:
        answers = await asyncio.gather(*(start(client) for client in [one, other] * 25))
    assert len({answer["id"] for answer in answers}) == 1
    assert [answer["deduplicated"] for answer in answers].count(False) == 1
    assert len({command.id for command in await published(portal, tenant)}) == 1
    assert await portal.database.audit.count_documents({"tenant": tenant, "action": "sync"}) == 1


async def test_a_failed_run_does_not_block_the_key(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        first = await start(client)
        await portal.accept(first["id"], "failed")
        second = await start(client)
        assert second["id"] != first["id"]
        await portal.accept(second["id"], "superseded")
        assert (await start(client))["id"] not in (first["id"], second["id"])


async def test_fifty_clicks_after_a_failure_start_one_new_run(portal: Portal) -> None:
    tenant = await portal.connected()
    async with replica(portal) as second, portal.client(tenant) as one, second.client(tenant) as other:
        failed = await start(one)
        await portal.accept(failed["id"], "failed")
        ids = {answer["id"] for answer in await asyncio.gather(*(start(client) for client in [one, other] * 25))}
    assert len(ids) == 1
    assert ids != {failed["id"]}


@pytest.mark.parametrize(
    ("join", "seconds", "same"), [(False, 110, True), (False, 120, False), (True, 5, True), (True, 10, False)]
)
async def test_an_applied_sync_stands_for_its_window(portal: Portal, join: bool, seconds: int, same: bool) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        first = await start(client)
        await portal.accept(first["id"], "applied")
        await age(portal, first["id"], seconds)
        again = await start(client, join=join)
    assert (again["id"] == first["id"], again["deduplicated"]) == (same, same)


@pytest.mark.parametrize("state", ["queued", "reading", "waiting", "applying", None])
async def test_an_open_sync_is_joined_however_old(portal: Portal, state: str | None) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        first = await start(client)
        if state:
            await portal.accept(first["id"], state)
        await age(portal, first["id"], 7200)
        assert (await start(client))["id"] == first["id"]
        assert (await start(client, join=True))["id"] == first["id"]


async def test_other_settings_or_streams_or_kinds_are_other_syncs(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        ids = [
            (await start(client))["id"],
            (await start(client, kind="resync"))["id"],
            (await start(client, streams=["tickets", "companies"]))["id"],
        ]
        await portal.choose(tenant, "sync", {"teams": [7]}, revision=2)
        ids.append((await start(client))["id"])
        assert (await start(client, streams=["tickets", "tickets"]))["id"] == ids[3]
    assert len(set(ids)) == 4


async def test_the_same_idempotency_key_gives_the_same_id(portal: Portal) -> None:
    tenant = await portal.connected()
    key = {"Idempotency-Key": "k-1"}
    async with portal.client(tenant) as client:
        first = (await client.post(SYNCS, json=QUICK, headers=key)).json()["id"]
        await portal.accept(first, "failed")
        again = await client.post(SYNCS, json=QUICK, headers=key)
        assert again.json() == {"id": first, "deduplicated": True}
        other = await client.post(SYNCS, json={**QUICK, "kind": "resync"}, headers=key)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_clear_raises_the_generation_once(portal: Portal) -> None:
    tenant = await portal.connected()
    await portal.ticket(tenant, 1)
    async with replica(portal) as second, portal.client(tenant) as one, second.client(tenant) as other:
        clear = {"kind": "clear", "streams": ["tickets"]}
        assert len((await one.get("/api/v1/tickets")).json()["items"]) == 1
        ids = {answer["id"] for answer in await asyncio.gather(*(start(each, **clear) for each in [one, other] * 10))}
        assert len(ids) == 1
        assert (await one.get("/api/v1/tickets")).json()["items"] == []
        generation = await portal.generation(tenant)
        assert version.floor(generation) > version.floor(1_700_000_000_000)
        await portal.accept(ids.pop(), "failed")
        await start(one, **clear)
    assert await portal.generation(tenant) > generation


class Broken:
    """A bus whose Kafka is away."""

    async def send_command(self, command: Command) -> None:
        raise KafkaConnectionError("away")

    async def send_fact(self, fact: Fact, source: str) -> None:
        raise KafkaConnectionError("away")


async def test_a_command_recorded_while_kafka_is_away_is_published_later(portal: Portal) -> None:
    tenant = await portal.connected()
    crashed = Portal(portal.settings, Broken())
    async with crashed.client(tenant) as client:
        id = (await start(client))["id"]
        shown = (await client.get(f"{SYNCS}/{id}")).json()
    assert (shown["state"], shown["streams"]) == ("queued", ["tickets"])
    crashed.database.client.close()
    assert await published(portal, tenant) == []

    await due(portal, id)
    async with replica(portal) as second:
        await asyncio.gather(outbox.repeat(portal.wizard), outbox.repeat(second.wizard))
    assert [command.id for command in await published(portal, tenant)] == [id]

    # Published but without a run: again, until a connector has accepted it.
    await due(portal, id)
    await outbox.repeat(portal.wizard)
    assert [command.id for command in await published(portal, tenant)] == [id, id]
    await portal.accept(id)
    await due(portal, id)
    await outbox.repeat(portal.wizard)
    await due(portal, id)
    await outbox.repeat(portal.wizard)
    assert len(await published(portal, tenant)) == 2


async def due(portal: Portal, id: str) -> None:
    """Let the time to the command's next publication pass."""
    change = [{"$set": {"repeat_at": {"$dateSubtract": {"startDate": "$$NOW", "unit": "second", "amount": 1}}}}]
    await portal.database.commands.update_one({"command_id": id}, change)


async def test_a_command_is_not_repeated_within_five_seconds(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        await start(client)
    await outbox.repeat(portal.wizard)
    assert len(await published(portal, tenant)) == 1


@pytest.mark.parametrize(
    ("settings", "body", "status", "field"),
    [
        ({"tickets": False}, QUICK, 422, "streams"),
        ({}, {"kind": "quick", "streams": []}, 422, "streams"),
        ({}, {"kind": "clear"}, 422, "streams"),
        ({}, {"kind": "clear", "streams": ["companies"]}, 422, "streams"),
        ({}, {"kind": "slow"}, 422, "kind"),
        ({}, {"kind": "quick", "stream": ["tickets"]}, 422, "stream"),
        ({"tickets": False, "companies": False, "users": False}, {"kind": "quick"}, 409, None),
    ],
)
async def test_what_can_not_be_synced_is_refused(
    portal: Portal, settings: dict[str, Any], body: dict[str, Any], status: int, field: str | None
) -> None:
    tenant = await portal.connected(**settings)
    for kind in ("projects", "assets"):
        await portal.choose(tenant, kind, {"enabled": False})
    async with portal.client(tenant) as client:
        answer = await client.post(SYNCS, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ([field] if field else [])
    assert answer.json()["remedy"]


async def test_a_tenant_that_is_not_connected_is_told_to_connect(portal: Portal) -> None:
    async with portal.client("never-connected") as client:
        answer = await client.post(SYNCS, json=QUICK)
    assert answer.status_code == 409
    assert "Connect Halo first" in answer.json()["remedy"]


async def test_streams_default_to_what_is_switched_on(portal: Portal) -> None:
    tenant = await portal.connected(companies=True, tickets=True)
    async with portal.client(tenant) as client:
        quick = (await client.post(SYNCS, json={"kind": "quick"})).json()["id"]
        resync = (await client.post(SYNCS, json={"kind": "resync"})).json()["id"]
    commands = {command.id: command for command in await published(portal, tenant)}
    streams = ["assets", "companies", "contacts", "projects", "tickets"]
    assert commands[quick].model_dump()["streams"] == streams
    assert commands[resync].model_dump()["streams"] == sorted([*streams, "reference"])


async def test_cancel_and_accept_removals_ask_the_connector(portal: Portal) -> None:
    tenant = await portal.connected()
    held = {"stream": "tickets", "ids": [1, 2, 3], "asked": (await portal.database.command("hello"))["localTime"]}
    async with portal.client(tenant) as client:
        id = (await start(client))["id"]
        await portal.accept(id, "reading")
        assert (await client.post(f"{SYNCS}/{id}/cancel")).status_code == 202
        assert (await client.post(f"{SYNCS}/{id}/accept-removals")).status_code == 409
        await portal.move(id, "applied", approval=held)
        assert (await client.get(f"{SYNCS}/{id}")).json()["approval"]["removals"] == 3
        assert (await client.post(f"{SYNCS}/{id}/accept-removals")).status_code == 202
        assert (await client.post(f"{SYNCS}/{id}/cancel")).status_code == 409
        assert (await client.post(f"{SYNCS}/nobody/cancel")).status_code == 404

    async def both() -> bool:
        kinds = {command.kind for command in await published(portal, tenant)}
        return {"sync.cancel", "sync.accept-removals"} <= kinds

    await until(both)
