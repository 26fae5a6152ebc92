"""Assets on the whole system: what Halo has, field by field, read type by type and no more often than needed."""

from collections import Counter
from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.control import Control
from halo_simulator.running import process, running
from halo_simulator.scopes import GUIDE
from support.inventory import stored, wanted
from support.synced import AMPLE, synced
from support.system import Portal, System, system
from support.truth import balanced


def reads(run: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [read for read in run["reads"] if (read["stream"], read["kind"]) == ("assets", kind)]


async def quick(portal: Portal) -> dict[str, Any]:
    """A sync of assets alone, whose sum must be right."""
    run = await portal.applied(await portal.sync("quick", streams=["assets"], join=False))
    assert balanced(run) == []
    assert [read["difference"] for read in run["reads"]] == [0] * len(run["reads"])
    return run


async def census(it: System, portal: Portal) -> dict[str, Any]:
    """A sync in which the daily census of assets is due. With the companies it is another than the one before."""
    await it.database.tenants.update_one({"_id": portal.tenant}, {"$set": {"streams.assets.census_at": None}})
    run = await portal.applied(await portal.sync("quick", streams=["companies", "assets"], join=False))
    assert balanced(run) == []
    return run


async def asked(control: Control, mark: int) -> list[dict[str, Any]]:
    """The requests for assets since then."""
    return [one for one in await control.requests(mark) if one["path"].lower().startswith("/api/asset")]


async def test_the_first_sync_brings_every_asset_with_its_fields(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal, run):
        assert balanced(run) == []
        everything = await wanted(halo.control)
        assert await stored(it.database) == everything
        assert len({one["serial"] for one in everything.values()}) > 60
        sizes = Counter(one["type_id"] for one in everything.values())
        assert {read["types"][0]: read["listed"] for read in reads(run, "full")} == sizes, (
            "a read a type, nothing twice"
        )

        types = {
            item["id"]: item for item in (await portal.call("GET", "/integrations/halo/reference/asset-types"))["items"]
        }
        assert types.keys() == sizes.keys()
        laptop = types[102]["attributes"]
        assert (laptop["group"], laptop["key_fields"]) == ("Computers", ["Hostname", "Service Tag"])
        card = await portal.call("GET", "/integrations/halo")
        assert {each["stream"]: each["documents"] for each in card["streams"]}["assets"] == len(everything)

        mark = await halo.control.mark()
        await quick(portal)
        assert len(await asked(halo.control, mark)) == 1, "a cycle without a change"


async def test_only_types_with_changes_are_read(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal, _):
        before = await wanted(halo.control)
        laptops = [id for id, one in before.items() if one["type_id"] == 102]
        [printer, *_] = [id for id, one in before.items() if one["type_id"] == 106]
        await halo.control.asset_ops(
            {"op": "change", "id": laptops[0], "serial": " abc-123 ", "fields": {"RAM": "64 GB"}},
            {"op": "move", "id": laptops[1], "client_id": 12},
            {"op": "rename", "id": printer, "name": "Reception"},
        )
        mark = await halo.control.mark()
        run = await quick(portal)
        [all_types, *by_type] = reads(run, "incremental")
        assert (all_types["types"], all_types["listed"], all_types["elsewhere"]) == (None, 0, 3)
        assert {read["types"][0]: read["listed"] for read in by_type} == {102: 2, 106: 1}
        assert len(await asked(halo.control, mark)) == 3, "one over all types, one a type"
        found = await stored(it.database)
        assert found == await wanted(halo.control)
        assert (found[laptops[0]]["serial"], found[laptops[0]]["fields"]["RAM"]) == ("ABC-123", "64 GB")
        assert (found[laptops[1]]["client_id"], found[printer]["name"]) == (12, "Reception")


async def test_retired_retyped_found_anew_and_deleted(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal, _):
        before = await wanted(halo.control)
        numbered = [id for id, one in before.items() if one["type_id"] == 101 and one["serial"] and not one["inactive"]]
        retired, retyped, again, deleted, *_ = numbered
        made = await halo.control.asset_ops(
            {"op": "retire", "id": retired},
            {"op": "retype", "id": retyped, "assettype_id": 106},
            {"op": "reimport", "id": again},
            {"op": "delete", "id": deleted},
            {"op": "create", "assettype_id": 108, "client_id": 1},
        )
        new = made["ids"][2]
        await quick(portal)
        found, truth = await stored(it.database), await wanted(halo.control)
        kept = {id: before[id] for id in (again, deleted)}
        assert found == truth | kept, "a list does not tell what is gone"
        assert (found[retired]["inactive"], found[retired]["status_name"]) == (True, "Retired")
        assert (found[retyped]["type_name"], found[retyped]["serial"]) == ("Printer", before[retyped]["serial"])
        assert found[new]["serial"] == before[again]["serial"], "found anew: another asset of the same number"
        assert found[made["ids"][4]]["client_id"] is None

        [read] = reads(await census(it, portal), "census")
        assert read["removed"] == 2
        assert await stored(it.database) == truth
        gone = [doc["reason"] async for doc in it.database.assets.find({"id": {"$in": [str(again), str(deleted)]}})]
        assert gone == ["not_visible", "not_visible"]


async def test_assets_of_a_type_that_is_not_listed_come_as_well(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo:
        await halo.control.remove("assettype", 103)
        async with synced(place, tmp_path, halo) as (it, portal, run):
            assert balanced(run) == []
            hidden = [row["id"] async for row in halo.control.assets() if row["assettype_id"] == 103]
            assert reads(run, "repair")[0]["repaired"] == len(hidden) > 0
            assert await stored(it.database) == await wanted(halo.control)

            await halo.control.asset_ops({"op": "change", "id": hidden[0], "serial": "SEEN"})
            assert [read["types"] for read in reads(await quick(portal), "incremental")] == [None, [103]]
            assert await stored(it.database) == await wanted(halo.control)


async def test_a_weekly_read_brings_what_no_change_told(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal, _):
        some = next(id for id, one in (await wanted(halo.control)).items() if one["type_id"] == 101)
        await halo.control.asset_ops({"op": "change", "id": some, "serial": "SILENT", "at": 1_500_000_000})
        assert [read["listed"] for read in reads(await quick(portal), "incremental")] == [0]
        await it.database.tenants.update_one({"_id": portal.tenant}, {"$set": {"streams.assets.full_read_at": None}})
        run = await portal.applied(await portal.sync("quick", streams=["companies", "assets"], join=False))
        assert len(reads(run, "full")) == 8
        assert balanced(run) == []
        assert await stored(it.database) == await wanted(halo.control)


async def test_a_bad_row_is_put_aside_and_read_again_by_its_id(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo:
        await halo.control.fault("bad_row", path="/Asset.*assettype_id=102", params={"kind": "types"})
        async with synced(place, tmp_path, halo) as (it, _, run):
            assert balanced(run) == []
            assert sum(read["sums"]["dead_lettered"] for read in reads(run, "full")) == 1
            assert reads(run, "repair")[0]["repaired"] == 1, "Halo's answer was good the second time"
            assert await stored(it.database) == await wanted(halo.control)


async def test_off_where_the_permission_is_missing_or_an_admin_says_so(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal, _):
        before = await stored(it.database)
        await portal.settings("assets", enabled=False)
        off = await portal.applied(await portal.sync("quick", join=False))
        assert "assets" not in {read["stream"] for read in off["reads"]}
        assert await stored(it.database) == before, "what is stored stays"

        await portal.settings("assets", enabled=True)
        await halo.control.application(halo.client_id, permissions=[one for one in GUIDE if "assets" not in one])
        tested = await portal.test()
        [row] = [row for row in tested["diagnosis"]["findings"] if row["name"] == "read:assets"]
        assert (row["state"], row["stream"], row["needed"]) == ("missing", "assets", True)
        without = await portal.applied(await portal.sync("quick", join=False))
        assert "assets" not in {read["stream"] for read in without["reads"]}
        card = await portal.call("GET", "/integrations/halo")
        [health] = [each for each in card["streams"] if each["stream"] == "assets"]
        assert "read:assets" in health["problem"]["title"]
        assert (health["enabled"], health["not_synced_since"] is not None) == (False, True)


async def test_what_a_medium_halo_costs(place: Place, tmp_path: Path) -> None:
    """6,000 assets of 25 types: nothing is read twice, and what did not change is not read at all."""
    async with (
        process("--size", "medium", "--set", "limit=100000") as halo,
        system(place, tmp_path, halo.url, **AMPLE) as it,
        it.portal() as portal,
    ):
        await portal.connect(halo.url, halo.client_id, halo.client_secret)
        await portal.settings("sync", teams="all")
        everything = await wanted(halo.control)
        sizes = Counter(one["type_id"] for one in everything.values())
        pages = sum(-(-size // 50) for size in sizes.values())

        mark = await halo.control.mark()
        first = await portal.applied(await portal.sync("resync", streams=["assets"]), 120)
        requests = [one for one in await asked(halo.control, mark) if not one["path"].lower().endswith("type")]
        # Twice a list of ids with Halo's count before and after it, for the repair and for the census. A type whose
        # last page is full is asked for one more.
        more = sum(size % 50 == 0 and size > 50 for size in sizes.values())
        assert (balanced(first), len(sizes), len(everything)) == ([], 25, 6_000)
        assert len(requests) == pages + more + 2 * 3, f"{len(requests)} requests for {pages} pages"
        assert await stored(it.database) == everything

        mark = await halo.control.mark()
        await quick(portal)
        assert len(await asked(halo.control, mark)) == 1, "a cycle without a change"

        some = [next(id for id, one in everything.items() if one["type_id"] == type) for type in (101, 125)]
        other = max(id for id, one in everything.items() if one["type_id"] == 101)
        await halo.control.asset_ops(*({"op": "move", "id": id, "client_id": 12} for id in (*some, other)))
        mark = await halo.control.mark()
        changed = await portal.applied(await portal.sync("quick", streams=["companies", "assets"], join=False))
        assert [read["listed"] for read in reads(changed, "incremental")] == [0, 2, 1]
        assert len(await asked(halo.control, mark)) == 3, "3 changed assets of 2 types"
        assert await stored(it.database) == await wanted(halo.control)
