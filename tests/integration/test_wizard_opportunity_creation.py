"""Creating an opportunity in Halo, from an item of the planner or directly: once, and with what Halo says of it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx

from support.answers import errors
from support.planner import ITEMS, OPPORTUNITIES, follow, opportunity, planning
from support.portal import Portal, replica
from support.waiting import until

KEY = {"Idempotency-Key": "k1"}
WORDS = "Please complete the mandatory field: Category 4"


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
        assert list(errors(await client.post(OPPORTUNITIES, json={**body, "value": 901}, headers=KEY))) == [
            "Idempotency-Key"
        ]
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
        assert list(errors(await client.post(OPPORTUNITIES, json={"title": "A", "client_id": 7}, headers=KEY))) == [
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
        assert list(errors(await client.post(OPPORTUNITIES, json={"item": item}, headers=KEY))) == ["client_id"]
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
