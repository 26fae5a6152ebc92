"""The shapes and oddities of the simulator's rows (docs/halo.md section 6)."""

from __future__ import annotations

from halo_simulator.caller import opened
from halo_simulator.times import EMPTY_DATE


async def test_list_rows_lack_what_halo_leaves_out_unless_asked() -> None:
    async with opened() as halo:
        row = (await halo.get("Tickets", count=1))["tickets"][0]
        assert not row.keys() & {
            "status_name",
            "agent_name",
            "tickettype_name",
            "datecreated",
            "details_html",
            "deleted",
        }
        query = {"includestatus": "true", "includeagent": "true", "includetickettype": "true"}
        assert (
            row.keys() | {"status_name", "agent_name", "tickettype_name"}
            == (await halo.get("Tickets", count=1, **query))["tickets"][0].keys()
        )


async def test_detail_has_more() -> None:
    async with opened() as halo:
        row = await halo.get("Tickets/1001")
        assert row["deleted"] is False
        assert row["details_html"].startswith("<p>")
        assert {"datecreated", "is_opportunity", "is_project"} <= row.keys()


async def test_empty_values_are_minus_one_and_1900() -> None:
    async with opened() as halo:
        rows = (await halo.get("Tickets", count=300, open_only="true", domain="reqs"))["tickets"]
        assert {row["dateclosed"] for row in rows} == {EMPTY_DATE}
        assert {row["merged_into_id"] for row in rows} == {-1}
        assert {row["user_email"] for row in rows if row["user_name"] == "General User"} == {""}


async def test_some_ids_come_as_text_or_with_a_fraction() -> None:
    async with opened() as halo:
        rows = (await halo.get("Tickets", count=300))["tickets"]
        assert {type(row["sla_id"]) for row in rows} == {int, str}
        assert {type(row["site_id"]) for row in rows} == {int, float}
        assert {type(row["client_id"]) for row in (await halo.get("Site"))["sites"]} == {float}


async def test_text_is_awkward() -> None:
    async with opened() as halo:
        text = " ".join(
            f"{row['summary']} {row['details']}" for row in (await halo.get("Tickets", count=300))["tickets"]
        )
        for sample in ("$", "<blank>", "ü", "{$set: 4100}", "a.b.c", "__proto__", "\N{ROCKET}", "急ぎ"):
            assert sample in text


async def test_status_type_does_not_mark_closed() -> None:
    async with opened() as halo:
        rows = {row["id"]: row for row in await halo.get("Status")}
        assert rows[1]["name"] == "New"
        assert rows[9]["name"] == "Closed"
        assert {row["type"] for row in rows.values()} == {0}


async def test_priority_numbers_repeat_over_slas() -> None:
    async with opened() as halo:
        names = {(row["slaid"], row["priorityid"]): row["name"] for row in await halo.get("Priority")}
        assert names[1, 1] == "Critical"
        assert names[2, 1] == "Urgent"
        assert all(len(row["id"]) == 36 for row in await halo.get("Priority"))


async def test_agents_and_clients_that_stand_for_nobody() -> None:
    async with opened() as halo:
        agents = await halo.get("Agent", includeunassigned="true", includedisabled="true")
        assert agents[0]["name"] == "Unassigned"
        assert any(row["isdisabled"] for row in agents)
        assert not any(row["isdisabled"] for row in await halo.get("Agent"))
        clients = (await halo.get("Client", includeinactive="true"))["clients"]
        assert clients[0]["name"] == "Unknown"
        assert any(row["inactive"] for row in clients)
        assert not any(row["inactive"] for row in (await halo.get("Client"))["clients"])


async def test_workflow_detail_has_stages_and_steps() -> None:
    async with opened() as halo:
        flow = await halo.get("Workflow/5", includedetails="true")
        assert flow["stages"][0]["name"] == "Qualify"
        assert flow["steps"][0]["overrideprobabiliywhenatthisstep"] is True
        assert "steps" not in (await halo.get("Workflow"))[0]


async def test_categories_by_level_and_types_by_domain() -> None:
    async with opened() as halo:
        assert {row["type_id"] for row in await halo.get("Category", type_id=4)} == {4}
        assert {row["name"] for row in await halo.get("TicketType", domain="opps")} == {"Opportunity", "Renewal"}
