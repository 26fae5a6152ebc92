"""Step 4 of the wizard: companies are imported, their contacts become accounts, and assets become devices by type."""

from typing import Any

from demo.awaiting import until
from demo.check import Figure
from demo.errors import DemoError
from demo.parts import Parts
from demo.place import TENANT
from support import inventory
from support.people import people

PATIENCE = 60.0
OF_TYPE, DEVICE_TYPE = "Laptop", "laptop"
TYPES = "/assets/types"


async def companies(parts: Parts) -> Figure:
    """Import Companies, all that are active; auto-import does the rest by itself."""
    told = await parts.api.post("/companies/import", {"ids": "all", "alike": True})
    parts.view.say(f"{told['imported']} companies imported; {told['inactive']} that are inactive in Halo are left out.")
    done = await _ended(parts, told["import"])
    parts.view.say(
        f"{done['total']:,} contacts of theirs: {done['created']:,} accounts created, {done['linked']} linked to one, "
        f"{done['inactive']} inactive, {done['without_email'] + done['invalid_email']} without a usable address."
    )
    return await _accounts(parts)


async def _ended(parts: Parts, id: str) -> dict[str, Any]:
    """The import once it is done."""
    view: dict[str, Any] = {}

    async def over() -> bool:
        view.update(await parts.api.get(f"/users/imports/{id}"))
        return bool(view["state"] == "done")

    if not await until(over, seconds=PATIENCE, every=0.2):
        raise DemoError(f"the import of accounts is {view['state']} after {PATIENCE:.0f} s: {view['problem']}")
    return view


async def _accounts(parts: Parts) -> Figure:
    """An account for each address of Halo's active contacts of active companies, and no other."""
    active = await _active_companies(parts)
    contacts = (await people(parts.halo)).values()
    wanted = {row["email"] for row in contacts if row["email"] and not row["inactive"] and row["client_id"] in active}
    ours = parts.database.accounts.find({"tenant": TENANT, "kind": "contact", "state": "active"}, {"email": 1})
    found = {each["email"] async for each in ours}
    text = f"{len(wanted):,} addresses of active contacts, {len(found):,} accounts"
    return Figure("accounts by auto-import", found == wanted, text)


async def devices(parts: Parts) -> Figure:
    """Map a type of assets, import all of it, and let what comes later follow by itself."""
    rows = (await parts.api.get(TYPES))["items"]
    mine = next((row for row in rows if row["name"] == OF_TYPE), None)
    if mine is None:
        raise DemoError(f"the simulated Halo has no asset type {OF_TYPE}, which the demo would import")
    await parts.api.patch(f"{TYPES}/{mine['id']}", {"device_type": DEVICE_TYPE})
    await parts.api.post(f"{TYPES}/{mine['id']}/import")
    await parts.api.patch(f"{TYPES}/{mine['id']}", {"auto_sync": True})
    active = await _active_companies(parts)
    assets = (await inventory.wanted(parts.halo)).values()
    of_type = [one for one in assets if one["type_id"] == mine["id"]]
    wanted = sum(not one["inactive"] and one["client_id"] in active for one in of_type)
    shown = await _imported(parts, mine["id"], wanted)
    parts.view.say(f"{OF_TYPE}s: {shown['imported']} of {len(of_type)} assets are devices now, and Auto-Sync is on.")
    parts.view.say(f"{shown['held_back']} wait for their company, {shown['retired']} are retired.")
    text = f"{wanted} active {OF_TYPE}s in Halo, {shown['imported']} imported"
    return Figure("devices by type", (shown["imported"], shown["devices"]) == (wanted, len(of_type)), text)


async def _imported(parts: Parts, type_id: int, wanted: int) -> dict[str, Any]:
    """The type's row once as many are imported, or as it is after a while."""
    row: dict[str, Any] = {}

    async def so() -> bool:
        rows = (await parts.api.get(TYPES))["items"]
        row.update(next(each for each in rows if each["id"] == type_id))
        count = await parts.database.devices.count_documents({"tenant": TENANT, "device_type": DEVICE_TYPE})
        return bool(row["imported"] == wanted and count)

    await until(so, seconds=PATIENCE / 2, every=0.2)
    return row


async def _active_companies(parts: Parts) -> set[int]:
    return {row["id"] for row in await parts.halo.rows("client") if not row["inactive"]}
