"""Runs: their view, their history, and following them by server-sent events on any replica."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from halobus.topics import COMMANDS
from support.portal import Portal, replica, served, token
from support.waiting import until

SYNCS = "/api/v1/syncs"
NOW = datetime.now(UTC)
Event = tuple[int, dict[str, Any]]


async def started(portal: Portal, tenant: str) -> str:
    async with portal.client(tenant) as client:
        return str((await client.post(SYNCS, json={"kind": "quick"})).json()["id"])


def browser(address: str, tenant: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token(tenant)}"}
    return httpx.AsyncClient(base_url=address, headers=headers, timeout=20, trust_env=False)


async def follow(
    client: httpx.AsyncClient, id: str, seen: int | None = None
) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """The events of a run: (id, data)."""
    headers = {"Last-Event-ID": str(seen)} if seen is not None else {}
    async with client.stream("GET", f"{SYNCS}/{id}/events", headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        data: dict[str, Any] = {}
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                data = json.loads(line.removeprefix("data:"))
            if line.startswith("id:"):
                number = int(line.removeprefix("id:"))
            if not line and data:
                yield number, data
                data = {}


async def test_a_run_is_followed_from_the_click_to_its_end(portal: Portal) -> None:
    tenant = await portal.connected()
    id = await started(portal, tenant)
    read = {
        "stream": "tickets",
        "kind": "full",
        "state": "reading",
        "total": 300,
        "listed": 100,
        "sums": {"written": 90},
    }
    states: list[str] = []
    async with served(portal) as address, browser(address, tenant) as client:
        async for number, run in follow(client, id):
            states.append(run["state"])
            match run["state"]:
                case "queued" if number == 0:
                    await portal.accept(id, "reading", started=NOW - timedelta(seconds=10), reads=[read])
                case "reading":
                    assert run["reads"][0]["applied"] == 90
                    assert run["eta_seconds"] >= 20
                    waiting = {"reason": "budget", "until": NOW}
                    await portal.move(id, "waiting", waiting=waiting)
                case "waiting":
                    assert run["waiting"]["reason"] == "budget"
                    await portal.move(id, "applied", waiting=None)
        assert states == ["queued", "reading", "waiting", "applied"]
        done = await client.get(f"{SYNCS}/{id}/events", headers={"Last-Event-ID": "3"})
        assert done.status_code == 204


async def test_another_replica_resumes_after_the_last_event(portal: Portal) -> None:
    tenant = await portal.connected()
    id = await started(portal, tenant)
    await portal.accept(id, "reading")
    async with served(portal) as address, browser(address, tenant) as client:
        first, _ = await anext(follow(client, id))
    await portal.move(id, "applying")
    await portal.move(id, "applied")
    async with replica(portal) as second, served(second) as address, browser(address, tenant) as client:
        events = [(number, run["state"]) async for number, run in follow(client, id, seen=first)]
        assert events == [(3, "applied")]
        again = [number async for number, _ in follow(client, id, seen=1)]
        assert again == [3]


async def test_streams_end_when_the_process_ends_or_the_token_expires(portal: Portal) -> None:
    tenant = await portal.connected()
    id = await started(portal, tenant)
    async with replica(portal) as second, served(second) as address, browser(address, tenant) as client:
        async with asyncio.timeout(10):
            async for _ in follow(client, id):
                second.wizard.closing.set()
        second.wizard.closing.clear()
        soon = int(datetime.now(UTC).timestamp()) + 1
        client.headers["Authorization"] = f"Bearer {token(tenant, exp=soon)}"
        async with asyncio.timeout(10):
            assert [run["state"] async for _, run in follow(client, id)] == ["queued"]


async def test_following_what_is_not_there_is_a_404_and_not_a_stream(portal: Portal) -> None:
    tenant, other = await portal.connected(), await portal.connected()
    id = await started(portal, other)
    async with portal.client(tenant) as client:
        for path in (f"{SYNCS}/{id}/events", f"{SYNCS}/{id}", f"{SYNCS}/nobody", f"{SYNCS}/nobody/events"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        for verb in ("cancel", "accept-removals"):
            assert (await client.post(f"{SYNCS}/{id}/{verb}")).status_code == 404


async def test_the_history_is_paged_newest_first(portal: Portal) -> None:
    tenant = await portal.connected()
    ids = []
    for number in range(7):
        id = await started(portal, tenant)
        # Two of one moment: the page's edge may fall between them.
        await portal.accept(id, "failed", created=NOW + timedelta(seconds=number // 2))
        ids.append(id)
    seen: list[str] = []
    async with portal.client(tenant) as client:
        cursor: str | None = None
        while True:
            params = {"limit": "3", **({"cursor": cursor} if cursor else {})}
            page = (await client.get(SYNCS, params=params)).json()
            seen += [run["id"] for run in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert (await client.get(SYNCS, params={"kind": "connection.test"})).json()["items"] == []
        for params in ({"limit": "101"}, {"limit": "0"}, {"cursor": "x"}, {"kind": "all"}):
            assert (await client.get(SYNCS, params=params)).status_code == 422
    assert sorted(seen) == sorted(ids)
    assert set(seen[:1]) == {ids[6]}


async def test_a_failed_run_shows_halos_own_words(portal: Portal) -> None:
    tenant = await portal.connected()
    id = await started(portal, tenant)
    problem = {
        "kind": "credentials",
        "title": "Halo refused the client secret",
        "halo": "invalid_client",
        "status": 400,
    }
    await portal.accept(id, "failed", problem=problem, trace="a" * 32)
    async with portal.client(tenant) as client:
        run = (await client.get(f"{SYNCS}/{id}")).json()
    assert (run["problem"]["halo"], run["trace"], run["ended"]) == ("invalid_client", "a" * 32, True)


async def test_a_click_and_its_command_are_one_trace(portal: Portal) -> None:
    tenant = await portal.connected()
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    async with portal.client(tenant) as client:
        answer = await client.post(SYNCS, json={"kind": "quick"}, headers=headers)
    assert answer.headers["Trace-Id"] == trace

    async def sent() -> bool:
        records = [record for record in await portal.read_all(COMMANDS) if tenant.encode() in (record.value or b"")]
        return bool(records) and trace.encode() in dict(records[0].headers)["traceparent"]

    await until(sent)
