"""Steps 2 and 3: settings with revisions, what a change would do, pickers, Complete Setup, the card."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from support.answers import errors
from support.portal import HALO, Portal
from support.trails import audited, facts_of
from wizard_api import facts

SYNC, TICKETS = f"{HALO}/settings/sync", f"{HALO}/settings/tickets"


async def fresh(portal: Portal) -> str:
    """A connected tenant without settings."""
    tenant = await portal.connected()
    await portal.database.settings.delete_many({"tenant": tenant})
    return tenant


async def put(client: httpx.AsyncClient, path: str, value: Any, revision: int, **params: Any) -> httpx.Response:
    return await client.put(path, json=value, headers={"If-Match": f'"{revision}"'}, params=params)


async def test_settings_begin_with_the_defaults_and_revision_0(portal: Portal) -> None:
    async with portal.client(await fresh(portal)) as client:
        shown = await client.get(SYNC)
        assert (shown.headers["ETag"], shown.json()["revision"]) == ('"0"', 0)
        assert shown.json()["value"]["interval_minutes"] == 15
        saved = await client.put(SYNC, json={"teams": "all"}, headers={"If-None-Match": "*"})
        assert (saved.status_code, saved.headers["ETag"]) == (200, '"1"')
        shown = await client.get(SYNC)
        assert shown.json()["changed_by"] == "ada@msp.test"
        assert shown.json()["value"]["teams"] == "all"
        again = await client.put(SYNC, json={"teams": "all"}, headers={"If-None-Match": "*"})
        assert again.status_code == 412


async def test_a_change_must_say_what_it_was_made_from(portal: Portal) -> None:
    async with portal.client(await portal.connected()) as client:
        answer = await client.put(SYNC, json={"teams": "all"})
        assert answer.status_code == 428
        assert "If-Match" in answer.json()["remedy"]
        wrong = await client.put(SYNC, json={"teams": "all"}, headers={"If-Match": "abc"})
        assert list(errors(wrong)) == ["If-Match"]


async def test_of_many_admins_at_once_one_wins_and_the_others_see_the_change(portal: Portal) -> None:
    tenant = await fresh(portal)
    async with portal.client(tenant) as client:
        answers = await asyncio.gather(*(put(client, SYNC, {"teams": [n]}, 0) for n in range(1, 11)))
        won = [answer for answer in answers if answer.status_code == 200]
        lost = [answer for answer in answers if answer.status_code == 412]
        assert (len(won), len(lost)) == (1, 9)
        value = won[0].json()["value"]
        assert all(answer.json()["current"] == value and answer.json()["revision"] == 1 for answer in lost)
        assert (await put(client, SYNC, {"teams": [5]}, int(lost[0].headers["ETag"].strip('"')))).status_code == 200
        assert (await put(client, SYNC, {"teams": [6]}, 1)).status_code == 412
    audits = await audited(portal, tenant)
    assert [entry["action"] for entry in audits] == ["settings.sync.saved"] * 2
    assert (audits[1]["before"], audits[1]["after"]["teams"]) == (value, [5])


async def test_a_change_is_announced_as_a_fact_once(portal: Portal) -> None:
    tenant = await fresh(portal)
    async with portal.client(tenant) as client:
        await put(client, SYNC, {"teams": "all"}, 0)
    await facts.announce(portal.wizard)
    await facts.announce(portal.wizard)
    assert [fact.type for fact in await facts_of(portal, tenant)] == ["settings.changed"]


@pytest.mark.parametrize(
    ("path", "value", "refused"),
    [
        (SYNC, {"teams": []}, ["teams"]),
        (SYNC, {"teams": "some"}, ["teams"]),
        (SYNC, {"teams": [99]}, ["teams"]),
        (SYNC, {"teams": [7], "excluded_statuses": [99]}, ["excluded_statuses"]),
        (SYNC, {"teams": [7], "auto_import": True}, ["default_role"]),
        (SYNC, {"teams": [7], "interval_minutes": 7}, ["interval_minutes"]),
        (SYNC, {"teams": [7], "team": 1}, ["team"]),
        (TICKETS, {"closed_statuses": [99]}, ["closed_statuses"]),
        (TICKETS, {"stages": {"new": [1], "working": [1]}}, ["stages"]),
        (TICKETS, {"stages": {"begun": [1]}}, ["stages.begun"]),
    ],
)
async def test_bad_settings_name_field_and_remedy(
    portal: Portal, path: str, value: dict[str, Any], refused: list[str]
) -> None:
    tenant = await fresh(portal)
    await portal.lists(tenant, teams={7: "Service Desk"}, statuses={1: "New", 9: "Closed"})
    async with portal.client(tenant) as client:
        assert list(errors(await put(client, path, value, 0))) == refused


async def test_a_dry_run_tells_what_a_change_would_do_and_saves_nothing(portal: Portal) -> None:
    tenant = await portal.connected(teams=[7])
    await portal.choose(tenant, "tickets", {"closed_statuses": [9]})
    for id in range(1, 6):
        await portal.ticket(tenant, id, team_id=7, status_id=9 if id < 3 else 1)
    for id in range(10, 14):
        await portal.ticket(tenant, id, team_id=8)
    await portal.mirror(tenant, "tickets", 20, None, state="scope", reason="team")
    async with portal.client(tenant) as client:
        narrower = await client.put(SYNC, json={"teams": [7], "excluded_statuses": [9]}, params={"dry_run": True})
        assert narrower.json()["removes"] == 2
        assert "closed" in narrower.json()["warnings"][0]
        moved = await client.put(SYNC, json={"teams": [8]}, params={"dry_run": True})
        assert (moved.json()["removes"], moved.json()["adds"]) == (5, {"known": 4, "about": None})
        covered = {"covered": {"teams": [7, 8], "excluded_statuses": []}}
        await portal.database.tenants.update_one({"_id": tenant}, {"$set": {"streams": {"tickets": covered}}})
        read = await client.put(SYNC, json={"teams": [7, 8]}, params={"dry_run": True})
        assert (read.json()["removes"], read.json()["adds"]) == (0, {"known": 4, "about": 4})
        everything = await client.put(SYNC, json={"teams": "all"}, params={"dry_run": True})
        assert everything.json()["adds"] == {"known": 4, "about": None}
        assert (await client.get(SYNC)).json()["value"]["teams"] == [7]
    assert await portal.database.audit.count_documents({"tenant": tenant}) == 0


async def test_settings_need_a_connection(portal: Portal) -> None:
    async with portal.client(f"never-{secrets.token_hex(3)}") as client:
        for answer in (await client.get(SYNC), await put(client, TICKETS, {}, 0)):
            assert answer.status_code == 409
            assert "Connect Halo first" in answer.json()["remedy"]


async def test_pickers(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        unread = (await client.get(f"{HALO}/reference/teams")).json()
        assert (unread["items"], unread["read_at"]) == ([], None)
        assert (await client.get(f"{HALO}/reference/planets")).status_code == 404
        await portal.lists(tenant, teams={7: "Service Desk", 8: "Projects"})
        await portal.ticket(tenant, 1, team_id=7)
        found = (await client.get(f"{HALO}/reference/teams", params={"search": "DESK", "counts": True})).json()
        assert [(item["id"], item["name"], item["tickets"]) for item in found["items"]] == [(7, "Service Desk", 1)]
        assert found["read_at"]
        first = (await client.post(f"{HALO}/reference/refresh")).json()
        assert (await client.post(f"{HALO}/reference/refresh", json={})).json()["id"] == first["id"]
        wrong = await client.post(f"{HALO}/reference/refresh", json={"lists": ["planets"]})
        assert list(errors(wrong)) == ["lists.0"]


async def test_complete_setup_says_what_is_missing(portal: Portal) -> None:
    async with portal.client(f"never-{secrets.token_hex(3)}") as client:
        answer = await client.post(f"{HALO}/complete")
        assert (answer.status_code, len(answer.json()["missing"])) == (409, 1)
    tenant = await portal.connected(teams=[], tickets=True, auto_import=True)
    async with portal.client(tenant) as client:
        assert len((await client.post(f"{HALO}/complete")).json()["missing"]) == 2
        await portal.choose(tenant, "sync", {"users": False, "companies": False, "tickets": False})
        assert "stream" in (await client.post(f"{HALO}/complete")).json()["missing"][0]
        await portal.choose(tenant, "sync", {"teams": "all", "interval_minutes": 5})
        done = (await client.post(f"{HALO}/complete")).json()
    assert done["step"] == "done"
    due = datetime.fromisoformat(done["next_sync_at"]) - datetime.fromisoformat(done["completed"])
    assert due == timedelta(minutes=5)


async def test_the_card(portal: Portal) -> None:
    async with portal.client(f"never-{secrets.token_hex(3)}") as client:
        nothing = (await client.get(HALO)).json()
        assert (nothing["status"], nothing["step"], nothing["streams"]) == ("Disconnected", "connect", [])
    tenant = await portal.connected(teams=[7])
    await portal.ticket(tenant, 1)
    await portal.ticket(tenant, 2, team_id=8)
    now = datetime.now(UTC)
    slots = [{"t": now}, {"t": now - timedelta(seconds=400)}]
    budget = {"_id": f"i-{tenant}", "slots": slots, "limit": 300, "share": 0.45}
    await portal.database.budgets.insert_one({**budget, "lowered": True, "share_changed": now})
    async with portal.client(tenant) as client:
        card = (await client.get(HALO)).json()
        assert card["status"] == "Connected"
        assert card["budget"] == {"used": 1, "limit": 300, "share": 0.45, "others": True}
        quiet = {"share_changed": now - timedelta(hours=1)}
        await portal.database.budgets.update_one({"_id": f"i-{tenant}"}, {"$set": quiet})
        assert (await client.get(HALO)).json()["budget"]["others"] is False
        assert {each["stream"]: each["documents"] for each in card["streams"]}["tickets"] == 1
        id = (await client.post("/api/v1/syncs", json={"kind": "quick"})).json()["id"]
        assert (await client.get(HALO)).json()["status"] == "Syncing"
        await portal.accept(id, "reading")
        assert (await client.get(HALO)).json()["open_runs"] == [id]
        await portal.move(id, "applied", finished=now)
        card = (await client.get(HALO)).json()
        assert (card["status"], card["last_sync"]["id"]) == ("Connected", id)
        await portal.database.tenants.update_one({"_id": tenant}, {"$set": {"state": "error"}})
        assert (await client.get(HALO)).json()["status"] == "Error"


async def test_pausing_and_remembering_the_step(portal: Portal) -> None:
    async with portal.client(f"never-{secrets.token_hex(3)}") as client:
        changed = await client.patch(HALO, json={"step": "configure", "paused": True})
        assert (changed.json()["step"], changed.json()["paused"]) == ("configure", True)
        assert list(errors(await client.patch(HALO, json={"step": "done"}))) == ["step"]
        assert list(errors(await client.patch(HALO, json={}))) == ["body"]
        entry = (await client.get("/api/v1/audit")).json()["items"][0]
    assert (entry["action"], entry["before"], entry["after"]["paused"]) == (
        "integration.changed",
        {"paused": False, "step": "connect"},
        True,
    )
