"""Opportunities: defaults, pickers, the list, importing by hand, and creating one in Halo with what Halo says of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from embedded.choose import Chosen
from support.planner import DEFAULTS, ITEMS, OPPORTUNITIES, SETTINGS, follow, gone, lists, opportunity, planning
from support.portal import HALO, Portal, opened, replica
from support.waiting import until

KEY = {"Idempotency-Key": "k1"}
WORDS = "Please complete the mandatory field: Category 4"


@pytest.fixture(scope="module")
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    async with opened(stack) as made:
        yield made


def fields(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


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
            assert fields(answer) == refused
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
        assert fields(await put(client, DEFAULTS)) == ["ticket_type_id", "categories.3"]


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
            refused = await client.post(path, json=body, headers=KEY)
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


async def ids(client: httpx.AsyncClient, **params: Any) -> list[int]:
    """All ids of the list, over its pages."""
    found: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(OPPORTUNITIES, params={**params, **cursor})
        assert answer.status_code == 200, answer.text
        found += [row["id"] for row in answer.json()["items"]]
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


async def test_the_list_and_what_is_imported_by_hand(portal: Portal) -> None:
    tenant = await planning(portal)
    await opportunity(portal, tenant, 1, occurred=datetime(2020, 1, 1, tzinfo=UTC), state="won")
    await opportunity(portal, tenant, 2, client_id=6, opptype="RENEWAL", value=None)
    await opportunity(portal, tenant, 3, opptype="Hardware", summary="A Firewall (new)")
    await gone(portal, tenant, 4)
    async with portal.client(tenant) as client:
        for limit in (1, 2, 50):
            assert await ids(client, limit=limit) == [3, 2, 1]
        assert await ids(client, client_id=6) == [2]
        assert await ids(client, state="won") == [1]
        assert await ids(client, type="renewal") == [2, 1]
        assert await ids(client, minimum_value=100) == [3, 1]
        assert await ids(client, search="firewall (") == [3]
        assert await ids(client, search="2") == [2]
        shown = (await client.get(f"{OPPORTUNITIES}/3")).json()
        assert (shown["company"]["name"], shown["stage"], shown["workflow"]["name"]) == (
            "Acme", "Propose", "Sales pipeline",
        )  # fmt: skip
        assert (await client.get(f"{OPPORTUNITIES}/4")).status_code == 404

        assert fields(await client.post(f"{OPPORTUNITIES}/import", json={"ids": [1, 4]})) == ["ids"]
        told = await client.post(f"{OPPORTUNITIES}/import", json={"ids": [1, 3, 1]})
        assert (told.status_code, told.json()) == (202, {"importing": [1, 3], "already": []})
        assert (await client.get(f"{OPPORTUNITIES}/1")).json()["importing"] is True
        await asyncio.gather(*(follow(portal, tenant) for _ in range(4)))
        assert await ids(client, imported=True) == [3, 1]
        assert await ids(client, imported=False) == [2]
        row = (await client.get(f"{OPPORTUNITIES}/1")).json()
        assert (row["importing"], row["item"]) == (False, "halo-1")
        again = await client.post(f"{OPPORTUNITIES}/import", json={"ids": [1]})
        assert again.json() == {"importing": [], "already": [1]}
        assert len((await client.get(ITEMS)).json()["items"]) == 2


async def test_all_defaults_in_one_post(portal: Portal) -> None:
    tenant = await planning(portal)
    body = {"title": "Firewall", "description": "Two", "due": "2027-06-01T00:00:00Z", "value": 900, "client_id": 5}
    async with portal.client(tenant) as client:
        assert (await client.post(OPPORTUNITIES, json=body)).status_code == 428
        answer = await client.post(OPPORTUNITIES, json=body, headers=KEY)
        assert (answer.status_code, answer.json()["state"]) == (202, "sending")
        id = answer.json()["id"]
        assert answer.headers["Location"] == f"{OPPORTUNITIES}/creations/{id}"
        recorded = await portal.database.commands.find_one({"command_id": id})
        assert recorded is not None
        asked = {name: recorded["command"][name] for name in ("summary", "details", "value", "client_id", "opptype")}
        assert asked == {"summary": "Firewall", "details": "Two", "value": 900, "client_id": 5, "opptype": "Renewal"}
        defaults = {name: recorded["command"][name] for name in ("workflow_id", "stage_id", "ticket_type_id")}
        assert defaults == {"workflow_id": 5, "stage_id": 51, "ticket_type_id": 21}
        assert recorded["command"]["probability"] == 40
        assert recorded["command"]["categories"] == [f"Category of {level}" for level in (1, 2, 3, 4)]
        again = await client.post(OPPORTUNITIES, json=body, headers=KEY)
        assert again.json()["id"] == id
        assert fields(await client.post(OPPORTUNITIES, json={**body, "value": 901}, headers=KEY)) == ["Idempotency-Key"]
        await portal.accept(id, "sending")
        assert (await client.get(f"{OPPORTUNITIES}/creations/{id}")).json()["state"] == "sending"
        await portal.move(id, "sent", result={"opportunity_id": 77})
        again = await client.post(OPPORTUNITIES, json=body, headers={**KEY, "Prefer": "wait=5"})
        assert (again.status_code, again.json()["opportunity"]) == (200, 77)
        assert (await client.get(f"{OPPORTUNITIES}/creations/nobody")).status_code == 404
    kept = await portal.database.audit.find_one({"tenant": tenant, "action": "opportunity.create"})
    assert kept is not None
    assert "Firewall" not in str(kept), "trails keep ids, not content"


async def test_halos_refusal_comes_word_for_word_with_its_field(portal: Portal) -> None:
    tenant = await planning(portal)
    body = {"title": "Firewall", "client_id": 5}
    async with portal.client(tenant) as client:
        waiting = {**KEY, "Prefer": "wait=20"}
        asking = asyncio.create_task(client.post(OPPORTUNITIES, json=body, headers=waiting))
        ours = {"tenant": tenant, "command.summary": "Firewall"}
        recorded = await until(lambda: portal.database.commands.find_one(ours))
        assert recorded is not None
        named = ["summary", "categories.3"]
        problem = {"kind": "validation", "title": "Halo refused it", "halo": WORDS, "fields": named}
        await portal.accept(recorded["command_id"], "refused", problem=problem)
        answer = await asking
    assert answer.status_code == 422
    told = answer.json()
    assert told["errors"] == [{"field": "title", "message": WORDS}, {"field": "categories.3", "message": WORDS}]
    assert (told["detail"], told["halo"], told["id"]) == (WORDS, WORDS, recorded["command_id"])


async def test_what_is_refused_before_halo_is_asked(portal: Portal) -> None:
    tenant = await planning(portal)
    async with portal.client(tenant) as client:
        answer = await client.post(OPPORTUNITIES, json={"title": "A", "client_id": 6}, headers=KEY)
        assert (answer.status_code, answer.json()["link"]) == (409, "/api/v1/companies/6/link")
        assert answer.json()["remedy"].startswith("Link it first")
        assert fields(await client.post(OPPORTUNITIES, json={"title": "A", "client_id": 7}, headers=KEY)) == [
            "client_id"
        ]
        for body in ({}, {"title": "A"}, {"item": "x", "title": "A", "client_id": 5}):
            assert (await client.post(OPPORTUNITIES, json=body, headers=KEY)).status_code == 422
        answer = await client.post(OPPORTUNITIES, json={"item": "nobody"}, headers=KEY)
        assert answer.status_code == 404
        await portal.choose(tenant, "opportunities", {})
        answer = await client.post(OPPORTUNITIES, json={"title": "A", "client_id": 5}, headers=KEY)
        assert answer.status_code == 202, "whether a default is needed is Halo's to say"
        await portal.database.tenants.update_one({"_id": tenant}, {"$set": {"state": "disconnected"}})
        answer = await client.post(OPPORTUNITIES, json={"title": "A", "client_id": 5}, headers=KEY)
        assert (answer.status_code, answer.json()["title"]) == (409, "Halo is disconnected")
    async with portal.client(tenant, permissions=["planner:read", "integrations:manage"]) as client:
        assert (await client.post(OPPORTUNITIES, json={"title": "A", "client_id": 5}, headers=KEY)).status_code == 403


async def test_an_item_becomes_one_opportunity_whoever_asks_how_often(portal: Portal) -> None:
    tenant = await planning(portal, auto_import=True, auto_import_since=datetime(2020, 1, 1, tzinfo=UTC))
    async with portal.client(tenant) as client, replica(portal) as second, second.client(tenant) as other:
        made = await client.post(ITEMS, json={"title": "Firewall", "notes": "Mine", "value": 900})
        item = made.json()["id"]
        assert fields(await client.post(OPPORTUNITIES, json={"item": item}, headers=KEY)) == ["client_id"]
        await client.patch(f"{ITEMS}/{item}", json={"client_id": 5})
        answers = await asyncio.gather(
            *(
                one.post(OPPORTUNITIES, json={"item": item}, headers={"Idempotency-Key": f"k{n}"})
                for n, one in enumerate((client, other, client, other))
            )
        )
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [202, 409, 409, 409]
        id = next(answer.json()["id"] for answer in answers if answer.status_code == 202)
        assert {answer.json()["title"] for answer in answers if answer.status_code == 409} == {
            "Its opportunity is on its way to Halo"
        }
        assert (await client.delete(f"{ITEMS}/{item}")).status_code == 409
        # A sync reads it before anybody knows that it has arrived: it must not come in as another item.
        await portal.accept(id, "sending")
        await opportunity(portal, tenant, 9, summary="Firewall", value=900.0)
        await follow(portal, tenant)
        assert [row["id"] for row in (await client.get(ITEMS)).json()["items"]] == [item]
        await portal.move(id, "sent", result={"opportunity_id": 9})
        await asyncio.gather(*(follow(portal, tenant) for _ in range(3)))
        [row] = (await client.get(ITEMS)).json()["items"]
        assert (row["id"], row["source"], row["sync"], row["opportunity"]) == (item, "created", "managed", 9)
        again = await client.post(OPPORTUNITIES, json={"item": item}, headers={"Idempotency-Key": "k9"})
        assert (again.status_code, again.json()["opportunity"]) == (409, 9)
        await opportunity(portal, tenant, 9, summary="Firewall, two", value=950.0)
        await follow(portal, tenant)
        row = (await client.get(f"{ITEMS}/{item}")).json()
        assert (row["title"], row["value"], row["notes"]) == ("Firewall, two", 950.0, "Mine")


async def test_a_refused_item_can_be_sent_again_and_one_in_doubt_when_somebody_has_looked(portal: Portal) -> None:
    tenant = await planning(portal)
    async with portal.client(tenant) as client:
        item = (await client.post(ITEMS, json={"title": "Firewall", "client_id": 5})).json()["id"]

        async def ask(key: str, **more: Any) -> httpx.Response:
            headers = {"Idempotency-Key": key}
            return await client.post(OPPORTUNITIES, json={"item": item, **more}, headers=headers)

        first = (await ask("a")).json()["id"]
        await portal.accept(first, "refused", problem={"kind": "validation", "title": "No", "halo": WORDS})
        row = (await client.get(f"{ITEMS}/{item}")).json()
        assert row["creation"]["errors"] == [{"field": "halo", "message": WORDS}]
        second = (await ask("b")).json()["id"]
        assert second != first
        await portal.accept(second, "needs_review")
        answer = await ask("c")
        assert (answer.status_code, answer.json()["id"]) == (409, second)
        assert "send `again`" in answer.json()["remedy"]
        assert (await ask("d", again=True)).status_code == 202
