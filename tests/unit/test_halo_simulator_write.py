"""Posting tickets and opportunities to the simulator, and removing them (docs/halo.md section 9)."""

from __future__ import annotations

import asyncio

import pytest

from halo_simulator.caller import opened


async def test_the_body_must_be_an_array() -> None:
    async with opened() as halo:
        for body in ({"summary": "x"}, [], ["x"], "x"):
            assert (await halo.post("Tickets", body)).status_code == 400
        answer = await halo.http.post("/api/Tickets", content=b"[{}]", headers={"content-type": "text/plain"})
        assert answer.status_code == 415


async def test_a_created_ticket_comes_back_in_other_spellings() -> None:
    async with opened() as halo:
        answer = await halo.post("Tickets", [{"summary": "Made", "client_id": "12", "details_html": "<p>a</p>"}])
        row = answer.json()
        assert answer.status_code == 201
        assert {"lastupdate", "category1"} <= row.keys()
        assert not row.keys() & {"last_update", "category_1"}
        shown = await halo.get(f"Tickets/{row['id']}")
        assert (shown["summary"], shown["client_id"], shown["user_name"]) == ("Made", 12, "General User")


async def test_the_same_create_twice_makes_two() -> None:
    async with opened() as halo:
        first, second = [(await halo.post("Tickets", [{"summary": "Twice"}])).json()["id"] for _ in range(2)]
        assert first != second


async def test_an_update_changes_what_was_sent_and_nothing_else() -> None:
    async with opened() as halo:
        before = await halo.get("Tickets/1002")
        await halo.post("Tickets", [{"id": 1002, "status_id": 9}])
        after = await halo.get("Tickets/1002")
        assert after["status_id"] == 9
        assert after["dateclosed"] == after["last_update"] > before["last_update"]
        assert after["summary"] == before["summary"]
        assert (await halo.control.ticket(1002))["sequence"] == 1


async def test_nested_references_and_team_id_are_ignored() -> None:
    async with opened() as halo:
        row = (await halo.post("Tickets", [{"summary": "x", "tickettype": {"id": 3}, "team_id": 5}])).json()
        assert (row["tickettype_id"], row["team"]) == (1, "Service Desk")


@pytest.mark.parametrize(
    "row", [{"summary": ""}, {"summary": "x", "client_id": -1}, {"summary": "x", "user_id": -1}, {}]
)
async def test_invalid_creates_are_refused(row: dict[str, object]) -> None:
    async with opened() as halo:
        assert (await halo.post("Tickets", [row])).status_code == 400


@pytest.mark.parametrize("value", [95.0, "two", [1], {"id": 1}])
async def test_a_reference_of_the_wrong_type_is_a_binding_error(value: object) -> None:
    async with opened() as halo:
        answer = await halo.post("Tickets", [{"summary": "x"}, {"summary": "y", "site_id": value}])
        assert (answer.status_code, list(answer.json())) == (400, ["[1].site_id"])


async def test_mandatory_fields_depend_on_the_type() -> None:
    async with opened() as halo:
        change = {"summary": "x", "tickettype_id": 3}
        refused = await halo.post("Tickets", [change])
        assert refused.status_code == 400
        assert "details, category_1" in refused.json()["Message"]
        assert (await halo.post("Tickets", [change | {"_novalidate": True}])).status_code == 201
        full = change | {"details": "why", "categoryid_1": 101}
        assert (await halo.post("Tickets", [full])).json()["category1"] == "Hardware>Laptop"


async def test_opportunities_need_their_categories() -> None:
    async with opened() as halo:
        row = {"summary": "Renew", "client_id": 12, "oppvalue": 1200.5, "opptype": "Renewal", "workflow_id": 5}
        assert (await halo.post("Opportunities", [row])).status_code == 400
        made = (await halo.post("Opportunities", [row | {"category_1": "a", "category_4": "b"}])).json()
        assert made["is_opportunity"]
        assert (made["oppvalue"], made["opptype"], made["workflow_id"]) == (1200.5, "Renewal", 5)
        assert made["id"] in await halo.ids("Opportunities")


async def test_validate_only_stores_nothing() -> None:
    async with opened() as halo:
        before = await halo.ids()
        assert (await halo.post("Tickets", [{"summary": "x", "_validate_only": True}])).status_code == 201
        assert await halo.ids() == before


async def test_deleted_tickets_leave_the_lists_and_show_on_request() -> None:
    async with opened() as halo:
        assert (await halo.http.delete("/api/Tickets/1003?reason=spam")).status_code == 200
        assert 1003 not in await halo.ids()
        assert 1003 in await halo.ids(deleted="true")
        assert (await halo.get("Tickets/1003"))["deleted"] is True
        await halo.control.config(deleted_answer="missing", deleted_parameter=False)
        assert (await halo.http.get("/api/Tickets/1003")).status_code == 404
        assert 1003 not in await halo.ids(deleted="true")


async def test_merged_tickets_name_where_they_went() -> None:
    async with opened() as halo:
        await halo.control.merge(1004, into=1001)
        assert 1004 not in await halo.ids()
        assert (await halo.get("Tickets/1004"))["merged_into_id"] == 1001
        await halo.control.config(merged_listed=True)
        assert 1004 in await halo.ids()


async def test_a_bad_id_is_not_found() -> None:
    async with opened() as halo:
        assert (await halo.http.get("/api/Tickets/999999")).status_code == 404
        assert (await halo.post("Tickets", [{"id": 999999, "status_id": 2}])).status_code == 404


async def test_overlapping_creates_spoil_each_other_when_asked() -> None:
    async with opened(create_race=True) as halo:
        answers = await asyncio.gather(*(halo.post("Tickets", [{"summary": str(n)}]) for n in range(5)))
        assert {answer.status_code for answer in answers} == {201, 500}
        assert (await halo.post("Tickets", [{"summary": "alone"}])).status_code == 201
