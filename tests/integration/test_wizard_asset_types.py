"""What asset types become: mappings, Auto-Sync, Quick Match, Quick Create, and device types of the portal's own."""

import asyncio

from support.answers import ask, rows
from support.portal import Portal, replica
from support.staged import DEVICE_TYPES, STAGES, TYPES, asset, device, tenant_with
from support.trails import audited


async def test_the_mapping_table_counts_and_names(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Laptop", 13: "Printer"})
    for id in (1, 2):
        await asset(portal, tenant, id)
    await asset(portal, tenant, 3, client_id=6)
    await asset(portal, tenant, 4, inactive=True)
    await asset(portal, tenant, 5, 99, type_name="Vanished")
    await asset(portal, tenant, 6)
    await device(portal, tenant, "d6", 6)
    async with portal.client(tenant) as client:
        answer = (await client.get(TYPES)).json()
        table = {row["id"]: row for row in answer["items"]}
        assert [row["name"] for row in answer["items"]] == ["Laptop", "Printer", "Vanished"]
        assert answer["pending"] == 3
        assert {name: table[12][name] for name in ("devices", "ignored_devices", *STAGES) if name != "ignored"} == {
            "devices": 5, "pending": 2, "imported": 1, "held_back": 1, "ignored_devices": 0, "retired": 1,
        }  # fmt: skip
        assert (table[12]["maps_to"], table[12]["auto_sync"], table[12]["ignored"]) == (None, False, False)
        assert (table[13]["devices"], table[13]["exists"]) == (0, True)
        assert (table[99]["devices"], table[99]["exists"]) == (1, False)


async def test_auto_sync_needs_a_mapping_and_ends_with_it(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Laptop"})
    async with portal.client(tenant) as client:
        said = await ask(client, "PATCH", f"{TYPES}/12", 422, auto_sync=True)
        assert said["errors"][0]["field"] == "auto_sync"
        assert "needs a mapping" in said["errors"][0]["message"]
        said = await ask(client, "PATCH", f"{TYPES}/12", 422, device_type="spaceship")
        assert (said["errors"][0]["field"], "spaceship" in said["errors"][0]["message"]) == ("device_type", True)
        row = await ask(client, "PATCH", f"{TYPES}/12", device_type="laptop")
        assert (row["maps_to"], row["auto_sync"]) == ({"id": "laptop", "name": "Laptop"}, False)
        assert (await ask(client, "PATCH", f"{TYPES}/12", auto_sync=True))["auto_sync"]
        row = await ask(client, "PATCH", f"{TYPES}/12", device_type="tablet")
        assert (row["maps_to"]["id"], row["auto_sync"]) == ("tablet", True), "what is left out stays"
        row = await ask(client, "PATCH", f"{TYPES}/12", device_type=None)
        assert (row["maps_to"], row["auto_sync"]) == (None, False)
        await ask(client, "PATCH", f"{TYPES}/12", 422, device_type=None, auto_sync=True)
        assert (await ask(client, "PATCH", f"{TYPES}/12", device_type="laptop", auto_sync=True))["auto_sync"]
        row = await ask(client, "PATCH", f"{TYPES}/12", ignored=True)
        assert (row["ignored"], row["auto_sync"], row["maps_to"]["id"]) == (True, False, "laptop")
        said = await ask(client, "PATCH", f"{TYPES}/12", 422, auto_sync=True)
        assert "ignored" in said["errors"][0]["message"]
        await ask(client, "PATCH", f"{TYPES}/77", 404, ignored=True)
        await ask(client, "PATCH", f"{TYPES}/12", ignored=True)
    entries = await audited(portal, tenant)
    assert len(entries) == 6, "an entry for each change, none for a refused one or for none"
    assert {each["fact"] for each in entries} == {"assets.changed"}
    assert entries[-1]["before"] == {"device_type": "laptop", "auto_sync": True, "ignored": False}
    stored = await portal.database.asset_choices.find_one({"_id": f"{tenant}:c1:type/12"})
    assert stored is not None
    assert (stored["by"], stored["ignored"], stored["auto_sync"]) == ("ada@msp.test", True, False)


async def test_quick_match_maps_what_is_certain_and_offers_the_rest(portal: Portal) -> None:
    names = {1: "LAPTOPS", 2: "Desktop PC", 3: "Network Printer", 4: "Fridge", 5: "server", 6: "Switches", 7: "Tablet"}
    tenant = await tenant_with(portal, names)
    path = f"{TYPES}/quick-match"
    async with portal.client(tenant) as client:
        await ask(client, "PATCH", f"{TYPES}/7", ignored=True)
        await ask(client, "PATCH", f"{TYPES}/5", device_type="other")
        dry = await ask(client, "POST", path, dry_run=True)
        assert {each["id"]: each["maps_to"]["id"] for each in dry["matched"]} == {
            1: "laptop", 2: "workstation", 6: "switch",
        }  # fmt: skip
        assert all(row["maps_to"] is None for id, row in (await rows(client, TYPES)).items() if id != 5)
        assert [each["id"] for each in dry["ambiguous"]] == [3]
        assert {each["id"] for each in dry["ambiguous"][0]["candidates"]} == {"printer", "network-device"}
        assert [each["id"] for each in dry["unmatched"]] == [4]
        assert await ask(client, "POST", path) == dry
        mapped = {id: row["maps_to"] and row["maps_to"]["id"] for id, row in (await rows(client, TYPES)).items()}
        assert mapped == {
            1: "laptop", 2: "workstation", 3: None, 4: None, 5: "other", 6: "switch", 7: None,
        }, "no person's choice is changed, no ambiguous one guessed"  # fmt: skip
        assert (await ask(client, "POST", path))["matched"] == []
        await ask(client, "POST", DEVICE_TYPES, 201, name="Fridge")
        await ask(client, "POST", DEVICE_TYPES, 201, name="Fridges & Freezers")
        assert [each["id"] for each in (await ask(client, "POST", path))["matched"]] == [4]


async def test_quick_create_makes_types_for_the_unmatched(portal: Portal) -> None:
    tenant = await tenant_with(portal, {1: "Fridge", 2: "fridges", 3: "Network Printer", 4: "Laptop", 5: "Barcode Gun"})
    path = f"{TYPES}/quick-create"
    async with portal.client(tenant) as ada, portal.client(tenant, sub="bob@msp.test") as bob:
        dry = await ask(ada, "POST", path, dry_run=True)
        assert [each["id"] for each in dry["created"]] == [5, 1, 2]
        both = await asyncio.gather(*(ask(one, "POST", path) for one in (ada, bob)))
        assert sorted(len(each["created"]) for each in both) == [0, 3], "of two at once one is faster"
        assert [each["id"] for each in both[0]["ambiguous"]] == [3]
        own = {each["name"]: each for each in (await ada.get(DEVICE_TYPES)).json()["items"] if not each["built_in"]}
        assert {name: each["asset_types"] for name, each in own.items()} == {"Barcode Gun": 1, "Fridge": 2}
        [made] = (await ask(ada, "POST", path, types=[3]))["created"]
        assert made["maps_to"]["name"] == "Network Printer", "where a person asks for it"
        await ask(ada, "POST", path, 422, types=[1])
        assert (await rows(ada, TYPES))[4]["maps_to"] is None, "Quick Match has it"


async def test_device_types_of_the_portals_own(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Laptop"})
    async with portal.client(tenant) as client:
        names = {each["name"] for each in (await client.get(DEVICE_TYPES)).json()["items"]}
        assert names >= {"Workstation", "Laptop", "Server", "Network Device", "Printer", "Mobile", "Tablet", "Other"}
        made = await ask(client, "POST", DEVICE_TYPES, 201, name="  Cash Register ")
        assert (made["name"], made["built_in"]) == ("Cash Register", False)
        for same in ("cash registers", "LAPTOP"):
            assert (await ask(client, "POST", DEVICE_TYPES, 409, name=same))["type"].endswith("device-type-exists")
        await ask(client, "POST", DEVICE_TYPES, 422, name=" ")
        await ask(client, "PATCH", f"{TYPES}/12", device_type=made["id"])
        said = await ask(client, "DELETE", f"{DEVICE_TYPES}/{made['id']}", 409)
        assert said["type"].endswith("device-type-in-use")
        await device(portal, tenant, "d1", 1, device_type=made["id"])
        await ask(client, "PATCH", f"{TYPES}/12", device_type=None)
        await ask(client, "DELETE", f"{DEVICE_TYPES}/{made['id']}", 409)
        await portal.database.devices.delete_one({"_id": f"{tenant}:c1:d1"})
        await ask(client, "DELETE", f"{DEVICE_TYPES}/{made['id']}", 204)
        await ask(client, "DELETE", f"{DEVICE_TYPES}/{made['id']}", 404)
        await ask(client, "DELETE", f"{DEVICE_TYPES}/laptop", 409)
        await ask(client, "PATCH", f"{TYPES}/12", 422, device_type=made["id"])


async def test_a_type_is_never_mapped_to_what_is_deleted_at_that_moment(portal: Portal) -> None:
    tenant = await tenant_with(portal, {12: "Laptop"})
    async with replica(portal) as second, portal.client(tenant) as ada, second.client(tenant) as bob:
        for number in range(8):
            made = await ask(ada, "POST", DEVICE_TYPES, 201, name=f"Thing {number}x")
            mapped, deleted = await asyncio.gather(
                ada.patch(f"{TYPES}/12", json={"device_type": made["id"]}), bob.delete(f"{DEVICE_TYPES}/{made['id']}")
            )
            assert {mapped.status_code, deleted.status_code} in ({200, 409}, {422, 204}), (mapped.text, deleted.text)
            await ask(ada, "PATCH", f"{TYPES}/12", device_type=None)
