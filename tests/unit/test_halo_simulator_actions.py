"""Actions in the simulator (docs/halo.md section 7)."""

from __future__ import annotations

from typing import Any

from halo_simulator.caller import Caller, opened

OPEN = {"op": "change", "id": 1001, "status_id": 2}


async def of(halo: Caller, ticket: int, **params: Any) -> list[dict[str, Any]]:
    """A ticket's actions, oldest first."""
    rows: list[dict[str, Any]] = (await halo.get("Actions", ticket_id=ticket, count=1000, **params))["actions"]
    return rows[::-1]


async def test_ids_are_numbers_inside_each_ticket() -> None:
    async with opened() as halo:
        for ticket in (1001, 1002):
            rows = await of(halo, ticket)
            assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
            assert rows[-1]["datetime"] == (await halo.get(f"Tickets/{ticket}"))["lastactiondate"]


async def test_without_ticket_or_window_there_is_nothing() -> None:
    async with opened() as halo:
        assert await halo.get("Actions") == {"record_count": 0, "actions": []}


async def test_a_window_spans_a_day_at_most() -> None:
    async with opened() as halo:
        query = {"startdate": "2026-05-01T00:00:00", "enddate": "2026-05-30T00:00:00", "count": 1000}
        rows = (await halo.get("Actions", **query))["actions"]
        assert rows
        assert {row["datetime"][:10] for row in rows} <= {"2026-05-01", "2026-05-02"}


async def test_private_and_system_actions_can_be_left_out() -> None:
    async with opened() as halo:
        rows = [row for ticket in range(1001, 1021) for row in await of(halo, ticket, excludeprivate="true")]
        assert rows
        assert not any(row["hiddenfromuser"] for row in rows)
        assert "note_html" not in rows[0]


async def test_an_outcome_is_needed_and_must_be_the_agents() -> None:
    async with opened() as halo:
        await halo.control.ops(OPEN)
        none = await halo.post("Actions", [{"ticket_id": 1001, "note": "x"}])
        assert (none.status_code, none.json()["Message"]) == (400, "An Outcome must be entered for this Action")
        await halo.control.agent(3, denied=[7])
        denied = await halo.post("Actions", [{"ticket_id": 1001, "note": "x", "outcome_id": 7}])
        assert denied.json()["Message"] == "You do not have access to this Action at the moment"
        named = await halo.post("Actions", [{"ticket_id": "1001", "note": "x", "outcome": "Email User"}])
        assert named.status_code == 201


async def test_a_posted_action_is_numbered_on_and_moves_the_ticket() -> None:
    async with opened() as halo:
        await halo.control.ops(OPEN)
        before = await of(halo, 1001)
        row = {"ticket_id": 1001, "outcome_id": 4, "note": "Hi", "who": "Ada of Contoso", "new_status": 21}
        made = (await halo.post("Actions", [row])).json()
        assert (made["id"], made["who"], made["new_status_name"]) == (len(before) + 1, "Ada of Contoso", "Updated")
        after = await of(halo, 1001)
        assert after[:-1] == before
        ticket = await halo.get("Tickets/1001")
        assert (ticket["status_id"], ticket["lastactiondate"]) == (21, made["datetime"])


async def test_only_the_last_of_several_is_answered_unless_asked() -> None:
    async with opened() as halo:
        await halo.control.ops(OPEN)
        rows = [{"ticket_id": 1001, "outcome_id": 7, "note": note} for note in ("a", "b")]
        assert (await halo.post("Actions", rows)).json()["note"] == "b"
        everything = (await halo.post("Actions", rows, returnall="true")).json()
        assert [row["note"] for row in everything] == ["a", "b"]
        assert all(row["hiddenfromuser"] for row in everything)


async def test_closed_and_merged_tickets_take_no_action() -> None:
    async with opened() as halo:
        await halo.control.change(1001, status_id=9)
        row = {"ticket_id": 1001, "outcome_id": 2, "note": "x"}
        assert (await halo.post("Actions", [row])).status_code == 400
        assert (await halo.post("Actions", [row | {"new_status": 2}])).status_code == 201
        await halo.control.merge(1001, into=1002)
        assert "merged" in (await halo.post("Actions", [row])).json()["Message"]


async def test_an_action_can_be_made_private_later() -> None:
    async with opened() as halo:
        before = (await halo.control.ticket(1001))["sequence"]
        await halo.control.ops({"op": "edit_action", "id": 1001, "action": 1, "hidden": True})
        assert (await of(halo, 1001))[0]["hiddenfromuser"] is True
        assert (await halo.control.ticket(1001))["sequence"] == before + 1


async def test_an_action_is_fetched_by_ticket_and_id() -> None:
    async with opened() as halo:
        assert (await halo.get("Actions/1", ticket_id=1002))["ticket_id"] == 1002
        assert (await halo.http.get("/api/Actions/1")).status_code == 404
