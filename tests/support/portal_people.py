"""Agents of a tenant's Halo, and the users, roles and accounts of its portal, as their owners store them."""

from datetime import UTC, datetime
from typing import Any

from halobus.store import Document
from support.portal import Portal

HALO_AGENTS = {
    1: ("Unassigned", {}),
    2: ("Ada Byron", {"email": "Ada@MSP.example ", "job_title": "Engineer"}),
    5: ("Bo Li", {"email": ""}),
    6: ("Cy Ng", {"email": "no address"}),
    7: ("Di Roe", {"email": "di@msp.example"}),
    8: ("MSPortal API", {"email": "api@msp.example", "is_api_agent": True}),
    9: ("Left Long Ago", {"email": "left@msp.example"}),
}


async def tenant_with_agents(portal: Portal) -> str:
    """A tenant whose Halo has seven agents, and whose portal has roles, a Primary Admin and a technician."""
    tenant = await portal.connected()
    rows = [
        {"id": id, "name": name, "inactive": id == 9, "attributes": attributes}
        for id, (name, attributes) in HALO_AGENTS.items()
    ]
    await portal.mirror(tenant, "reference", "agents", {"name": "agents", "items": rows})
    roles: tuple[tuple[str, str, dict[str, bool]], ...] = (
        ("viewer", "company", {}),
        ("technician", "staff", {}),
        ("owner", "staff", {"primary_admin": True}),
    )
    for id, kind, more in roles:
        role = {"_id": f"{tenant}:{id}", "tenant": tenant, "id": id, "name": id.title(), "kind": kind, **more}
        await portal.database.roles.insert_one(role)
    await has_user(portal, tenant, "u-root", "root@msp.example", staff=True, primary_admin=True)
    await has_user(portal, tenant, "u-di", "di@msp.example", staff=True)
    return tenant


async def has_user(portal: Portal, tenant: str, id: str, email: str, **fields: Any) -> None:
    user = {"_id": f"{tenant}:{id}", "tenant": tenant, "id": id, "name": id, "email": email, "active": True, **fields}
    await portal.database.portal_users.insert_one(user)


async def has_account(portal: Portal, tenant: str, email: str, **fields: Any) -> None:
    """An account as the importer stores it."""
    now = datetime.now(UTC)
    usual = {"name": email, "made": True, "state": "active", "created": now, "changed": now}
    mine = {"_id": f"{tenant}:c1:{email}", "tenant": tenant, "connection": "c1", "email": email}
    await portal.database.accounts.insert_one({**mine, **usual, **fields})


async def choices(portal: Portal, tenant: str) -> dict[str, Document]:
    found = portal.database.account_choices.find({"tenant": tenant})
    return {document["subject"]: document async for document in found}
