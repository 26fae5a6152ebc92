"""The guide's *Import Assets*, and the rules of its *Device Type Mappings* table."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from support.guided import Guided
from support.system import Portal
from support.waiting import until

LAPTOP = 102
UNKNOWN = 1
STAGES = ("pending", "imported", "held_back", "ignored", "retired")


@asynccontextmanager
async def tab(guide: Guided, every_client: bool = True) -> AsyncIterator[Portal]:
    """The *Assets* tab of an admin whose companies and assets are synced; all companies are linked, or none."""
    async with guide.newcomer() as portal:
        await guide.lists_are_read(portal)
        await portal.settings("sync", teams="all", tickets=False)
        await synced(portal, "companies", "assets")
        if every_client:
            await portal.call("POST", "/companies/import", {"ids": "all", "inactive": True, "alike": True})
        yield portal


async def synced(portal: Portal, *streams: str, kind: str = "resync") -> None:
    """Within two minutes another ``kind``, or other streams, than the sync before: the same one would not run again."""
    await portal.applied(await portal.sync(kind, streams=list(streams or ("assets",))))


async def census_due(guide: Guided, portal: Portal) -> None:
    """What is deleted in Halo is seen by the daily census; till then one found anew is in conflict with its past."""
    due = {"$set": {"streams.assets.census_at": None}}
    await guide.system.database.tenants.update_one({"_id": portal.tenant}, due)


async def rows(portal: Portal, path: str = "/assets", **query: str) -> dict[Any, dict[str, Any]]:
    """A whole list by id."""
    found: dict[Any, dict[str, Any]] = {}
    params = {"limit": "100", **query}
    while True:
        page = await portal.call("GET", path, params=params)
        found |= {row["id"]: row for row in page["items"]}
        if page.get("next") is None:
            return found
        params["cursor"] = page["next"]


async def table(portal: Portal) -> dict[int, dict[str, Any]]:
    """*Device Type Mappings*, by the asset type's number in Halo."""
    return {row["id"]: row for row in (await portal.call("GET", "/assets/types"))["items"]}


async def in_halo(guide: Guided) -> dict[int, dict[str, Any]]:
    return {row["id"]: row async for row in guide.halo.control.assets()}


async def change(guide: Guided, op: str, **values: Any) -> int:
    """Something happens to an asset in Halo; its number."""
    done = await guide.halo.control.asset_ops({"op": op, **values})
    return int(done["ids"][0])


@pytest.mark.guide("use.assets")
async def test_import_hardware_assets_on_the_assets_tab(guide: Guided) -> None:
    async with tab(guide) as portal:
        halo = await in_halo(guide)
        staged = await rows(portal)
        assert staged.keys() == halo.keys()
        some = sorted(id for id, row in staged.items() if row["state"] == "pending")[:3]
        told = await portal.call("POST", "/assets/import", {"ids": some})
        assert told["imported"] == 3

        async def made() -> bool:
            shown = await rows(portal)
            return all(shown[id]["device"] for id in some)

        await until(made)
        devices = await rows(portal, "/devices")
        for id in some:
            device = devices[(await rows(portal))[id]["device"]["id"]]
            assert (device["name"], device["state"]) == (staged[id]["name"], "active")


@pytest.mark.guide("devices.held-back")
async def test_devices_of_companies_that_are_not_mapped_do_not_appear_and_are_counted(guide: Guided) -> None:
    async with tab(guide, every_client=False) as portal:
        halo = await in_halo(guide)
        counted = await portal.call("GET", "/assets/summary")
        assert (counted["held_back"], counted["pending"]) == (len(halo), 0)
        await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"device_type": "laptop", "auto_sync": True})
        clients = {row["client_id"] for row in halo.values() if laptop(row)}
        one = min(clients - {UNKNOWN})
        await portal.call("POST", "/companies/import", {"ids": [one]})
        mine = {id for id, row in halo.items() if laptop(row) and row["client_id"] == one}
        found = await until(lambda: imported(portal))
        assert found >= mine, "held back no more, and imported by Auto-Sync at once"
        others = {id for id, row in halo.items() if row["client_id"] != one}
        same_serial = {id for id in found & others if halo[id]["serial"].startswith("SHARED")}
        assert found - same_serial == mine, "and nothing else but what claims to be the same device"
        left = await portal.call("GET", "/assets/summary")
        assert left["held_back"] == len(others - same_serial)


@pytest.mark.guide("devices.table")
async def test_the_table_has_provider_type_device_count_maps_to_auto_sync_and_ignore(guide: Guided) -> None:
    async with tab(guide) as portal:
        halo = await in_halo(guide)
        shown = await table(portal)
        assert {id: row["name"] for id, row in shown.items()} == {
            row["id"]: row["name"] for row in await guide.halo.control.rows("assettype")
        }
        counts = Counter(row["assettype_id"] for row in halo.values())
        assert {id: row["devices"] for id, row in shown.items()} == {id: counts[id] for id in shown}
        assert all((row["maps_to"], row["auto_sync"], row["ignored"]) == (None, False, False) for row in shown.values())
        counted = await portal.call("GET", "/assets/summary")
        assert sum(counted[stage] for stage in STAGES) == counted["total"] == len(halo)


@pytest.mark.guide("use.asset-types")
async def test_map_halo_asset_types_to_device_types(guide: Guided) -> None:
    async with tab(guide) as portal:
        await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"device_type": "laptop"})
        await portal.call("POST", f"/assets/types/{LAPTOP}/import")
        devices = await until(lambda: rows(portal, "/devices"))
        assert {row["device_type"]["id"] for row in devices.values()} == {"laptop"}
        await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"device_type": "tablet"})

        async def follows() -> bool:
            return {row["device_type"]["id"] for row in (await rows(portal, "/devices")).values()} == {"tablet"}

        await until(follows)


@pytest.mark.guide("devices.needs-mapping")
async def test_auto_sync_requires_a_mapping_first_and_ends_with_it(guide: Guided) -> None:
    async with tab(guide) as portal:
        answer = await portal.http.patch(f"/api/v1/assets/types/{LAPTOP}", json={"auto_sync": True})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "auto_sync"
        await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"device_type": "laptop", "auto_sync": True})
        before = await until(lambda: rows(portal, "/devices"))
        row = await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"device_type": None})
        assert row["auto_sync"] is False

        async def unmapped() -> bool:
            return (await rows(portal, "/devices", mapped="false")).keys() == before.keys()

        await until(unmapped)


@pytest.mark.guide("use.asset-auto-sync")
async def test_auto_sync_imports_new_devices_of_that_type_on_each_sync_cycle(guide: Guided) -> None:
    async with tab(guide) as portal:
        await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"device_type": "laptop", "auto_sync": True})
        pending = {id for id, row in (await rows(portal, type=str(LAPTOP))).items() if row["state"] == "pending"}

        async def all_of_them() -> bool:
            return await imported(portal) >= pending

        await until(all_of_them)
        client = min({row["client_id"] for row in (await in_halo(guide)).values()} - {UNKNOWN})
        new = await change(guide, "create", assettype_id=LAPTOP, client_id=client)
        other = await change(guide, "create", assettype_id=LAPTOP + 1, client_id=client)
        try:
            await synced(portal)

            async def made() -> bool:
                return new in await imported(portal)

            await until(made)
            assert (await rows(portal))[other]["state"] == "pending", "of its own type alone"
        finally:
            for id in (new, other):
                await change(guide, "delete", id=id)


@pytest.mark.guide("use.asset-ignore")
async def test_ignore_categories_that_you_do_not_need(guide: Guided) -> None:
    async with tab(guide) as portal:
        before = (await table(portal))[LAPTOP]
        all_pending = (await portal.call("GET", "/assets/types"))["pending"]
        await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"ignored": True})
        assert (await portal.call("GET", "/assets/types"))["pending"] == all_pending - before["pending"]
        assert not await rows(portal, type=str(LAPTOP), state="pending")
        assert len(await rows(portal, type=str(LAPTOP), state="ignored")) == before["devices"]
        assert (await portal.http.post(f"/api/v1/assets/types/{LAPTOP}/import")).status_code == 409
        await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"ignored": False})
        assert (await table(portal))[LAPTOP] == before


@pytest.mark.guide("devices.all-of-a-type")
async def test_actions_import_all_unimported_devices_of_that_type(guide: Guided) -> None:
    async with tab(guide) as portal:
        row = (await table(portal))[LAPTOP]
        told = await portal.call("POST", f"/assets/types/{LAPTOP}/import")
        assert told["imported"] == row["pending"] > 0
        wanted = {id for id, row in (await rows(portal, type=str(LAPTOP))).items() if row["state"] == "imported"}

        async def made() -> bool:
            return await imported(portal) >= wanted

        await until(made)
        assert (await table(portal))[LAPTOP]["pending"] == 0
        assert (await portal.call("POST", f"/assets/types/{LAPTOP}/import"))["imported"] == 0


@pytest.mark.guide("devices.quick-match")
async def test_quick_match_maps_types_with_similar_names(guide: Guided) -> None:
    async with tab(guide) as portal:
        told = await portal.call("POST", "/assets/types/quick-match")
        mapped = {each["name"]: each["maps_to"]["name"] for each in told["matched"]}
        assert mapped["Laptop"] == "Laptop"
        assert {each["name"] for each in told["unmatched"]} >= {"Software Licence"}
        shown = {row["name"]: row["maps_to"] and row["maps_to"]["name"] for row in (await table(portal)).values()}
        assert {name: to for name, to in shown.items() if to} == mapped


@pytest.mark.guide("devices.quick-create")
async def test_quick_create_creates_types_for_unmatched_provider_types(guide: Guided) -> None:
    async with tab(guide) as portal:
        await portal.call("POST", "/assets/types/quick-match")
        told = await portal.call("POST", "/assets/types/quick-create")
        assert "Software Licence" in {each["name"] for each in told["created"]}
        known = {each["id"] for each in (await portal.call("GET", "/device-types"))["items"] if not each["built_in"]}
        assert {each["maps_to"]["id"] for each in told["created"]} == known
        assert all(row["maps_to"] for row in (await table(portal)).values())


async def test_a_serial_number_is_one_device_over_re_imports_renames_and_moves(guide: Guided) -> None:
    async with tab(guide) as portal:
        clients = sorted({row["client_id"] for row in (await in_halo(guide)).values()} - {UNKNOWN})
        serial = {"Service Tag": "5CG0393K7L"}
        first = await change(guide, "create", assettype_id=LAPTOP, client_id=clients[0], fields=serial)
        await synced(portal)
        await portal.call("POST", "/assets/import", {"ids": [first]})
        device = (await until(lambda: rows(portal, "/devices", search="5CG0393K7L"))).popitem()[0]
        await change(guide, "move", id=first, client_id=clients[1])
        again = await change(guide, "reimport", id=first)
        try:
            await census_due(guide, portal)
            await synced(portal, kind="quick")

            async def moved() -> bool:
                shown = await portal.call("GET", f"/devices/{device}")
                return bool((shown["asset"], shown["client"]["id"], shown["state"]) == (again, clients[1], "active"))

            await until(moved)
        finally:
            await change(guide, "delete", id=again)
        await census_due(guide, portal)
        await synced(portal, "companies", "assets", kind="quick")

        async def gone() -> bool:
            return bool((await portal.call("GET", f"/devices/{device}"))["state"] == "gone")

        await until(gone)


def laptop(row: dict[str, Any]) -> bool:
    return row["assettype_id"] == LAPTOP and not row["inactive"]


async def imported(portal: Portal) -> set[int]:
    """Assets that a device was made of."""
    return {id for id, row in (await rows(portal, state="imported")).items() if row["device"]}
