"""The simulator's assets (docs/halo.md sections 6.6 and 14)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from halo_simulator.caller import ANCHOR, Caller, opened
from halo_simulator.control import ControlError
from halo_simulator.data.world import World
from halo_simulator.times import epoch

ALL = {"includeinactive": "true", "pageinate": "true", "page_size": 100, "order": "id"}


async def assets(halo: Caller, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list of assets."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = await halo.get("Asset", **{**ALL, "page_no": len(rows) // 50 + 1, **query})
        rows += answer["assets"]
        if len(rows) >= answer["record_count"]:
            assert len(rows) == answer["record_count"]
            return rows


@pytest.mark.parametrize(("size", "count", "types"), [("small", 120, 8), ("medium", 6_000, 25)])
def test_sizes(size: str, count: int, types: int) -> None:
    world = World(size, 7, epoch(ANCHOR))
    ids = list(world.assets.ids())
    assert len(ids) == count
    assert {world.assets.head(asset).type for asset in ids} == set(world.lists["assettype"])
    assert len(world.lists["assettype"]) == types


async def test_the_dump_is_what_the_list_shows() -> None:
    async with opened() as halo:
        told = {row["id"]: row async for row in halo.control.assets()}
        shown = await assets(halo)
    assert [row["id"] for row in shown] == sorted(told)
    same = ("inventory_number", "key_field", "key_field2", "client_name", "assettype_name", "status_name", "inactive")
    for row in shown:
        assert {name: row[name] for name in same} == {name: told[row["id"]][name] for name in same}
        assert int(row["assettype_id"]) == told[row["id"]]["assettype_id"]
        assert "last_update" not in row
    assert {type(row["client_id"]) for row in shown} == {int, float}
    assert {row["warranty_end"] for row in shown} > {"1900-01-01T00:00:00"}
    assert any(row["client_id"] == 1 for row in shown)
    assert {row["inactive"] for row in shown} == {True, False}


async def test_fields_come_only_with_one_type_and_fifty_rows_at_most() -> None:
    async with opened(size="medium") as halo:

        async def page(**query: Any) -> dict[str, Any]:
            return dict(await halo.get("Asset", **{**ALL, "page_no": 1, **query}))

        assert len((await page())["assets"]) == 50
        assert not any("fields" in row for row in (await page(includeassetfields="true"))["assets"])
        assert not any("fields" in row for row in (await page(assettype_id=101))["assets"])
        of_two = await page(includeassetfields="true", assettypes="101,102")
        assert not any("fields" in row for row in of_two["assets"])
        assert {int(row["assettype_id"]) for row in of_two["assets"]} == {101, 102}
        rows = (await page(includeassetfields="true", assettype_id=101))["assets"]
        names = [field["name"] for field in (await halo.get("AssetType/101"))["fields"]]
        assert all([field["name"] for field in row["fields"]] == names for row in rows)
        maker = next(field for field in rows[0]["fields"] if field["name"] == "Manufacturer")
        assert maker["value"] != maker["display"], "of a choice, the value is its number"
        assert (await halo.get(f"Asset/{rows[0]['id']}"))["fields"] == rows[0]["fields"]


async def test_there_is_every_sort_of_serial_number() -> None:
    async with opened(size="medium") as halo:
        rows = [row async for row in halo.control.assets()]
    serials = Counter(row["serial"] for row in rows)
    assert {"", "To be filled by O.E.M.", "0", "N/A", None} < set(serials)
    assert serials["SHARED1"] > 1
    names = {name for row in rows for name in row["fields"] if row["serial"] and row["fields"][name] == row["serial"]}
    assert len(names) > 4, "each type has its own name for it"
    assert len({row["client_id"] for row in rows}) > 390


async def test_filters() -> None:
    async with opened() as halo:
        everything = await assets(halo)
        assert not any(row["inactive"] for row in await assets(halo, includeinactive="false"))
        owner = int(everything[0]["client_id"])
        assert {int(row["client_id"]) for row in await assets(halo, client_id=owner)} == {owner}
        ids = (await halo.get("Asset", idonly="true", includeinactive="true"))["assets"]
        assert ids == [{"id": row["id"]} for row in everything]
        group = (await halo.get("AssetGroup"))[0]["id"]
        of_group = {row["id"] for row in await halo.get("AssetType") if row["assetgroup_id"] == group}
        assert {int(row["assettype_id"]) for row in await assets(halo, assetgroup_id=group)} == of_group
        agent = (await halo.get("Agent/me"))["id"]
        await halo.control.agent(agent, clients=[owner])
        assert {int(row["client_id"]) for row in await assets(halo)} == {owner}


async def test_changes_show_in_the_list_in_the_detail_and_in_the_window() -> None:
    async with opened() as halo:
        laptops = [row["id"] for row in await assets(halo, assettype_id=102, includeinactive="false")]
        first, second, third, fourth, fifth, *_ = laptops
        now = (await halo.control.clock(advance=100))["now"]
        serial = (await halo.control.asset(fourth))["serial"]
        done = await halo.control.asset_ops(
            {"op": "create", "client_id": 12, "assettype_id": 103, "serial": "NEW1", "fields": {"Hostname": "srv"}},
            {"op": "rename", "id": first, "name": "renamed", "at": now},
            {"op": "retire", "id": second, "at": now},
            {"op": "delete", "id": third},
            {"op": "reimport", "id": fourth},
            {"op": "retype", "id": fifth, "assettype_id": 106},
            {"op": "move", "id": first, "client_id": 13, "at": now},
        )
        new, again = done["ids"][0], done["ids"][4]
        recent = await assets(halo, lastupdatefromdate="2026-06-01T12:00:00Z")
        assert {row["id"] for row in recent} == {new, first, second, again, fifth}
        shown = await halo.get(f"Asset/{first}")
        assert (shown["key_field"], shown["client_id"]) == ("renamed", 13)
        assert (await halo.get(f"Asset/{second}"))["inactive"] is True
        assert (await halo.http.get(f"/api/Asset/{third}")).status_code == 404
        assert (await halo.control.asset(third)) == {"id": third, "deleted": True}
        assert (again > new, (await halo.control.asset(again))["serial"]) == (True, serial)
        assert (await halo.control.asset(fourth))["deleted"]
        kept = await halo.control.asset(fifth)
        assert (kept["assettype_name"], kept["fields"]["S/N"]) == ("Printer", kept["serial"])
        with pytest.raises(ControlError, match="no asset"):
            await halo.control.asset_ops({"op": "change", "id": third, "serial": "Back"})


async def test_assets_of_a_type_that_is_not_listed_are_still_there() -> None:
    async with opened() as halo:
        before = await assets(halo, assettype_id=103)
        await halo.control.remove("assettype", 103)
        assert 103 not in {row["id"] for row in await halo.get("AssetType")}
        assert await assets(halo, assettype_id=103) == before


async def test_assets_need_their_permission() -> None:
    async with opened() as halo:
        assert (await halo.http.get("/api/Asset", headers={"authorization": ""})).status_code == 401
