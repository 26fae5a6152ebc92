"""The planner: own items, Halo's, detaching, and what follows Halo and what does not."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from halobus.bus import Bus
from halobus.standing import standings
from halobus.streams import StreamName
from support.answers import errors, rows
from support.planner import ITEMS, OPPORTUNITIES, PROJECTS, follow, gone, opportunity, planning, project
from support.portal import Portal
from support.trails import audited, facts_of
from sync_crm import planner
from sync_crm.planner_store import PlannerStore

AUTO = {"auto_import": True, "auto_import_since": datetime(2020, 1, 1, tzinfo=UTC)}


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
            assert list(errors(await client.patch(path, json=wrong))) == list(wrong)
        assert (await client.post(f"{path}/detach")).status_code == 409
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404
        assert await rows(client, ITEMS) == {}
    kept = await portal.database.planner_choices.find_one({"tenant": tenant})
    assert kept is not None
    assert "Audit" not in str(kept)
    assert "Ask Bo" not in str(await audited(portal, tenant))


async def test_what_halo_manages_follows_halo_and_nothing_else_does(portal: Portal) -> None:
    tenant = await planning(portal, **AUTO)
    await opportunity(portal, tenant, 7)
    await follow(portal, tenant)
    async with portal.client(tenant) as client:
        path = f"{ITEMS}/halo-7"
        own = {"notes": "Mine", "estimated_hours": 3, "period": "2027"}
        assert (await client.patch(path, json=own)).status_code == 200
        said = errors(await client.patch(path, json={"title": "X", "value": 1, "notes": "no", "client_id": 6}))
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
        assert await rows(client, ITEMS) == {}, "a person's no is final"
        assert await rows(client, OPPORTUNITIES, imported=False) != {}
        assert (await client.post(f"{OPPORTUNITIES}/import", json={"ids": [7]})).json()["importing"] == [7]
        await follow(portal, tenant)
        assert [row["sync"] for row in (await rows(client, ITEMS)).values()] == ["managed"]


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
        [row] = (await rows(client, ITEMS, status=end)).values()
        assert (row["title"], row["state"], row["sync"], row["company"]["id"]) == ("Last", end, "stopped", 5)
        if end != "gone":
            await opportunity(portal, tenant, 7, summary="Later", state=end)
            await follow(portal, tenant)
            assert [row["title"] for row in (await rows(client, ITEMS)).values()] == ["Last"]
        await opportunity(portal, tenant, 7, summary="Reopened")
        await follow(portal, tenant)
        [row] = (await rows(client, ITEMS)).values()
        assert (row["title"], row["state"], row["sync"]) == ("Reopened", "open", "managed")


async def test_while_everything_is_read_anew_nothing_is_gone(portal: Portal) -> None:
    tenant = await planning(portal, **AUTO)
    await opportunity(portal, tenant, 7)
    await follow(portal, tenant)
    raised = {"_id": tenant, "tenant": tenant, "generations": {"c1": {"opportunities": 9}}}
    await portal.database.connections.insert_one(raised)
    await follow(portal, tenant)
    async with portal.client(tenant) as client:
        assert [row["state"] for row in (await rows(client, ITEMS)).values()] == ["open"]
        await portal.database.tenants.update_one(
            {"_id": tenant}, {"$set": {"streams": {"opportunities": {"generation": 9}}}}
        )
        await follow(portal, tenant)
        assert [row["state"] for row in (await rows(client, ITEMS)).values()] == ["gone"], "the new reading lacks it"


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
    made = await facts_of(portal, tenant)
    assert [fact.type for fact in made] == ["planner.item-created"] * 20
    assert all("Opportunity" not in fact.model_dump_json() for fact in made), "ids, never content"
    async with portal.client(tenant) as client:
        assert len(await rows(client, ITEMS, limit=7)) == 20
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
        assert set(await rows(client, ITEMS)) == {"halo-3"}
        await opportunity(portal, tenant, 2, value=51.0)
        await follow(portal, tenant)
        assert set(await rows(client, ITEMS)) == {"halo-3", "halo-2"}
        await portal.choose(tenant, "sync", {"teams": "all", "opportunities": False})
        await opportunity(portal, tenant, 6)
        await follow(portal, tenant)
        assert set(await rows(client, ITEMS)) == {"halo-3", "halo-2"}, "inert while opportunity sync is off"


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
            assert set(await rows(client, ITEMS, **params)) == found, params
        await opportunity(portal, tenant, 7, client_id=5, summary="A Switch")
        assert set(await rows(client, ITEMS, client_id=6)) == set(), "whose it is, is as Halo says"


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
