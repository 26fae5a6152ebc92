"""Assets decided: the staging area, type mappings, Quick Match and Quick Create, imports, device types."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from embedded.choose import Chosen
from halobus.messages import Fact
from halobus.store import Document
from halobus.topics import FACTS
from support.portal import Portal, opened, replica
from wizard_api import facts

ASSETS, TYPES, DEVICE_TYPES = "/api/v1/assets", "/api/v1/assets/types", "/api/v1/device-types"
IMPORT, DEVICES = f"{ASSETS}/import", "/api/v1/devices"
STAGES = ("pending", "imported", "held_back", "ignored", "retired")


@pytest.fixture(scope="module")
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    async with opened(stack) as made:
        yield made


async def tenant_with(portal: Portal, types: dict[int, str], linked: tuple[int, ...] = (5,)) -> str:
    """A tenant with these asset types and linked clients, and without assets."""
    tenant = await portal.connected()
    await portal.lists(tenant, asset_types=types)
    for client in (5, 6):
        await portal.mirror(tenant, "companies", client, {"id": client, "name": f"Client {client}"})
    for client in linked:
        link = {"tenant": tenant, "connection": "c1", "company": client, "portal_company": f"p{client}", "by": "x"}
        await portal.database.company_links.insert_one({"_id": f"{tenant}:c1:{client}", **link})
    return tenant


async def asset(portal: Portal, tenant: str, id: int, type_id: int | None = 12, **fields: Any) -> None:
    content = {"id": id, "name": f"Asset {id:03}", "type_id": type_id, "type_name": "As listed", "client_id": 5}
    await portal.mirror(tenant, "assets", id, {**content, "inactive": False, **fields})


async def device(portal: Portal, tenant: str, id: str, *assets: int, **fields: Any) -> None:
    """A device as the importer stores it."""
    document: Document = {"tenant": tenant, "connection": "c1", "id": id, "assets": list(assets), "state": "active"}
    document |= {"conflict": [], "device_type": "laptop", "mapped": True, "name": f"Device {id}", "client_id": 5}
    await portal.database.devices.insert_one({"_id": f"{tenant}:c1:{id}", **document, **fields})


async def rows(client: httpx.AsyncClient, path: str = ASSETS, **params: Any) -> dict[Any, dict[str, Any]]:
    """A whole list by id, over pages of two."""
    found: dict[Any, dict[str, Any]] = {}
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(path, params={"limit": 2, **params, **cursor})
        assert answer.status_code == 200, answer.text
        found |= {row["id"]: row for row in answer.json()["items"]}
        if answer.json().get("next") is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


async def ask(client: httpx.AsyncClient, method: str, path: str, status: int = 200, **body: Any) -> Any:
    answer = await client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def audited(portal: Portal, tenant: str) -> list[Document]:
    """The audit log, oldest first."""
    return await portal.database.audit.find({"tenant": tenant}).sort("at", 1).to_list(None)


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
        stands = {id: row["state"] for id, row in (await rows(client)).items()}
        assert stands == {
            1: "pending", 2: "retired", 3: "held_back", 4: "held_back",
            5: "ignored", 6: "ignored", 7: "imported", 8: "pending",
        }  # fmt: skip
        for stage in STAGES:
            assert set(await rows(client, state=stage)) == {id for id in stands if stands[id] == stage}
        counted = (await client.get(f"{ASSETS}/summary")).json()
        assert {stage: counted[stage] for stage in STAGES} == {
            stage: list(stands.values()).count(stage) for stage in STAGES
        }
        assert (counted["total"], counted["clients_held_back"], counted["conflicts"]) == (8, 1, 1)
        row = (await rows(client, search="abc-"))[1]
        assert (row["type"], row["client"]["name"]) == ({"id": 12, "name": "As listed", "colour": None}, "Client 5")
        assert set(await rows(client, type=13, client_id=6)) == {6}
        assert set(await rows(client, search="chlo")) == {1}
        assert (await rows(client, state="imported"))[7]["device"] == {"id": "d7", "state": "active", "conflict": True}
    other = await tenant_with(portal, {})
    async with portal.client(other) as client:
        assert await rows(client) == {}, "another tenant's"


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
        row = (await rows(client))[1]
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
        assert len(await rows(client)) == 6, "all is still shown"


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
    while await portal.database.audit.count_documents({"announced": False, "fact": {"$type": "string"}}):
        await facts.announce(portal.wizard)
    raw = [record.value for record in await portal.read_all(FACTS)]
    told = [fact for fact in map(Fact.model_validate_json, raw) if fact.tenant == tenant]
    assert {fact.type for fact in told} == {"assets.changed"}
    data = {(fact.subject or "").rpartition("/")[0] or fact.subject: fact.data for fact in told}
    made = data["device-types"]["device_type"]
    assert data == {
        "assets": {"assets": [1]},
        "assets/types": {"type": 12, "device_type": made},
        "device-types": {"device_type": made},
    }
    assert all("Needle" not in fact.model_dump_json() for fact in told)
