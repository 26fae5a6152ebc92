"""A rolling update: services of two builds at once, in the same groups, over the same database, in the middle of syncs.

In messages, headers, documents and settings the newer one says more than the older one knows (``support.next_build``).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from conftest import Place

from halo_simulator.running import Running, running
from halobus import topics
from support.command_line import halobus
from support.consumers import bench
from support.creating import CLIENT
from support.host_portal import HostPortal
from support.next_build import FIELD, HEADER, NAME, SETTING, NextBuild
from support.people import people
from support.system import SERVICES, Portal, Process, System, system, token
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

TODAY = {"HALOBUS_BUILD": "today", "HALOBUS_HALO_LIMIT": "100000", "HALOBUS_PAGE_SIZE": "20"}
SYNC = "/api/v1/integrations/halo/settings/sync"


@asynccontextmanager
async def portal_of(wizard: Process) -> AsyncIterator[Portal]:
    """An admin's client of this replica of wizard-api."""
    headers = {"authorization": f"Bearer {token('acme')}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{wizard.port}", headers=headers, timeout=40) as http:
        yield Portal(http)


async def test_two_builds_side_by_side_lose_nothing_and_stop_nothing(place: Place, tmp_path: Path) -> None:
    build = NextBuild(tmp_path / "next")
    async with running(limit=100000, latency=0.05) as halo, system(place, tmp_path, halo.url, **TODAY) as it:
        migrated = await halobus(place, "migrate", **build.environment)
        assert (migrated.code, [FIELD in line for line in migrated.json]) == (0, [True]), migrated
        newer = dict(
            zip(
                SERVICES, await asyncio.gather(*(it.again(name, **build.environment) for name in SERVICES)), strict=True
            )
        )
        async with it.portal() as today, portal_of(newer["wizard-api"]) as tomorrow:
            await HostPortal(it.database, today).open()
            await today.connect(halo.url, halo.client_id, halo.client_secret)
            await _settings_of_both_are_kept(it, today, tomorrow)
            connectors = [it.processes["connector"], newer["connector"]]

            run = await today.sync("resync")
            first = await _lease_changes_hands(it, connectors, run)
            await tomorrow.applied(run, 120)
            assert balanced(await today.run(run)) == []
            await first.start()
            await first.ready()
            await tomorrow.call("POST", "/companies/import", {"ids": [CLIENT], "alike": True})
            await _change(halo, today, tomorrow)

            run = await tomorrow.sync("clear", streams=["tickets"])
            second = await _lease_changes_hands(it, connectors, run)
            assert second is not first, "a run of each build was finished by the other"
            assert balanced(await today.applied(run, 120)) == []
        await _is_equal_to_halo(halo, it)
        await _both_took_part(it)
        await _nothing_was_refused(place, it, [*it.processes.values(), *newer.values()], second)


async def _settings_of_both_are_kept(it: System, today: Portal, tomorrow: Portal) -> None:
    """The newer build saves what the older does not know; the older shows the rest, and keeps it when it saves."""
    wanted: dict[str, Any] = {"teams": "all", "auto_import": True, "default_role": "user"}
    await tomorrow.settings("sync", **wanted, **{SETTING: "22-06"})
    shown = (await today.http.get(SYNC)).json()["value"]
    assert (SETTING in shown, shown["teams"]) == (False, "all")
    await today.settings("sync", **{**shown, "opportunities": True})
    assert (await tomorrow.http.get(SYNC)).json()["value"][SETTING] == "22-06"
    assert (await tomorrow.http.get(SYNC)).json()["value"]["opportunities"] is True
    await today.settings("tickets", closed_statuses=[8, 9], client_comment_status=21, comment_outcome=4)


async def _lease_changes_hands(it: System, connectors: list[Process], run: str) -> Process:
    """End, in the middle of the read, the connector that holds the lease; it. The other build goes on with the run."""

    async def holder() -> Process | None:
        document = await it.database.runs.find_one({"_id": run}) or {}
        pages = sum(read["pages"] for read in document.get("reads", ()) if read["stream"] == "tickets")
        tenant = await it.database.tenants.find_one({"_id": "acme"}) or {}
        name = str(tenant["lease"]["holder"])
        return (
            next((one for one in connectors if one.child and f"-{one.child.pid}-" in name), None) if pages > 2 else None
        )

    held = await until(holder, 60)
    assert held is not None
    assert await held.end() == 0
    assert (await it.database.runs.find_one({"_id": run}) or {})["state"] in ("reading", "applying"), "in the middle"
    return held


async def _change(halo: Running, today: Portal, tomorrow: Portal) -> None:
    """Tickets are changed and deleted in Halo, and commented on by way of each build."""
    tickets = sorted(await should_show(halo.control))
    await halo.control.ops(*({"op": "change", "id": id, "summary": f"moved {id}"} for id in tickets[:100]))
    await halo.control.ops(*({"op": "delete", "id": id} for id in tickets[100:110]))
    new = {"op": "create", "status_id": 2, "team_id": 3, "client_id": CLIENT}
    made = (await halo.control.ops(new, new))["ids"]
    await today.applied(await tomorrow.sync("quick", streams=["tickets"], join=False), 60)
    for portal, ticket in zip((today, tomorrow), made, strict=True):
        await _comment(portal, ticket)
        assert [row["note"] for row in await halo.control.actions(ticket)] == ["Hello"]


async def _comment(portal: Portal, ticket: int) -> None:
    headers = {"idempotency-key": f"a comment on {ticket}"}
    sent = await portal.call("POST", f"/tickets/{ticket}/comments", {"text": "Hello"}, headers=headers)

    async def arrived() -> bool:
        return bool((await portal.call("GET", f"/tickets/{ticket}/comments/{sent['id']}"))["state"] == "sent")

    await until(arrived)


async def _is_equal_to_halo(halo: Running, it: System) -> None:
    assert differences(await should_show(halo.control), await stored(it.database)) == {}
    held = {doc["content"]["id"]: doc["content"] async for doc in it.database.contacts.find({"state": "live"})}
    for content in held.values():
        content.pop(FIELD, None)
    there = await people(halo.control)
    assert held == there
    emails = {row["email"] for row in there.values() if row["client_id"] == CLIENT and not row["inactive"]} - {None}
    accounts = [doc["email"] async for doc in it.database.accounts.find({"state": "active"})]
    assert sorted(emails) == sorted(accounts), "one account each, whichever build made it"


async def _both_took_part(it: System) -> None:
    """Each owner's mirrors are partly of one build, partly of the other; so are the runs' parts."""
    for collection in ("tickets", "contacts", "companies", "reference"):
        by_next = await it.database[collection].count_documents({f"content.{FIELD}": NAME})
        by_today = await it.database[collection].count_documents({"state": "live", f"content.{FIELD}": None})
        assert min(by_next, by_today) > 0, f"{collection}: {by_today} of today's build, {by_next} of the next"
    read = [read async for run in it.database.runs.find({"kind": "sync"}) for read in run["reads"]]
    assert {FIELD in one for one in read} == {True, False}
    commands = [run["command"] async for run in it.database.runs.find({"kind": "ticket.comment"})]
    assert len(commands) == 2


async def _nothing_was_refused(place: Place, it: System, processes: list[Process], ended: Process) -> None:
    async with bench(place) as here:
        for topic in topics.SOURCES:
            letters = await here.read_all(topic.dead_letters)
            assert letters == [], f"{topic.name}: {[dict(letter.headers) for letter in letters]}"
        headers = [dict(record.headers).get(HEADER) for record in await here.read_all(topics.TICKETS)]
        assert set(headers) == {NAME.encode(), None}, "both builds published tickets"
    for group in ("sync_ticket", "sync_crm", "importer"):
        assert await it.database[f"{group}_rejects"].count_documents({}) == 0
        assert await it.database[f"{group}_group"].count_documents({"stopped": {"$ne": None}}) == 0
    for process in processes:
        if process is not ended:
            await process.ready()
        assert '"level": "error"' not in process.log.read_text(), process.log.read_text()[-3000:]
