"""Devices follow Halo's assets and what people decide: a step of converging, and the facts that tell of it."""

import asyncio
from hashlib import blake2b

from halobus import log
from halobus.bus import Bus
from halobus.messages import Fact
from halobus.patience import BusyError
from halobus.standing import Standing
from halobus.store import Database, Document
from importer import device_inputs, device_policy, device_store

ROUNDS = 10
TOLD_AT_ONCE = 500
CHANGED = "devices.changed"
_log = log.get(__name__)


async def follow_assets(database: Database, standing: Standing) -> None:
    """Write until there is nothing to write: another replica may have written, or somebody decided, meanwhile.

    While a clear is under way the assets that are not read again yet look as if they were gone: then nothing is done.
    """
    if not standing.cleared:
        return
    written = 0
    for _ in range(ROUNDS):
        inputs = await device_inputs.read(database, standing)
        # Thousands of assets take a good part of a second: not on the event loop, which keeps the group's membership.
        changes = await asyncio.to_thread(device_policy.plan, inputs.assets, inputs.devices, inputs.decided)
        if not changes:
            if written:
                _log.info("devices_followed", written=written)
            return
        await device_store.write(database, changes)
        written += len(changes)
    raise BusyError("devices change faster than they can be followed")


async def announce(database: Database, bus: Bus) -> None:
    """One round of the loop: tell which devices have changed, then mark them; in doubt they are told again."""
    devices = database["devices"]
    untold = await devices.find({"told": False}, _TOLD).sort("_id", 1).to_list(TOLD_AT_ONCE)
    for tenant, connection in sorted({(each["tenant"], each["connection"]) for each in untold}):
        those = [each for each in untold if (each["tenant"], each["connection"]) == (tenant, connection)]
        await bus.send_fact(_fact(those), "importer")
        for revision in sorted({each["revision"] for each in those}):
            ids = [each["_id"] for each in those if each["revision"] == revision]
            # One that has changed since keeps its mark: that change is to be told as well.
            await devices.update_many({"_id": {"$in": ids}, "revision": revision}, {"$set": {"told": True}})


_TOLD = {"tenant": 1, "connection": 1, "id": 1, "revision": 1, "changed": 1}


def _fact(devices: list[Document]) -> Fact:
    """Its id follows from what it tells: the same again, where it could not be marked."""
    what = ",".join(f"{each['_id']}={each['revision']}" for each in devices)
    return Fact(
        id=blake2b(what.encode(), digest_size=16).hexdigest(),
        type=CHANGED,
        tenant=devices[0]["tenant"],
        connection=devices[0]["connection"],
        at=max(each["changed"] for each in devices),
        subject="devices",
        data={"devices": [each["id"] for each in devices]},
    )
