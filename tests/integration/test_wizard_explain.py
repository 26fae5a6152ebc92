"""Why is this ticket (not) here?"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from support.portal import HALO, Portal
from support.waiting import until


async def explained(portal: Portal, tenant: str, id: int = 1) -> dict[str, Any]:
    async with portal.client(tenant) as client:
        answer = await client.get(f"/api/v1/tickets/{id}/explain")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def asking(portal: Portal, tenant: str) -> str:
    """The id of the command to look into Halo, once it is recorded."""

    async def recorded() -> str:
        document = await portal.database.commands.find_one({"tenant": tenant, "command.kind": "ticket.explain"})
        return str(document["command_id"]) if document else ""

    return await until(recorded)


async def asked(portal: Portal, tenant: str, result: dict[str, Any]) -> dict[str, Any]:
    """The explanation of a ticket that only Halo knows, once the connector has looked."""
    waiting = asyncio.create_task(explained(portal, tenant))
    await portal.accept(await asking(portal, tenant), "done", result=result)
    return await waiting


async def test_visible(portal: Portal) -> None:
    tenant = await portal.connected()
    await portal.ticket(tenant, 1)
    found = await explained(portal, tenant)
    assert (found["here"], found["reason"], found["run"], found["trace"]) == (True, "visible", "run-1", "f" * 32)


async def test_out_of_scope_says_which_team_and_who_chose_it_when(portal: Portal) -> None:
    tenant = await portal.connected()
    await portal.database.settings.delete_many({"tenant": tenant})
    await portal.lists(tenant, teams={7: "Service Desk", 8: "Projects"}, statuses={1: "New"})
    await portal.ticket(tenant, 1)
    for revision, (who, value) in enumerate(
        (("ada", {"teams": "all"}), ("bob", {"teams": [8]}), ("eve", {"teams": [8], "interval_minutes": 5}))
    ):
        async with portal.client(tenant, sub=who) as client:
            saved = await client.put(f"{HALO}/settings/sync", json=value, headers={"If-Match": f'"{revision}"'})
            assert saved.status_code == 200
    found = await explained(portal, tenant)
    assert (found["here"], found["reason"], found["changed"]["by"]) == (False, "team", "bob")
    assert "Service Desk" in found["sentence"]


async def test_excluded_status(portal: Portal) -> None:
    tenant = await portal.connected(excluded_statuses=[1])
    await portal.ticket(tenant, 1)
    assert (await explained(portal, tenant))["reason"] == "status"


@pytest.mark.parametrize(("reason", "into"), [("deleted", None), ("merged", 77), ("not_visible", None)])
async def test_gone(portal: Portal, reason: str, into: int | None) -> None:
    tenant = await portal.connected()
    await portal.mirror(tenant, "tickets", 1, None, state="gone", reason=reason, merged_into=into)
    found = await explained(portal, tenant)
    assert (found["reason"], found["merged_into"]) == (reason, into)


async def test_dead_lettered_with_the_error_unless_a_newer_version_is_stored(portal: Portal) -> None:
    tenant = await portal.connected()
    reject = {"version": f"{'0' * 14}.{'0' * 13}1.{'0' * 9}5", "error": "dateoccurred is not a time", "run": "run-2"}
    await portal.database.sync_ticket_rejects.insert_one({"_id": f"{tenant}:c1:tickets:1", **reject})
    found = await explained(portal, tenant)
    assert (found["reason"], found["error"], found["run"]) == ("dead_lettered", reject["error"], "run-2")
    await portal.ticket(tenant, 1)
    await portal.database.tickets.update_one(
        {"_id": f"{tenant}:c1:1"}, {"$set": {"version": "1" + reject["version"][1:]}}
    )
    assert (await explained(portal, tenant))["reason"] == "visible"


async def test_cleared_and_being_read_again(portal: Portal) -> None:
    tenant = await portal.connected()
    await portal.ticket(tenant, 1)
    async with portal.client(tenant) as client:
        await client.post("/api/v1/syncs", json={"kind": "clear", "streams": ["tickets"]})
    assert (await explained(portal, tenant))["reason"] == "cleared"


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"found": True, "team_id": 7, "team": "Service Desk", "status_id": 1}, "not_read_yet"),
        ({"found": True, "team_id": 8, "team": "Projects", "status_id": 1}, "team"),
        ({"found": True, "team_id": 7, "team": "Service Desk", "status_id": 9}, "status"),
        ({"found": True, "reason": "deleted", "merged_into": None}, "deleted"),
        ({"found": True, "reason": "merged", "merged_into": 77}, "merged"),
        ({"found": False, "reason": "not_visible", "merged_into": None}, "not_visible"),
        ({"found": True, "reason": "unreadable", "error": "dateoccurred"}, "unreadable"),
    ],
)
async def test_what_is_not_stored_is_looked_up_in_halo(portal: Portal, result: dict[str, Any], reason: str) -> None:
    tenant = await portal.connected(teams=[7], excluded_statuses=[9])
    soon = datetime(2999, 1, 1, tzinfo=UTC)
    await portal.database.connections.insert_one(
        {"_id": tenant, "tenant": tenant, "next_sync_at": soon, "completed": soon}
    )
    found = await asked(portal, tenant, result)
    assert (found["reason"], found["here"], found["live"]) == (reason, False, True)
    assert bool(found["next_sync_at"]) == (reason == "not_read_yet")
    assert found["merged_into"] == result.get("merged_into")


async def test_a_stub_of_the_scope_is_looked_up_as_well(portal: Portal) -> None:
    tenant = await portal.connected(teams=[7])
    await portal.mirror(tenant, "tickets", 1, None, state="scope", reason="team")
    assert (await asked(portal, tenant, {"found": True, "team_id": 8, "team": "Projects", "status_id": 1}))["live"]


async def test_who_does_not_wait_gets_the_run(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        answer = await client.get("/api/v1/tickets/1/explain", headers={"Prefer": "wait=0"})
        again = await client.get("/api/v1/tickets/1/explain", headers={"Prefer": "wait=0"})
    assert (answer.status_code, again.json()["id"]) == (202, answer.json()["id"])
    assert answer.headers["Location"].endswith(answer.json()["id"])


async def test_halo_away_is_told_in_its_words(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        waiting = asyncio.create_task(client.get("/api/v1/tickets/1/explain"))
        problem = {"kind": "outage", "title": "Halo does not answer", "halo": "502 Bad Gateway"}
        await portal.accept(await asking(portal, tenant), "failed", problem=problem)
        answer = await waiting
    assert (answer.status_code, answer.json()["halo"]) == (502, "502 Bad Gateway")


async def test_while_disconnected_halo_is_not_asked(portal: Portal) -> None:
    tenant = await portal.connected()
    await portal.database.tenants.update_one({"_id": tenant}, {"$set": {"state": "disconnected"}})
    assert (await explained(portal, tenant))["reason"] == "not_connected"
    assert await portal.database.commands.count_documents({"tenant": tenant}) == 0
