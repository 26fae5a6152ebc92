"""Opportunities and projects in the simulator: the tickets' table by other ways (docs/halo.md sections 6.4 and 6.5)."""

from __future__ import annotations

from typing import Any

import pytest

from halo_simulator.caller import ANCHOR, Caller, opened
from halo_simulator.data.columns import LIVE, OPPORTUNITY, PROJECT
from halo_simulator.data.world import SIZES, World
from halo_simulator.scopes import GUIDE
from halo_simulator.times import epoch

NOW = epoch(ANCHOR)


async def rows(halo: Caller, path: str) -> list[dict[str, Any]]:
    return list((await halo.get(path, count=500, order="id"))["tickets"])


@pytest.mark.parametrize("size", ["small", "medium"])
def test_sizes_count_live_opportunities_and_projects(size: str) -> None:
    columns = World(size, 7, NOW).ledger.columns
    live = [kind for kind, state in zip(columns.kind, columns.state, strict=True) if state == LIVE]
    assert (live.count(OPPORTUNITY), live.count(PROJECT)) == (SIZES[size].opportunities, SIZES[size].projects)


async def test_opportunities_have_every_oddity() -> None:
    async with opened() as halo:
        found = await rows(halo, "Opportunities")
        types = {row["opptype"] for row in found}
        assert "" in types
        assert len({text.strip().lower() for text in types}) < len(types), "one type in several spellings"
        assert any(row.get("oppvalue") == 0 for row in found)
        assert any("oppvalue" not in row for row in found)
        assert any(row["targetdate"].startswith("1900") for row in found)
        assert any(row["oppcompanyname"] and row["client_id"] == 1 for row in found)
        assert {row["pipeline_stage_name"] for row in found} >= {"Qualify", "Quoted"}
        shut = [row for row in found if not row["dateclosed"].startswith("1900")]
        won = [row for row in shut if not row["oppconverteddate"].startswith("1900")]
        lost = [row for row in shut if row["oppclosurecategory"] > 0]
        assert won
        assert lost
        assert not [row for row in found if row not in shut and not row["oppconverteddate"].startswith("1900")]


async def test_projects_have_budgets() -> None:
    async with opened() as halo:
        found = await rows(halo, "Projects")
        assert any(row["projecttimebudget"] > 0 for row in found)
        assert any(row["projectmoneybudget"] == 0 for row in found)
        assert "opptype" not in found[0]


async def test_the_domains_have_the_same_traps() -> None:
    async with opened(page_cap=15) as halo:
        page = {"pageinate": "true", "page_size": 500, "order": "id"}
        first = await halo.get("Opportunities", page_no=1, **page)
        assert (len(first["tickets"]), first["record_count"]) == (15, 40)
        last, beyond = [await halo.get("Opportunities", page_no=n, **page) for n in (3, 4)]
        assert beyond["tickets"] == last["tickets"]
        gone = first["tickets"][0]["id"]
        assert (await halo.http.delete(f"/api/Opportunities/{gone}")).status_code == 200
        assert gone not in await halo.ids("Opportunities")
        assert await halo.ids("Opportunities", deleted="true") == [gone]
        assert gone not in await halo.ids(domain="reqs", deleted="true")


async def test_the_type_says_what_a_ticket_is() -> None:
    async with opened() as halo:
        one = (await halo.ids("Opportunities"))[0]
        await halo.control.change(one, tickettype_id=1)
        assert one in await halo.ids(domain="reqs")
        assert one not in await halo.ids("Opportunities")
        assert (await halo.http.get(f"/api/Opportunities/{one}")).status_code == 404
        assert (await halo.get(f"Tickets/{one}"))["is_opportunity"] is False
        await halo.post("Tickets", [{"id": one, "tickettype_id": 31}])
        assert one in await halo.ids("Projects")


async def test_scopes_keep_the_domains_apart() -> None:
    for path, scope in (("Opportunities", "sales"), ("Projects", "projects")):
        async with opened(" ".join(one for one in GUIDE if not one.endswith(f":{scope}"))) as halo:
            assert (await halo.http.get(f"/api/{path}")).status_code == 403
            assert (await halo.http.post(f"/api/{path}", json=[{"summary": "x"}])).status_code == 403


NEW: dict[str, Any] = {"summary": "New firewall", "client_id": 12, "category_1": "a", "categoryid_4": 402}


async def test_a_created_opportunity_has_what_was_sent_and_nothing_invented() -> None:
    async with opened() as halo:
        sent = NEW | {"workflow_id": 5, "workflow_stage_id": 53, "oppvalue": 12.5, "targetdate": "2026-09-01T00:00:00"}
        made = (await halo.post("Opportunities", [sent | {"workflow": {"id": 6}}])).json()
        assert (made["category1"], made["category4"]) == ("a", "Chargeable")
        shown = await halo.get(f"Opportunities/{made['id']}")
        assert (shown["workflow_id"], shown["workflow_step"], shown["pipeline_stage_name"]) == (5, 3, "Negotiate")
        assert (shown["oppvalue"], shown["targetdate"], shown["opptype"]) == (12.5, "2026-09-01T00:00:00", "")
        truth = await halo.control.ticket(made["id"])
        assert (truth["oppvalue"], truth["targetdate"], truth["domain"]) == (12.5, "2026-09-01T00:00:00Z", "opps")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"categoryid_4": None}, "category_4"),
        ({"workflow_id": 99}, "workflow_id"),
        ({"workflow_id": 5, "workflow_stage_id": 63}, "workflow_stage_id"),
        ({"tickettype_id": 1}, "tickettype_id"),
        ({"client_id": 9999}, "client_id"),
        ({"targetdate": "tomorrow"}, "targetdate"),
    ],
)
async def test_a_refusal_names_the_field_in_any_shape(wrong: dict[str, Any], named: str) -> None:
    for shape in ("message", "result_code", "class_name", "error", "text", "html", "other"):
        async with opened(error_shape=shape) as halo:
            answer = await halo.post("Opportunities", [NEW | wrong])
            assert answer.status_code == 400
            assert named in answer.text


async def test_markup_that_nobody_sees_is_kept_unless_it_is_sanitized() -> None:
    mark = '<p>Hi</p><span data-halobus="x"></span>'
    for sanitize in (False, True):
        async with opened(sanitize_notes=sanitize) as halo:
            made = (await halo.post("Opportunities", [NEW | {"details": "Hi", "details_html": mark}])).json()
            assert (mark in (await halo.get(f"Opportunities/{made['id']}"))["details_html"]) is not sanitize


async def test_won_lost_and_open_again() -> None:
    async with opened() as halo:
        one = await halo.control.create(domain="opps", oppvalue=5.0, client_id=12)
        for op, name in (("win", "oppconverteddate"), ("lose", "oppclosurecategory")):
            await halo.control.ops({"op": op, "id": one})
            row = await halo.get(f"Opportunities/{one}")
            assert not row["dateclosed"].startswith("1900")
            assert row[name] not in (0, "1900-01-01T00:00:00")
        await halo.control.change(one, status_id=2)
        assert (await halo.get(f"Opportunities/{one}"))["dateclosed"].startswith("1900")


async def test_churn_changes_the_domain_that_it_is_told() -> None:
    async with opened() as halo:
        kinds = ["create", "change", "win", "lose", "delete", "retype"]
        await halo.control.churn(12, resource="opportunities", domain="opps", kinds=kinds)
        for _ in range(12):
            await halo.get("Opportunities")
        done = (await halo.control.churned())["done"]
        assert len(done) == 12
        made = [op["id"] for op in done if op["op"] == "create"]
        assert made
        assert {(await halo.control.ticket(id))["domain"] for id in made} <= {"opps", "reqs", "prjs"}
