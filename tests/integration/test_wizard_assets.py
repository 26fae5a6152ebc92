"""Assets decided: the staging area, imports, the devices that are shown, and what is told of it."""

import asyncio

from halobus.store import Document
from support.answers import ask, rows
from support.portal import Portal
from support.staged import ASSETS, DEVICES, IMPORT, STAGES, TYPES, asset, device, tenant_with
from support.trails import told


async def test_the_staging_area_tells_where_each_asset_stands(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Laptop", 13: "Toaster"})
    await asset(portal, tenant, 1, serial="ABC-1", user_name="Chloé")
    await asset(portal, tenant, 2, inactive=True)
    await asset(portal, tenant, 3, client_id=6)
    await asset(portal, tenant, 4, client_id=None)
    await asset(portal, tenant, 5, 13)
    await asset(portal, tenant, 6, 13, client_id=6)
    await asset(portal, tenant, 7)
    await asset(portal, tenant, 8, None)
    await device(portal, tenant, "d7", 7, conflict=[7, 70])
    async with portal.client(tenant) as client:
        await ask(client, "PATCH", f"{TYPES}/13", ignored=True)
        stands = {id: row["state"] for id, row in (await rows(client, ASSETS)).items()}
        assert stands == {
            1: "pending", 2: "retired", 3: "held_back", 4: "held_back",
            5: "ignored", 6: "ignored", 7: "imported", 8: "pending",
        }  # fmt: skip
        for stage in STAGES:
            assert set(await rows(client, ASSETS, state=stage)) == {id for id in stands if stands[id] == stage}
        counted = (await client.get(f"{ASSETS}/summary")).json()
        assert {stage: counted[stage] for stage in STAGES} == {
            stage: list(stands.values()).count(stage) for stage in STAGES
        }
        assert (counted["total"], counted["clients_held_back"], counted["conflicts"]) == (8, 1, 1)
        row = (await rows(client, ASSETS, search="abc-"))[1]
        assert (row["type"], row["client"]["name"]) == ({"id": 12, "name": "As listed", "colour": None}, "Client 5")
        assert set(await rows(client, ASSETS, type=13, client_id=6)) == {6}
        assert set(await rows(client, ASSETS, search="chlo")) == {1}
        assert (await rows(client, ASSETS, state="imported"))[7]["device"] == {
            "id": "d7",
            "state": "active",
            "conflict": True,
        }
    other = await tenant_with(portal, {})
    async with portal.client(other) as client:
        assert await rows(client, ASSETS) == {}, "another tenant's"


async def test_import_a_few_or_all_of_a_type(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Laptop", 13: "Toaster"})
    for id in (1, 2, 3):
        await asset(portal, tenant, id)
    await asset(portal, tenant, 4, client_id=6)
    await asset(portal, tenant, 5, inactive=True)
    await asset(portal, tenant, 6, 13)
    async with portal.client(tenant) as client:
        await ask(client, "PATCH", f"{TYPES}/13", ignored=True)
        told = await ask(client, "POST", IMPORT, ids=[1, 4, 6])
        assert told == {"imported": 1, "already_imported": 0, "held_back": 1, "ignored": 1, "retired": 0}
        row = (await rows(client, ASSETS))[1]
        assert (row["state"], row["device"]) == ("imported", None), "decided; the importer makes the device"
        told = await ask(client, "POST", f"{TYPES}/12/import")
        assert told == {"imported": 2, "already_imported": 1, "held_back": 1, "ignored": 0, "retired": 1}
        assert (await ask(client, "POST", IMPORT, type=12))["imported"] == 0
        assert (await ask(client, "POST", IMPORT, ids=[5]))["imported"] == 1, "one by one, a retired one too"
        said = await ask(client, "POST", IMPORT, 422, ids=[1, 99])
        assert (said["errors"][0]["field"], "99" in said["errors"][0]["message"]) == ("ids", True)
        wrongs: tuple[Document, ...] = ({}, {"ids": [1], "type": 12}, {"ids": []}, {"type": 99})
        for wrong in wrongs:
            await ask(client, "POST", IMPORT, 422, **wrong)
        assert "ignored" in (await ask(client, "POST", f"{TYPES}/13/import", 409))["title"]
        await ask(client, "POST", f"{TYPES}/99/import", 404)
        await portal.database.tenants.update_one({"_id": tenant}, {"$set": {"state": "disconnected"}})
        await ask(client, "POST", IMPORT, 409, ids=[1])
        assert len(await rows(client, ASSETS)) == 6, "all is still shown"


async def test_six_thousand_assets_are_imported_in_seconds(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Laptop"})
    many = [
        {"_id": f"{tenant}:c1:{id}", "tenant": tenant, "connection": "c1", "id": str(id), "state": "live",
         "version": f"{0:014}.{1:014}.{1:010}",
         "content": {"id": id, "name": f"Asset {id}", "type_id": 12, "client_id": 5, "inactive": False}}
        for id in range(1, 6001)
    ]  # fmt: skip
    await portal.database.assets.insert_many(many)
    async with portal.client(tenant) as ada, portal.client(tenant, sub="bob@msp.test") as bob:
        both = await asyncio.gather(*(ask(one, "POST", f"{TYPES}/12/import") for one in (ada, bob)))
        assert all(each["imported"] + each["already_imported"] == 6000 for each in both)
        assert (await ada.get(f"{ASSETS}/summary")).json()["imported"] == 6000
        assert (await ada.get(ASSETS, params={"state": "pending"})).json()["items"] == []
    assert await portal.database.asset_choices.count_documents({"tenant": tenant}) == 6000


async def test_devices_are_shown_with_names_joined(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Laptop"})
    await device(portal, tenant, "d1", 1, serial_number="ABC-1", type_id=12, type_name="Laptop")
    await device(portal, tenant, "d2", 2, 3, conflict=[2, 3], mapped=False, device_type=None)
    await device(portal, tenant, "d3", state="merged", merged_into="d1")
    await device(portal, tenant, "d4", 9, client_id=6, state="held", reason="client_not_linked")
    async with portal.client(tenant) as client:
        assert set(await rows(client, DEVICES)) == {"d1", "d2", "d3", "d4"}
        for query, found in (
            ({"conflict": "true"}, {"d2"}), ({"mapped": "false"}, {"d2"}), ({"state": "merged"}, {"d3"}),
            ({"client_id": 6}, {"d4"}), ({"search": "abc"}, {"d1"}),
            ({"device_type": "laptop", "client_id": 5}, {"d1", "d3"}),
        ):  # fmt: skip
            assert set(await rows(client, DEVICES, **query)) == found, query
        shown = (await client.get(f"{DEVICES}/d1")).json()
        assert (shown["device_type"]["name"], shown["client"]["name"], shown["type"]["name"]) == (
            "Laptop", "Client 5", "Laptop",
        )  # fmt: skip
        assert (await client.get(f"{DEVICES}/d9")).status_code == 404


async def test_decisions_are_facts_without_content(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Needle"})
    await asset(portal, tenant, 1, name="Needle", serial="Needle-1")
    async with portal.client(tenant) as client:
        await ask(client, "POST", IMPORT, ids=[1])
        await ask(client, "POST", f"{TYPES}/quick-create")
    found = await told(portal, tenant)
    assert {fact.type for fact in found} == {"assets.changed"}
    data = {(fact.subject or "").rpartition("/")[0] or fact.subject: fact.data for fact in found}
    made = data["device-types"]["device_type"]
    assert data == {
        "assets": {"assets": [1]},
        "assets/types": {"type": 12, "device_type": made},
        "device-types": {"device_type": made},
    }
    assert all("Needle" not in fact.model_dump_json() for fact in found)
