"""Devices on the real database: followed in bulk, by several replicas at once, over crashes; and the facts of it."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from halobus import store
from halobus.bus import Bus
from halobus.messages import Fact
from halobus.standing import standings
from halobus.store import Document
from halobus.streams import StreamName
from halobus.topics import FACTS
from importer import device_inputs, device_store
from importer.device_policy import Change, plan
from importer.devices import announce, follow_assets
from support.consumers import settings_of
from support.portal import Here, Portal


class Halo:
    """One tenant's assets and decisions, as connector, importer and wizard-api would have stored them."""

    def __init__(self, portal: Portal, tenant: str) -> None:
        self.portal, self.tenant, self.database = portal, tenant, portal.database

    async def asset(self, id: int, serial: str | None = None, **fields: Any) -> None:
        generation = fields.pop("generation", 0)
        content = {"id": id, "name": f"Asset {id}", "type_id": 12, "client_id": 1, "inactive": False, **fields}
        content |= {"serial": serial, "with_fields": True}
        await self.portal.mirror(self.tenant, "assets", id, content, generation=generation)

    async def gone(self, id: int, reason: str = "deleted") -> None:
        await self.portal.mirror(self.tenant, "assets", id, None, state="gone", reason=reason)

    async def choose(self, subject: str, **value: Any) -> None:
        key = {"_id": f"{self.tenant}:c1:{subject}"}
        document = {**key, "tenant": self.tenant, "connection": "c1", "subject": subject, **value}
        await self.database.asset_choices.replace_one(
            key, {**document, "by": "ada", "at": datetime.now(UTC)}, upsert=True
        )

    async def link(self, *clients: int) -> None:
        for client in clients:
            link = {"tenant": self.tenant, "connection": "c1", "company": client, "portal_company": f"p{client}"}
            key = {"_id": f"{self.tenant}:c1:{client}"}
            await self.database.company_links.replace_one(key, {**key, **link}, upsert=True)

    async def follow(self) -> None:
        for standing in await standings(self.database, StreamName.ASSETS, {self.tenant}):
            await follow_assets(self.database, standing)

    async def devices(self) -> list[Document]:
        return await self.database.devices.find({"tenant": self.tenant}).sort("asset", 1).to_list(None)

    async def planned(self) -> list[Change]:
        [standing] = await standings(self.database, StreamName.ASSETS, {self.tenant})
        inputs = await device_inputs.read(self.database, standing)
        return plan(inputs.assets, inputs.devices, inputs.decided)


@pytest.fixture
async def halo(portal: Portal) -> Halo:
    """Clients 1 and 2 are linked; laptops (type 12) come by Auto-Sync."""
    made = Halo(portal, await portal.connected())
    await made.link(1, 2)
    await made.choose("type/12", device_type="laptop", auto_sync=True)
    return made


async def test_auto_sync_imports_what_is_new_and_a_person_the_rest(halo: Halo) -> None:
    await halo.asset(1, "S-0001", manufacturer="HP", warranty_end=datetime(2028, 1, 1, tzinfo=UTC))
    await halo.asset(2, "S-0002", type_id=13)
    await halo.asset(3, "S-0003", client_id=9)
    await halo.follow()
    [one] = await halo.devices()
    assert (one["serial"], one["manufacturer"], one["portal_company"], one["origin"]) == (
        "S0001",
        "HP",
        "p1",
        "auto_sync",
    )
    await halo.asset(4, "S-0004")
    await halo.choose("asset/2", imported=True)
    await halo.follow()
    found = await halo.devices()
    assert [(each["asset"], each["device_type"], each["mapped"]) for each in found] == [
        (1, "laptop", True), (2, None, False), (4, "laptop", True),
    ]  # fmt: skip
    await halo.link(9)
    await halo.follow()
    assert [each["asset"] for each in await halo.devices()] == [1, 2, 3, 4], "no longer held back"
    assert found[0]["created"] == one["created"]


async def test_following_twice_writes_nothing(halo: Halo) -> None:
    for id in range(1, 6):
        await halo.asset(id, f"S-000{id % 3}", inactive=id == 4)
    await halo.follow()
    before = await halo.devices()
    await halo.follow()
    assert await halo.devices() == before


async def test_a_device_lives_on_over_moves_renames_re_imports_and_removal(halo: Halo) -> None:
    await halo.asset(1, "5CG-0393")
    await halo.follow()
    [first] = await halo.devices()
    for change in (
        halo.asset(1, "5CG-0393", name="Renamed", client_id=2),
        halo.asset(1, "5CG-0393", client_id=7),
        halo.asset(1, "5CG-0393", inactive=True),
        halo.gone(1, "not_visible"),
        halo.asset(8, "5cg 0393", type_id=99),
    ):
        await change
        await halo.follow()
    [last] = await halo.devices()
    assert (last["id"], last["created"]) == (first["id"], first["created"])
    assert (last["asset"], last["assets"], last["state"], last["mapped"]) == (8, [8], "active", False)
    assert last["device_type"] == "laptop", "the last one that it was mapped to"


async def test_while_a_clear_is_under_way_nothing_is_taken_for_gone(halo: Halo) -> None:
    await halo.asset(1, "S-0001")
    await halo.asset(2, "S-0002")
    await halo.follow()
    cleared = {"tenant": halo.tenant, "generations": {"c1": {"assets": 5}}}
    await halo.database.connections.insert_one({"_id": halo.tenant, **cleared})
    await halo.follow()
    assert {each["state"] for each in await halo.devices()} == {"active"}
    await halo.asset(1, "S-0001", generation=5)
    await halo.database.tenants.update_one({"_id": halo.tenant}, {"$set": {"streams.assets.generation": 5}})
    await halo.follow()
    assert [each["state"] for each in await halo.devices()] == ["active", "gone"], "the other was not met again"


async def test_serials_that_change_places_are_written_in_one_go(halo: Halo) -> None:
    await halo.asset(1, "S-0001")
    await halo.asset(2, "S-0002")
    await halo.follow()
    before = {each["serial"]: each["id"] for each in await halo.devices()}
    await halo.asset(1, "S-0002")
    await halo.asset(2, "S-0001")
    await halo.follow()
    assert {each["serial"]: each["id"] for each in await halo.devices()} == before
    assert {each["serial"]: each["assets"] for each in await halo.devices()} == {"S0002": [1], "S0001": [2]}


async def test_killed_between_any_two_writes_the_next_look_sets_it_right(
    halo: Halo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One write at a time, and after each of them a death: what stands then is taken up, and ends the same."""
    monkeypatch.setattr(device_store, "AT_ONCE", 1)
    for id in range(1, 7):
        await halo.asset(id, f"S-000{id}" if id < 6 else None)
    await halo.follow()
    ids = {each["id"] for each in await halo.devices()}
    await halo.asset(1, "S-0002")
    await halo.asset(2, "S-0001")
    await halo.asset(6, "S-0003")
    await halo.gone(4)
    writes = 0
    whole = device_store._bulk

    async def dies(database: store.Database, operations: list[store.UpdateOne]) -> None:
        nonlocal writes
        if writes == 0:
            raise ConnectionError("killed")
        writes -= 1
        await whole(database, operations)

    monkeypatch.setattr(device_store, "_bulk", dies)
    for _ in range(40):
        writes = 1
        try:
            await halo.follow()
        except ConnectionError:
            continue
        break
    assert await halo.planned() == []
    found = {each["id"]: each for each in await halo.devices()}
    assert found.keys() == ids
    held = {each["serial"]: each["assets"] for each in found.values() if each["state"] != "merged"}
    assert held == {"S0002": [1], "S0001": [2], "S0003": [3, 6], "S0004": [4], "S0005": [5]}
    assert [each["state"] for each in found.values() if each["serial"] == "S0004"] == ["gone"]


async def test_replicas_that_follow_at_once_make_each_device_once(halo: Halo) -> None:
    rng = random.Random(7)
    handles = [store.connect(halo.portal.settings) for _ in range(3)]
    [standing] = await standings(halo.database, StreamName.ASSETS, {halo.tenant})
    try:
        for _ in range(6):
            for id in range(1, 30):
                serial = rng.choice([None, *(f"S-00{rng.randint(10, 25)}" for _ in range(4))])
                await halo.asset(id, serial, client_id=rng.choice([1, 2, 7]), inactive=rng.random() < 0.2)
            await asyncio.gather(*(follow_assets(handle, standing) for handle in handles))
            found = await halo.devices()
            serials = [each["serial"] for each in found if each["serial"]]
            assets = [asset for each in found for asset in each["assets"]]
            assert (len(serials), len(assets)) == (len(set(serials)), len(set(assets)))
            assert await halo.planned() == []
    finally:
        for handle in handles:
            store.close(handle)


async def test_six_thousand_assets_become_devices_in_seconds(halo: Halo) -> None:
    many = [
        {"_id": f"{halo.tenant}:c1:{id}", "tenant": halo.tenant, "connection": "c1", "id": str(id), "state": "live",
         "version": f"{0:014}.{1:014}.{1:010}",
         "content": {"id": id, "name": f"Asset {id}", "type_id": 12, "client_id": 1, "inactive": False,
                     "serial": f"SN-{id:06}", "with_fields": True}}
        for id in range(1, 6001)
    ]  # fmt: skip
    await halo.database.assets.insert_many(many)
    clock = asyncio.get_running_loop().time
    begun = clock()
    await halo.follow()
    made = clock()
    await halo.follow()
    again = clock()
    assert await halo.database.devices.count_documents({"tenant": halo.tenant, "state": "active"}) == 6000
    assert made - begun < 60, "a machine that does much else at the time is allowed for"
    assert again - made < 20


async def test_changed_devices_are_told_once_all_is_stored_and_again_in_doubt(
    halo: Halo, monkeypatch: pytest.MonkeyPatch
) -> None:
    await halo.database.devices.update_many({}, {"$set": {"told": True}})
    for id in (1, 2, 3):
        await halo.asset(id, f"S-000{id}", name="Needle")
    await halo.follow()
    bus = Bus(settings_of(Here(halo.portal.settings)), "importer")
    try:
        with monkeypatch.context() as broken:
            sent = bus.send_fact

            async def then_dies(fact: Fact, source: str) -> None:
                await sent(fact, source)
                raise ConnectionError("killed before the mark")

            broken.setattr(bus, "send_fact", then_dies)
            with pytest.raises(ConnectionError):
                await announce(halo.database, bus)
        await announce(halo.database, bus)
        await announce(halo.database, bus)
        await halo.asset(2, "S-0002", client_id=2)
        await halo.follow()
        await announce(halo.database, bus)
    finally:
        await bus.stop()
    raw = [record.value for record in await halo.portal.read_all(FACTS)]
    told = [fact for fact in map(Fact.model_validate_json, raw) if fact.tenant == halo.tenant]
    ids = {each["asset"]: each["id"] for each in await halo.devices()}
    assert [fact.type for fact in told] == ["devices.changed"] * 3
    assert told[0].id == told[1].id, "in doubt the same again"
    assert sorted(told[0].data["devices"]) == sorted(ids.values())
    assert (told[2].data, told[2].id != told[1].id) == ({"devices": [ids[2]]}, True)
    assert not any("Needle" in fact.model_dump_json() or "S000" in fact.model_dump_json() for fact in told)
