"""The planner: own items, Halo's, detaching, projects, and what follows Halo and what does not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from embedded.choose import Chosen
from halobus.bus import Bus
from halobus.standing import standings
from halobus.streams import StreamName
from halobus.topics import FACTS
from support.planner import ITEMS, OPPORTUNITIES, PROJECTS, follow, gone, opportunity, planning, project
from support.portal import Portal, opened
from sync_crm import planner
from sync_crm.planner_store import PlannerStore
from wizard_api import facts

AUTO = {"auto_import": True, "auto_import_since": datetime(2020, 1, 1, tzinfo=UTC)}


@pytest.fixture(scope="module")
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    async with opened(stack) as made:
        yield made


async def listed(client: httpx.AsyncClient, path: str = ITEMS, **params: Any) -> dict[Any, dict[str, Any]]:
    """All rows, over the pages, by id."""
    found: dict[Any, dict[str, Any]] = {}
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(path, params={**params, **cursor})
        assert answer.status_code == 200, answer.text
        rows = answer.json()["items"]
        assert not found.keys() & {row["id"] for row in rows}
        found |= {row["id"]: row for row in rows}
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


def fields(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def test_items_of_a_persons_own(portal: Portal) -> None:
    tenant = await planning(portal)
    async with portal.client(tenant) as client:
        body = {"title": " Audit ", "notes": "Ask Bo", "estimated_hours": 4.5, "period": "2027-Q1", "client_id": 5}
        made = await client.post(ITEMS, json=body, headers={"Idempotency-Key": "one"})
        assert made.status_code == 201
        item = made.json()
        assert made.headers["Location"] == f"{ITEMS}/{item['id']}"
        assert (item["title"], item["company"]["name"], item["sync"], item["state"]) == ("Audit", "Acme", "own", "open")
        again = await client.post(ITEMS, json=body, headers={"Idempotency-Key": "one"})
        assert again.json()["id"] == item["id"]
        path = f"{ITEMS}/{item['id']}"
        changed = await client.patch(path, json={"due": "2027-02-01T00:00:00Z", "value": 10, "notes": ""})
        assert (changed.json()["value"], changed.json()["notes"], changed.json()["period"]) == (10, "", "2027-Q1")
        for wrong in (
            {"title": " "},
            {"value": -1},
            {"due": "2027-02-01T00:00:00"},
            {"status": "x"},
            {"client_id": 99},
        ):
            assert list(fields(await client.patch(path, json=wrong))) == list(wrong)
        assert (await client.post(f"{path}/detach")).status_code == 409
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404
        assert await listed(client) == {}
    kept = await portal.database.planner_choices.find_one({"tenant": tenant})
    assert kept is not None
    assert "Audit" not in str(kept)
    assert "Ask Bo" not in str([each async for each in portal.database.audit.find({"tenant": tenant})])


async def test_what_halo_manages_follows_halo_and_nothing_else_does(portal: Portal) -> None:
    tenant = await planning(portal, **AUTO)
    await opportunity(portal, tenant, 7)
    await follow(portal, tenant)
    async with portal.client(tenant) as client:
        path = f"{ITEMS}/halo-7"
        own = {"notes": "Mine", "estimated_hours": 3, "period": "2027"}
        assert (await client.patch(path, json=own)).status_code == 200
        said = fields(await client.patch(path, json={"title": "X", "value": 1, "notes": "no", "client_id": 6}))
        assert sorted(said) == ["client_id", "title", "value"]
        assert said["title"] == "comes from opportunity 7 in Halo: change it there, or detach the item first"
        assert (await client.delete(path)).json()["title"] == "Halo manages this item"
        due = datetime(2028, 1, 1, tzinfo=UTC)
        await opportunity(portal, tenant, 7, summary="New", details="Other", value=7.5, target=due, probability=9)
        await follow(portal, tenant)
        row = (await client.get(path)).json()
        assert (row["title"], row["description"], row["value"], row["due"]) == (
            "New",
            "Other",
            7.5,
            "2028-01-01T00:00:00Z",
        )
        assert {name: row[name] for name in own} == own


async def test_a_detached_item_stays_detached_and_is_not_made_again(portal: Portal) -> None:
    tenant = await planning(portal, **AUTO)
    await opportunity(portal, tenant, 7)
    await follow(portal, tenant)
    async with portal.client(tenant) as client:
        path = f"{ITEMS}/halo-7"
        assert (await client.post(f"{path}/detach")).json()["sync"] == "detached"
        assert (await client.patch(path, json={"title": "Ours"})).status_code == 200
        await opportunity(portal, tenant, 7, summary="Halo's", state="won")
        await follow(portal, tenant)
        row = (await client.get(path)).json()
        assert (row["title"], row["description"], row["sync"], row["state"]) == ("Ours", "About 7", "detached", "open")
        assert (await client.post(f"{path}/attach")).json()["sync"] == "managed"
        await follow(portal, tenant)
        row = (await client.get(path)).json()
        assert (row["title"], row["sync"], row["state"]) == ("Halo's", "stopped", "won")
        await client.post(f"{path}/detach")
        assert (await client.delete(path)).status_code == 204
        await opportunity(portal, tenant, 7)
        await follow(portal, tenant)
        assert await listed(client) == {}, "a person's no is final"
        assert await listed(client, OPPORTUNITIES, imported=False) != {}
        assert (await client.post(f"{OPPORTUNITIES}/import", json={"ids": [7]})).json()["importing"] == [7]
        await follow(portal, tenant)
        assert [row["sync"] for row in (await listed(client)).values()] == ["managed"]


@pytest.mark.parametrize("end", ["won", "lost", "closed", "gone"])
async def test_what_has_ended_stays_shows_how_and_stops(portal: Portal, end: str) -> None:
    tenant = await planning(portal, **AUTO)
    await opportunity(portal, tenant, 7, summary="Last")
    await follow(portal, tenant)
    if end == "gone":
        await gone(portal, tenant, 7)
    else:
        await opportunity(portal, tenant, 7, summary="Last", state=end)
    await follow(portal, tenant)
    async with portal.client(tenant) as client:
        [row] = (await listed(client, status=end)).values()
        assert (row["title"], row["state"], row["sync"], row["company"]["id"]) == ("Last", end, "stopped", 5)
        if end != "gone":
            await opportunity(portal, tenant, 7, summary="Later", state=end)
            await follow(portal, tenant)
            assert [row["title"] for row in (await listed(client)).values()] == ["Last"]
        await opportunity(portal, tenant, 7, summary="Reopened")
        await follow(portal, tenant)
        [row] = (await listed(client)).values()
        assert (row["title"], row["state"], row["sync"]) == ("Reopened", "open", "managed")


async def test_while_everything_is_read_anew_nothing_is_gone(portal: Portal) -> None:
    tenant = await planning(portal, **AUTO)
    await opportunity(portal, tenant, 7)
    await follow(portal, tenant)
    raised = {"_id": tenant, "tenant": tenant, "generations": {"c1": {"opportunities": 9}}}
    await portal.database.connections.insert_one(raised)
    await follow(portal, tenant)
    async with portal.client(tenant) as client:
        assert [row["state"] for row in (await listed(client)).values()] == ["open"]
        await portal.database.tenants.update_one(
            {"_id": tenant}, {"$set": {"streams": {"opportunities": {"generation": 9}}}}
        )
        await follow(portal, tenant)
        assert [row["state"] for row in (await listed(client)).values()] == ["gone"], "the new reading lacks it"


async def test_several_replicas_and_repetitions_make_one_item_and_one_fact(portal: Portal) -> None:
    tenant = await planning(portal, **AUTO)
    for id in range(1, 21):
        await opportunity(portal, tenant, id)
    for _ in range(2):
        await asyncio.gather(*(follow(portal, tenant) for _ in range(5)))
    bus = portal.wizard.bus
    assert isinstance(bus, Bus)
    for _ in range(2):
        await planner.announce(portal.database, bus)
    told = [record for record in await portal.read_all(FACTS) if (record.key or b"").decode() == tenant]
    assert len(told) == 20
    assert all(b'"planner.item-created"' in (record.value or b"") for record in told)
    assert all(b"Opportunity" not in (record.value or b"") for record in told), "ids, never content"
    async with portal.client(tenant) as client:
        assert len(await listed(client, limit=7)) == 20
    assert await portal.database.planner_items.count_documents({"tenant": tenant}) == 20


async def test_a_round_that_saw_an_older_item_writes_nothing(portal: Portal) -> None:
    tenant = await planning(portal, **AUTO)
    await opportunity(portal, tenant, 7, summary="Old")
    await follow(portal, tenant)
    [standing] = await standings(portal.database, StreamName.OPPORTUNITIES, [tenant])
    late = PlannerStore(portal.database, standing)
    seen = await late.items()
    await opportunity(portal, tenant, 7, summary="New")
    await follow(portal, tenant)
    assert await late.move([(seen[0], {"title": "Late"})]) == 0
    assert [item.title for item in await late.items()] == ["New"]
    assert await late.make(7, "import", None) is False


async def test_auto_import_takes_new_ones_that_meet_the_minimum_even_later(portal: Portal) -> None:
    since = datetime.now(UTC)
    tenant = await planning(
        portal, auto_import=True, auto_import_since=since, minimum_value=50, auto_import_types=["renewal"]
    )
    await opportunity(portal, tenant, 1, occurred=since - timedelta(minutes=1))
    await opportunity(portal, tenant, 2, value=49.0)
    await opportunity(portal, tenant, 3, value=50.0)
    await opportunity(portal, tenant, 4, opptype="Hardware")
    await opportunity(portal, tenant, 5, value=None)
    await follow(portal, tenant)
    async with portal.client(tenant) as client:
        assert set(await listed(client)) == {"halo-3"}
        await opportunity(portal, tenant, 2, value=51.0)
        await follow(portal, tenant)
        assert set(await listed(client)) == {"halo-3", "halo-2"}
        await portal.choose(tenant, "sync", {"teams": "all", "opportunities": False})
        await opportunity(portal, tenant, 6)
        await follow(portal, tenant)
        assert set(await listed(client)) == {"halo-3", "halo-2"}, "inert while opportunity sync is off"


async def test_filters(portal: Portal) -> None:
    tenant = await planning(portal, **AUTO)
    await opportunity(portal, tenant, 7, client_id=6, summary="A Switch")
    await project(portal, tenant, 31)
    await follow(portal, tenant)
    async with portal.client(tenant) as client:
        own = (await client.post(ITEMS, json={"title": "Own", "client_id": 5})).json()["id"]
        assert (await client.put(f"{ITEMS}/{own}/project", json={"project": 31})).status_code == 200
        for params, found in (
            ({}, {own, "halo-7"}),
            ({"client_id": 6}, {"halo-7"}),
            ({"client_id": 5}, {own}),
            ({"source": "own"}, {own}),
            ({"source": "auto-import"}, {"halo-7"}),
            ({"project": 31}, {own}),
            ({"linked": "false"}, {"halo-7"}),
            ({"status": "won"}, set()),
            ({"search": "switch"}, {"halo-7"}),
        ):
            assert set(await listed(client, **params)) == found, params
        await opportunity(portal, tenant, 7, client_id=5, summary="A Switch")
        assert set(await listed(client, client_id=6)) == set(), "whose it is, is as Halo says"


async def test_a_projects_link_outlives_its_name_and_the_project(portal: Portal) -> None:
    tenant = await planning(portal)
    await project(portal, tenant, 31)
    async with portal.client(tenant) as client:
        item = (await client.post(ITEMS, json={"title": "Own"})).json()["id"]
        path = f"{ITEMS}/{item}"
        assert list(fields(await client.put(f"{path}/project", json={"project": 32}))) == ["project"]
        linked = (await client.put(f"{path}/project", json={"project": 31})).json()["project"]
        assert linked == {"id": 31, "name": "Project 31", "exists": True}
        await project(portal, tenant, 31, summary="Renamed")
        assert (await client.get(path)).json()["project"]["name"] == "Renamed"
        assert (await client.get(f"{PROJECTS}/31")).json()["planner_items"] == [item]
        await portal.mirror(tenant, "projects", 31, None, state="gone", reason="deleted")
        assert (await client.get(path)).json()["project"] == {"id": 31, "name": "Project 31", "exists": False}
        assert (await client.delete(f"{path}/project")).status_code == 204
        assert (await client.get(path)).json()["project"] is None
        assert (await client.delete(f"{path}/project")).status_code == 404
    actions = [each["action"] async for each in portal.database.audit.find({"tenant": tenant}).sort("at", 1)]
    assert actions == ["planner.item-made", "planner.project-linked", "planner.project-unlinked"]
    await facts.announce(portal.wizard)
    told = [record for record in await portal.read_all(FACTS) if (record.key or b"").decode() == tenant]
    assert [b'"planner.changed"' in (record.value or b"") for record in told] == [True] * 3


async def test_projects_with_budget_and_state(portal: Portal) -> None:
    tenant = await planning(portal)
    await portal.lists(tenant, statuses={2: "In Progress"})
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=9)
    budgets = {"time_budget": 10.0, "time_actual": 10.5, "money_budget": 0.0, "money_actual": 5.0}
    await project(portal, tenant, 31, status_id=2, target=past, **budgets)
    await project(portal, tenant, 32, target=past, closed=past, time_budget=10.0, time_actual=10.0)
    await project(portal, tenant, 33, target=future, client_id=6, money_budget=100.0, money_actual=100.01)
    async with portal.client(tenant) as client:
        rows = await listed(client, PROJECTS, limit=2)
        assert list(rows) == [33, 32, 31]
        assert rows[31]["status"]["name"] == "In Progress"
        assert rows[31]["time"] == {"budget": 10.0, "actual": 10.5, "used": 1.05, "over": True}
        assert rows[31]["money"] == {"budget": None, "actual": 5.0, "used": None, "over": False}
        for params, found in (
            ({"overdue": "true"}, [31]),
            ({"overdue": "false"}, [33, 32]),
            ({"over_budget": "true"}, [33, 31]),
            ({"over_budget": "false"}, [32]),
            ({"closed": "true"}, [32]),
            ({"client_id": 6}, [33]),
            ({"status_id": 2}, [31]),
            ({"linked": "true"}, []),
            ({"search": "project 3"}, [33, 32, 31]),
        ):
            found_rows = await listed(client, PROJECTS, **params)
            assert list(found_rows) == found, params
            for name, wanted in params.items():
                if name in ("overdue", "over_budget", "closed"):
                    assert {row[name] for row in found_rows.values()} <= {wanted == "true"}, (
                        "the filter's rule is the view's"
                    )
        assert (await client.get(f"{PROJECTS}/99")).status_code == 404


async def test_who_may(portal: Portal) -> None:
    tenant = await planning(portal)
    async with portal.client(tenant, permissions=["planner:read"]) as client:
        for path in (ITEMS, OPPORTUNITIES, PROJECTS):
            assert (await client.get(path)).status_code == 200
        assert (await client.post(ITEMS, json={"title": "A"})).status_code == 403
        assert (await client.post(f"{OPPORTUNITIES}/import", json={"ids": [1]})).status_code == 403
    async with portal.client(tenant, permissions=["integrations:manage", "tickets:read"]) as client:
        for path in (ITEMS, OPPORTUNITIES, PROJECTS):
            assert (await client.get(path)).status_code == 403
