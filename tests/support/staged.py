"""A tenant's assets, the clients and types they are of, and devices, as their owners store them."""

from typing import Any

from halobus.store import Document
from support.portal import Portal

ASSETS, TYPES, DEVICE_TYPES = "/api/v1/assets", "/api/v1/assets/types", "/api/v1/device-types"
IMPORT, DEVICES = f"{ASSETS}/import", "/api/v1/devices"
STAGES = ("pending", "imported", "held_back", "ignored", "retired")


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
