"""The simulator's contacts (docs/halo.md sections 6.2 and 14)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from halo_simulator.caller import ANCHOR, Caller, opened
from halo_simulator.control import ControlError
from halo_simulator.data.world import World
from halo_simulator.times import epoch

ALL = {"includeinactive": "true", "pageinate": "true", "page_size": 100, "order": "id"}


async def users(halo: Caller, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list of contacts."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = await halo.get("Users", **{**ALL, "page_no": len(rows) // 100 + 1, **query})
        rows += answer["users"]
        if len(rows) >= answer["record_count"]:
            assert len(rows) == answer["record_count"]
            return rows


@pytest.mark.parametrize(("size", "least", "most"), [("small", 130, 170), ("medium", 8_800, 9_200)])
def test_sizes(size: str, least: int, most: int) -> None:
    assert least <= len(list(World(size, 7, epoch(ANCHOR)).contacts.ids())) <= most


async def test_the_dump_is_what_the_list_shows() -> None:
    async with opened() as halo:
        told = {row["id"]: row async for row in halo.control.contacts()}
        shown = await users(halo)
    assert [row["id"] for row in shown] == sorted(told)
    for row in shown:
        assert isinstance(row["site_id"], float)
        assert isinstance(row["client_id"], int)
        assert row["site_id_int"] == row["site_id"] == told[row["id"]]["site_id"]
        assert {name: told[row["id"]][name] for name in ("name", "emailaddress", "inactive", "client_name")} == {
            name: row[name] for name in ("name", "emailaddress", "inactive", "client_name")
        }


async def test_there_is_every_kind_and_every_sort_of_address() -> None:
    async with opened(size="medium") as halo:
        rows = [row async for row in halo.control.contacts()]
    assert {row["kind"] for row in rows} == {"person", "general_user", "service_account", "prospect", "agent"}
    people = [row for row in rows if row["kind"] == "person"]
    assert {row["inactive"] for row in people} == {True, False}
    addresses = Counter(row["emailaddress"] for row in people)
    assert addresses[""] > 20
    assert addresses["n/a"] > 0
    shared = next(address for address in addresses if "Holding" in address)
    assert len({row["client_id"] for row in people if row["emailaddress"] == shared}) > 1


async def test_the_list_leaves_out_what_it_is_told_to() -> None:
    async with opened(size="medium") as halo:
        kinds = {row["id"]: row["kind"] async for row in halo.control.contacts()}

        async def left(**query: Any) -> set[str]:
            ids = (await halo.get("Users", includeinactive="true", idonly="true", **query))["users"]
            return {kinds[row["id"]] for row in ids}

        everything = set(kinds.values())
        assert await left() == everything
        assert await left(exclude_generaluser="true") == everything - {"general_user"}
        assert await left(exclude_defaultsiteusers="true") == everything - {"general_user"}
        assert await left(exclude_agents="true") == everything - {"agent"}
        assert await left(includenonserviceaccount="true") == everything - {"service_account"}


async def test_active_ones_unless_asked_and_those_of_a_client() -> None:
    async with opened() as halo:
        assert not any(row["inactive"] for row in await users(halo, includeinactive="false"))
        assert all(row["inactive"] for row in await users(halo, includeactive="false"))
        assert {row["client_id"] for row in await users(halo, client_id=12)} == {12}
        agent = (await halo.get("Agent/me"))["id"]
        await halo.control.agent(agent, clients=[13])
        assert {row["client_id"] for row in await users(halo)} == {13}


async def test_changes_show_in_the_list_in_the_detail_and_in_the_window() -> None:
    async with opened() as halo:
        first, second, third, *_ = [row["id"] for row in await users(halo, includeinactive="false")]
        now = (await halo.control.clock(advance=100))["now"]
        done = await halo.control.contact_ops(
            {"op": "create", "client_id": 12, "name": "New", "emailaddress": "new@a.example"},
            {"op": "change", "id": first, "name": "Renamed", "at": now},
            {"op": "deactivate", "id": second, "at": now},
            {"op": "delete", "id": third},
        )
        new = done["ids"][0]
        since = (await halo.get("Users", lastupdatefromdate="2026-06-01T12:00:00Z", includeinactive="true"))["users"]
        assert {row["id"] for row in since} == {new, first, second}
        assert (await halo.get(f"Users/{first}"))["name"] == "Renamed"
        assert (await halo.get(f"Users/{new}"))["emailaddress"] == "new@a.example"
        assert second not in {row["id"] for row in await users(halo, includeinactive="false")}
        assert (await halo.http.get(f"/api/Users/{third}")).status_code == 404
        assert (await halo.control.contact(third))["deleted"]
        assert [row["id"] for row in await users(halo, search="NEW@A")] == [new]
        with pytest.raises(ControlError, match="no contact"):
            await halo.control.contact_ops({"op": "change", "id": third, "name": "Back"})
