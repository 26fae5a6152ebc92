"""What a test can do to the simulator behind its interface's back (docs/halo.md section 13)."""

from __future__ import annotations

import pytest

from halo_simulator.caller import opened
from halo_simulator.control import ControlError


async def test_changes_raise_the_sequence_and_show_at_once() -> None:
    async with opened() as halo:
        await halo.get("Tickets/1001")
        await halo.control.change(1001, summary="Other", team_id=2, status_id=22)
        assert (await halo.get("Tickets", search_id=1001))["tickets"][0]["summary"] == "Other"
        truth = await halo.control.ticket(1001)
        assert (truth["sequence"], truth["team_id"], truth["status_id"]) == (1, 2, 22)
        row = await halo.get("Tickets/1001")
        assert row["customfields"][0]["value"] == "1"


async def test_create_purge_and_comment() -> None:
    async with opened() as halo:
        made = await halo.control.create(summary="Made", team_id=3, client_id=12)
        assert made in await halo.ids(team="3")
        await halo.control.comment(made, note="Hello", hidden=True)
        assert [action["note"] for action in await halo.control.actions(made)] == ["Hello"]
        await halo.control.purge(made)
        assert (await halo.http.get(f"/api/Tickets/{made}")).status_code == 404
        assert (await halo.control.ticket(made))["purged"]


async def test_the_dump_holds_every_ticket() -> None:
    async with opened() as halo:
        rows = [row async for row in halo.control.tickets()]
        live = [row["id"] for row in rows if not row["deleted"] and not row["merged_into"]]
        assert live == await halo.ids(domain="reqs")
        assert any(row["deleted"] for row in rows)
        assert any(row["merged_into"] for row in rows)


async def test_churn_happens_between_pages_and_is_told() -> None:
    async with opened() as halo:
        kinds = ["create", "change", "delete", "move", "merge", "comment"]
        await halo.control.churn(20, every=2, batch=4, kinds=kinds, seed=3)
        for page in range(1, 14):
            await halo.get("Tickets", pageinate="true", page_size=25, page_no=page, order="id")
        report = await halo.control.churned()
        assert report["finished"]
        assert len(report["done"]) == 20
        assert {entry["op"] for entry in report["done"]} <= set(kinds)
        changed = {entry["id"] for entry in report["done"]}
        assert all([(await halo.control.ticket(ticket))["sequence"] > 0 for ticket in changed])


async def test_reference_rows_can_be_added_renamed_and_removed() -> None:
    async with opened() as halo:
        team = await halo.control.add("team", name="Project Desk", department_name="New")
        await halo.control.edit("team", 3, name="Third Line")
        await halo.control.remove("status", 24)
        names = {row["id"]: row["name"] for row in await halo.get("Team")}
        assert (names[team["id"]], names[3]) == ("Project Desk", "Third Line")
        assert 24 not in {row["id"] for row in await halo.get("Status")}
        assert {row["team"] for row in (await halo.get("Tickets", team="3"))["tickets"]} == {"Third Line"}
        client = await halo.control.add("client", name="Fresh Ltd")
        await halo.control.edit("client", client["id"], inactive=True)
        assert (await halo.control.rows("client"))[-1]["sequence"] == 2
        assert (await halo.get(f"Client/{client['id']}"))["name"] == "Fresh Ltd"


@pytest.mark.parametrize("change", [{"limits": 3}, {"limit": "3"}, {"size": "large"}])
async def test_a_wrong_configuration_is_refused_by_name(change: dict[str, object]) -> None:
    async with opened() as halo:
        with pytest.raises(ControlError, match=next(iter(change))):
            await halo.control.config(**change)


async def test_an_unknown_ticket_list_or_operation_is_refused() -> None:
    async with opened() as halo:
        for op in ({"op": "change", "id": 5}, {"op": "explode", "id": 1001}):
            with pytest.raises(ControlError):
                await halo.control.ops(op)
        with pytest.raises(ControlError, match="unknown list"):
            await halo.control.add("gremlin", name="x")
