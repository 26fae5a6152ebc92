"""Opportunities: what new ones are made with, the pickers, the list, and importing by hand."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from support.answers import errors, ids
from support.planner import DEFAULTS, ITEMS, OPPORTUNITIES, SETTINGS, follow, gone, lists, opportunity, planning
from support.portal import HALO, Portal


async def put(client: httpx.AsyncClient, value: Any, revision: int = 1, **params: Any) -> httpx.Response:
    return await client.put(SETTINGS, json=value, headers={"If-Match": f'"{revision}"'}, params=params)


async def test_each_default_is_shown_as_halos_agents_see_it(portal: Portal) -> None:
    async with portal.client(await planning(portal)) as client:
        shown = (await client.get(SETTINGS)).json()
    assert shown["shown"] == {
        "workflow": "Sales pipeline",
        "stage": "Qualify",
        "ticket_type": "Opportunity",
        "categories": [f"Category of {level}" for level in (1, 2, 3, 4)],
    }
    assert (shown["flags"], shown["warnings"]) == ([], [])


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"workflow_id": 9, "stage_id": None}, ["workflow_id"]),
        ({"stage_id": 61}, ["stage_id"]),
        ({"workflow_id": None}, ["stage_id"]),
        ({"ticket_type_id": 1}, ["ticket_type_id"]),
        ({"ticket_type_id": 9}, ["ticket_type_id"]),
        ({"categories": [101, 101, 999, None]}, ["categories.1", "categories.2"]),
        ({"probability": 101}, ["probability"]),
        ({"probability": -1}, ["probability"]),
        ({"minimum_value": -0.01}, ["minimum_value"]),
        ({"auto_import_types": ["Renewal", " "]}, ["auto_import_types"]),
        ({"probability": 100, "minimum_value": 0, "type": "Typed"}, []),
    ],
)
async def test_what_the_settings_may_say(portal: Portal, change: dict[str, Any], refused: list[str]) -> None:
    async with portal.client(await planning(portal)) as client:
        answer = await put(client, {**DEFAULTS, **change})
        if refused:
            assert list(errors(answer)) == refused
        else:
            assert answer.json()["warnings"] == [
                "No opportunity in Halo has the type “Typed” yet: it is taken as it was typed."
            ]


async def test_a_default_that_vanished_from_halo_is_flagged_where_it_is_set(portal: Portal) -> None:
    tenant = await planning(portal)
    await lists(portal, tenant, 21, 401)
    async with portal.client(tenant) as client:
        shown = (await client.get(SETTINGS)).json()
        assert [flag["field"] for flag in shown["flags"]] == ["ticket_type_id", "categories.3"]
        assert shown["warnings"][1].startswith("categories.3 names category 401, which Halo does not have")
        assert shown["shown"]["categories"][3] is None
        assert list(errors(await put(client, DEFAULTS))) == ["ticket_type_id", "categories.3"]


async def test_with_opportunity_sync_off_the_settings_stay_inert(portal: Portal) -> None:
    tenant = await planning(portal)
    await portal.choose(tenant, "sync", {"teams": "all", "opportunities": False})
    async with portal.client(tenant) as client:
        shown = (await client.get(SETTINGS)).json()
        assert shown["value"]["workflow_id"] == 5
        assert "Opportunity sync is off" in shown["warnings"][0]
        saved = await put(client, {**DEFAULTS, "probability": 7})
        assert (saved.status_code, saved.json()["value"]["probability"]) == (200, 7)
        for path, body in ((OPPORTUNITIES, {"title": "A", "client_id": 5}), (f"{OPPORTUNITIES}/import", {"ids": [1]})):
            refused = await client.post(path, json=body, headers={"Idempotency-Key": "k1"})
            assert (refused.status_code, refused.json()["title"]) == (409, "Opportunity sync is off")


async def test_since_when_auto_import_is_on_is_ours_to_say(portal: Portal) -> None:
    async with portal.client(await planning(portal)) as client:
        begun = datetime.now(UTC) - timedelta(seconds=1)
        sent = {**DEFAULTS, "auto_import": True, "auto_import_since": "2020-01-01T00:00:00Z"}
        first = (await put(client, sent)).json()["value"]["auto_import_since"]
        assert begun <= datetime.fromisoformat(first) <= datetime.now(UTC) + timedelta(seconds=1)
        again = (await put(client, {**sent, "minimum_value": 5}, 2)).json()["value"]
        assert (again["auto_import_since"], again["minimum_value"]) == (first, 5)
        assert (await put(client, {**sent, "auto_import": False}, 3)).json()["value"]["auto_import_since"] is None
        later = (await put(client, sent, 4)).json()["value"]["auto_import_since"]
        assert later > first, "switched on anew: what came in between stays out"


async def test_a_dry_run_tells_how_many_would_match_and_saves_nothing(portal: Portal) -> None:
    tenant = await planning(portal)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    await opportunity(portal, tenant, 1, value=50.0, occurred=long_ago)
    await opportunity(portal, tenant, 2, value=49.99)
    await opportunity(portal, tenant, 3, value=None)
    await opportunity(portal, tenant, 4, opptype="Hardware", occurred=long_ago)
    await opportunity(portal, tenant, 5, state="won")
    async with portal.client(tenant) as client:
        for change, matches in (
            ({}, 4),
            ({"minimum_value": 50}, 2),
            ({"minimum_value": 50, "auto_import_types": [" renewal"]}, 1),
            ({"auto_import_types": ["Hardware"]}, 1),
        ):
            told = (await put(client, {**DEFAULTS, **change, "auto_import": True}, dry_run=True)).json()
            assert told["matches"] == matches, change
        await portal.choose(tenant, "opportunities", {**DEFAULTS, "auto_import": True, "auto_import_since": long_ago})
        told = (await put(client, {**DEFAULTS, "auto_import": True}, dry_run=True)).json()
        assert (told["matches"], told["brings"]) == (4, 4)
        await follow(portal, tenant)
        told = (await put(client, {**DEFAULTS, "auto_import": True}, dry_run=True)).json()
        assert (told["matches"], told["brings"]) == (4, 0), "they have come in"
        assert (await client.get(SETTINGS)).json()["revision"] == 1


async def test_pickers(portal: Portal) -> None:
    tenant = await planning(portal)
    reference = f"{HALO}/reference"
    async with portal.client(tenant) as client:
        none = (await client.get(f"{reference}/opportunity-types")).json()
        assert (none["items"], none["free_text"]) == ([], True)
        assert "type one as it is written there" in none["note"]
        for id, name in enumerate(("Renewal", "renewal ", "Renewal", "Hardware", None, ""), 1):
            await opportunity(portal, tenant, id, opptype=name)
        found = (await client.get(f"{reference}/opportunity-types")).json()["items"]
        assert [(each["name"], each["opportunities"]) for each in found] == [("Renewal", 3), ("Hardware", 1)]
        found = (await client.get(f"{reference}/categories", params={"level": 3})).json()["items"]
        assert [each["id"] for each in found] == [301]
        found = (await client.get(f"{reference}/ticket-types", params={"domain": "opps"})).json()["items"]
        assert [each["name"] for each in found] == ["Opportunity"]
        found = (await client.get(f"{reference}/workflows")).json()["items"]
        assert [stage["name"] for stage in found[0]["attributes"]["stages"]] == ["Qualify", "Propose"]


async def test_the_list_and_what_is_imported_by_hand(portal: Portal) -> None:
    tenant = await planning(portal)
    await opportunity(portal, tenant, 1, occurred=datetime(2020, 1, 1, tzinfo=UTC), state="won")
    await opportunity(portal, tenant, 2, client_id=6, opptype="RENEWAL", value=None)
    await opportunity(portal, tenant, 3, opptype="Hardware", summary="A Firewall (new)")
    await gone(portal, tenant, 4)
    async with portal.client(tenant) as client:
        for limit in (1, 2, 50):
            assert await ids(client, OPPORTUNITIES, limit=limit) == [3, 2, 1]
        assert await ids(client, OPPORTUNITIES, client_id=6) == [2]
        assert await ids(client, OPPORTUNITIES, state="won") == [1]
        assert await ids(client, OPPORTUNITIES, type="renewal") == [2, 1]
        assert await ids(client, OPPORTUNITIES, minimum_value=100) == [3, 1]
        assert await ids(client, OPPORTUNITIES, search="firewall (") == [3]
        assert await ids(client, OPPORTUNITIES, search="2") == [2]
        shown = (await client.get(f"{OPPORTUNITIES}/3")).json()
        assert (shown["company"]["name"], shown["stage"], shown["workflow"]["name"]) == (
            "Acme", "Propose", "Sales pipeline",
        )  # fmt: skip
        assert (await client.get(f"{OPPORTUNITIES}/4")).status_code == 404

        assert list(errors(await client.post(f"{OPPORTUNITIES}/import", json={"ids": [1, 4]}))) == ["ids"]
        told = await client.post(f"{OPPORTUNITIES}/import", json={"ids": [1, 3, 1]})
        assert (told.status_code, told.json()) == (202, {"importing": [1, 3], "already": []})
        assert (await client.get(f"{OPPORTUNITIES}/1")).json()["importing"] is True
        await asyncio.gather(*(follow(portal, tenant) for _ in range(4)))
        assert await ids(client, OPPORTUNITIES, imported=True) == [3, 1]
        assert await ids(client, OPPORTUNITIES, imported=False) == [2]
        row = (await client.get(f"{OPPORTUNITIES}/1")).json()
        assert (row["importing"], row["item"]) == (False, "halo-1")
        again = await client.post(f"{OPPORTUNITIES}/import", json={"ids": [1]})
        assert again.json() == {"importing": [], "already": [1]}
        assert len((await client.get(ITEMS)).json()["items"]) == 2
