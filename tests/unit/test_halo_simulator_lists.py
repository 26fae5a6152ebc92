"""The simulator's envelopes, pages and filters (docs/halo.md sections 1, 4 and 5)."""

from __future__ import annotations

import pytest

from halo_simulator.caller import opened

BARE = ["Team", "Agent", "Status", "TicketType", "Priority", "SLA", "Outcome", "Category", "AssetType", "Workflow"]


@pytest.mark.parametrize("path", BARE)
async def test_reference_lists_are_bare_arrays(path: str) -> None:
    async with opened() as halo:
        rows = await halo.get(path)
        assert isinstance(rows, list)
        assert rows
        assert not any(key.startswith("_") for row in rows for key in row)


@pytest.mark.parametrize(
    ("path", "key"),
    [("Tickets", "tickets"), ("Opportunities", "tickets"), ("Projects", "tickets"), ("Client", "clients"),
     ("Site", "sites"), ("Users", "users"), ("Asset", "assets"), ("Actions", "actions"), ("Item", "items")],
)  # fmt: skip
async def test_other_lists_have_an_envelope(path: str, key: str) -> None:
    async with opened() as halo:
        body = await halo.get(path)
        assert isinstance(body[key], list)
        assert isinstance(body["record_count"], int)
        assert "page_no" not in body


@pytest.mark.parametrize("path", ["Ticket", "Clients", "Teams", "Contacts", "RequestType", "User"])
async def test_singular_and_plural_are_exact(path: str) -> None:
    async with opened() as halo:
        assert (await halo.http.get(f"/api/{path}")).status_code == 404


async def test_paths_and_parameter_names_may_have_any_case() -> None:
    async with opened() as halo:
        body = await halo.get("tIcKeTs", PAGEINATE="true", Page_Size=7)
        assert len(body["tickets"]) == 7


async def test_pages_are_capped_silently_and_the_count_is_the_total() -> None:
    async with opened() as halo:
        body = await halo.get("Tickets", pageinate="true", page_size=1000, page_no=1, domain="reqs")
        assert (len(body["tickets"]), body["page_size"], body["record_count"]) == (100, 100, 300)


async def test_without_pageinate_there_is_one_default_page() -> None:
    async with opened() as halo:
        body = await halo.get("Tickets", page_size=100, page_no=2, domain="reqs")
        assert (len(body["tickets"]), body["record_count"]) == (50, 300)
        assert len((await halo.get("Tickets", count=70))["tickets"]) == 70


async def test_past_the_end_the_last_page_comes_again() -> None:
    async with opened() as halo:
        query = {"pageinate": "true", "page_size": 70, "order": "id", "domain": "reqs"}
        last = await halo.get("Tickets", page_no=5, **query)
        beyond = await halo.get("Tickets", page_no=6, **query)
        assert len(last["tickets"]) == 20
        assert beyond["tickets"] == last["tickets"]


async def test_unknown_parameters_are_ignored_so_a_typo_returns_everything() -> None:
    async with opened() as halo:
        body = await halo.get("Tickets", TeamId=2, lastupdatefrom="2026-05-31", domain="reqs")
        assert body["record_count"] == 300


async def test_team_filters_by_id_and_rows_carry_the_name_that_two_teams_share() -> None:
    async with opened() as halo:
        first, second = await halo.ids(team="1"), await halo.ids(team="2")
        assert first
        assert second
        assert not set(first) & set(second)
        rows = (await halo.get("Tickets", team="1,2", count=300))["tickets"]
        assert {row["team"] for row in rows} == {"Service Desk"}
        assert not any("team_id" in row for row in rows)
        truth = [row async for row in halo.control.tickets()]
        assert first == [
            row["id"] for row in truth if row["team_id"] == 1 and not row["deleted"] and not row["merged_into"]
        ]


async def test_status_client_and_type_filters() -> None:
    async with opened() as halo:
        rows = (await halo.get("Tickets", status="1,2", count=300))["tickets"]
        assert {row["status_id"] for row in rows} == {1, 2}
        client = rows[0]["client_id"]
        assert {row["client_id"] for row in (await halo.get("Tickets", client_id=client))["tickets"]} == {client}
        assert {row["tickettype_id"] for row in (await halo.get("Tickets", requesttype="3"))["tickets"]} == {3}


async def test_open_and_closed() -> None:
    async with opened() as halo:
        everything = await halo.ids(domain="reqs")
        shut, free = await halo.ids(domain="reqs", closed_only="true"), await halo.ids(domain="reqs", open_only="true")
        assert sorted(shut + free) == everything
        assert await halo.ids(domain="reqs", includeclosed="0") == free


async def test_domains_share_one_list_and_one_id_space() -> None:
    async with opened() as halo:
        requests, sales = await halo.ids(domain="reqs"), await halo.ids("Opportunities")
        assert sales == await halo.ids(domain="opps")
        assert not set(sales) & set(requests)
        assert sales[0] in await halo.ids()
        assert (await halo.get(f"Tickets/{sales[0]}"))["is_opportunity"]
        assert (await halo.http.get(f"/api/Opportunities/{requests[0]}")).status_code == 404


async def test_order_by_a_column_and_newest_id_first_by_default() -> None:
    async with opened() as halo:
        rows = (await halo.get("Tickets", order="last_update", orderdesc="true", count=300))["tickets"]
        assert [row["last_update"] for row in rows] == sorted((row["last_update"] for row in rows), reverse=True)
        ids = [row["id"] for row in (await halo.get("Tickets", order="nonsense"))["tickets"]]
        assert ids == sorted(ids, reverse=True)


async def test_ids_only_is_one_answer_without_pages() -> None:
    async with opened() as halo:
        body = await halo.get("Tickets", ticketidonly="true", pageinate="true", page_size=10, domain="reqs")
        assert len(body["tickets"]) == body["record_count"] == 300
        assert body["tickets"][0].keys() == {"id"}
        clients = await halo.get("Client", idonly="true", includeinactive="true")
        assert [row["id"] for row in clients["clients"]] == [row["id"] for row in await halo.control.rows("client")]


async def test_search_by_id_and_by_words() -> None:
    async with opened() as halo:
        assert [row["id"] for row in (await halo.get("Tickets", search_id=1005))["tickets"]] == [1005]
        await halo.control.change(1005, summary="A Marker-77 in it")
        assert [row["id"] for row in (await halo.get("Tickets", search="marker-77"))["tickets"]] == [1005]


async def test_a_number_that_is_none_is_a_binding_error() -> None:
    async with opened() as halo:
        answer = await halo.http.get("/api/Tickets", params={"pageinate": "true", "page_size": "many"})
        assert (answer.status_code, list(answer.json())) == (400, ["page_size"])


async def test_asset_types_are_a_list_and_assets_are_capped_at_50() -> None:
    async with opened() as halo:
        assert (await halo.get("Asset", pageinate="true", page_size=100))["page_size"] == 50
