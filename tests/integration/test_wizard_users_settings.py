"""Auto-import in the sync settings: who may change it, what a dry run foretells, how it stands; the import's id."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from support.portal import HALO, Portal
from wizard_api.permissions import Permission

SYNC, STATE = f"{HALO}/settings/sync", "/api/v1/users/auto-import"
IMPORTING: dict[str, Any] = {"teams": "all", "auto_import": True, "default_role": "viewer"}
READ, MANAGE, SUPPORT = Permission.INTEGRATIONS_READ, Permission.INTEGRATIONS_MANAGE, Permission.SUPPORT_READ


async def tenant_with_roles(portal: Portal, **settings: Any) -> str:
    tenant = await portal.connected(**settings)
    for id, kind in (("viewer", "company"), ("billing", "company"), ("technician", "staff")):
        role = {"_id": f"{tenant}:{id}", "tenant": tenant, "id": id, "name": id.title(), "kind": kind}
        await portal.database.roles.insert_one(role)
    return tenant


async def put(client: httpx.AsyncClient, value: dict[str, Any], **params: Any) -> httpx.Response:
    held = await client.get(SYNC)
    return await client.put(SYNC, json=value, headers={"If-Match": held.headers["ETag"]}, params=params)


async def link(portal: Portal, tenant: str, *companies: int) -> None:
    for company in companies:
        link = {"tenant": tenant, "connection": "c1", "company": company, "portal_company": f"p-{company}"}
        await portal.database.company_links.insert_one({"_id": f"{tenant}:c1:{company}", **link})


async def contact(portal: Portal, tenant: str, id: int, client_id: int, email: str | None, **fields: Any) -> None:
    problem = None if email else "blank"
    content = {"id": id, "name": f"C{id}", "client_id": client_id, "email": email, "email_problem": problem, **fields}
    await portal.mirror(tenant, "contacts", id, content)


@pytest.mark.parametrize(
    "change",
    [
        {"auto_import": True, "default_role": "viewer"},
        {"default_role": "viewer"},
        {"contact_type_roles": {"important": "viewer"}},
    ],
)
async def test_who_becomes_a_user_is_not_for_everybody_who_manages_the_integration(
    portal: Portal, change: dict[str, Any]
) -> None:
    tenant = await tenant_with_roles(portal)
    async with portal.client(tenant, [READ, MANAGE]) as client:
        refused = await put(client, {"teams": "all", **change})
        assert (refused.status_code, "users:manage" in refused.json()["detail"]) == (403, True)
        assert all(name in refused.json()["detail"] for name in change)
        assert (await put(client, {"teams": "all", "excluded_statuses": []})).status_code == 200
        assert (await put(client, {"teams": "all", **change}, dry_run="true")).status_code == 200, "only told"
    async with portal.client(tenant, [MANAGE, Permission.USERS_MANAGE]) as client:
        assert (await put(client, {"teams": "all", **change})).status_code == 200
    async with portal.client(tenant, [READ, MANAGE]) as client:
        held = (await client.get(SYNC)).json()["value"]
        assert (await put(client, {**held, "interval_minutes": 30})).status_code == 200, "unchanged roles are no matter"


async def test_a_role_that_was_deleted_is_flagged_where_it_is_set(portal: Portal) -> None:
    types = {"important": "billing"}
    tenant = await tenant_with_roles(portal, auto_import=True, default_role="viewer", contact_type_roles=types)
    async with portal.client(tenant) as client:
        assert (await client.get(SYNC)).json()["warnings"] == []
        await portal.database.roles.delete_many({"_id": {"$in": [f"{tenant}:viewer", f"{tenant}:billing"]}})
        first, second = (await client.get(SYNC)).json()["warnings"]
        assert ("default_role" in first, "contact_type_roles.important" in second) == (True, True)
        assert "is no role of the portal" in first


async def test_a_dry_run_foretells_accounts_and_who_can_not_become_one(portal: Portal) -> None:
    tenant = await tenant_with_roles(portal)
    await link(portal, tenant, 5)
    await contact(portal, tenant, 1, 5, "a@x.example")
    await contact(portal, tenant, 2, 5, "a@x.example")
    await contact(portal, tenant, 3, 5, None)
    await contact(portal, tenant, 4, 5, None, email_problem="invalid")
    await contact(portal, tenant, 5, 5, "left@x.example", inactive=True)
    await contact(portal, tenant, 6, 5, "known@x.example")
    await contact(portal, tenant, 7, 5, "tess@msp.example")
    await contact(portal, tenant, 8, 5, "chosen@x.example")
    await contact(portal, tenant, 9, 6, "elsewhere@x.example")
    users = (("u1", "known@x.example", False), ("u2", "tess@msp.example", True))
    for id, email, staff in users:
        user = {"_id": f"{tenant}:{id}", "tenant": tenant, "id": id, "name": id, "email": email, "staff": staff}
        await portal.database.portal_users.insert_one(user)
    choice = {"tenant": tenant, "connection": "c1", "subject": "contact/8", "portal_user": "u1", "by": "ada"}
    at = {"at": datetime.now(UTC)}
    await portal.database.account_choices.insert_one({"_id": f"{tenant}:c1:contact/8", **choice, **at})
    async with portal.client(tenant) as client:
        told = (await put(client, IMPORTING, dry_run="true")).json()["accounts"]
        assert told == {
            "contacts": 8, "created": 1, "linked": 2, "already": 1, "offered": 1, "without_email": 1,
            "invalid_email": 1, "inactive": 1,
        }  # fmt: skip
        assert (await put(client, {"teams": "all"}, dry_run="true")).json()["accounts"] is None
    assert await portal.database.accounts.count_documents({"tenant": tenant}) == 0


async def test_auto_import_says_whether_it_runs_and_if_not_why(portal: Portal) -> None:
    tenant = await tenant_with_roles(portal)

    async def stands(**sync: Any) -> tuple[str, str]:
        await portal.choose(tenant, "sync", {"teams": "all", **sync})
        shown = (await client.get(STATE)).json()
        return shown["state"], (shown["problem"] or {}).get("title", "")

    async with portal.client(tenant, [SUPPORT]) as client:
        assert await stands() == ("off", "")
        assert await stands(**IMPORTING) == ("waiting", "The setup is not complete")
        await portal.database.connections.update_one(
            {"_id": tenant}, {"$set": {"tenant": tenant, "completed": datetime.now(UTC)}}, upsert=True
        )
        assert await stands(**IMPORTING) == ("running", "")
        assert await stands(**{**IMPORTING, "users": False}) == (
            "waiting",
            "Auto-Import waits for Sync Users, which is off",
        )
        assert await stands(**{**IMPORTING, "default_role": "gone"}) == (
            "stopped",
            "Auto-Import has stopped: it has no role to give",
        )
        now = datetime.now(UTC)
        held = {"tenant": tenant, "connection": "c1", "event": "auto", "kind": "contacts", "started": now}
        problem = {"kind": "setup", "title": "Something else"}
        await portal.database.imports.insert_one(
            {"_id": f"{tenant}:c1:auto", **held, "state": "waiting", "problem": problem, "facts": []}
        )
        assert await stands(**IMPORTING) == ("waiting", "Something else")
        await portal.database.tenants.update_one({"_id": tenant}, {"$set": {"state": "disconnected"}})
        assert await stands(**IMPORTING) == ("waiting", "Halo is disconnected")


async def test_an_import_of_companies_has_an_id_that_links_facts_and_progress_share(portal: Portal) -> None:
    tenant = await tenant_with_roles(portal)
    for id in (5, 6):
        await portal.mirror(tenant, "companies", id, {"id": id, "name": f"Company {id}", "inactive": False})
    async with portal.client(tenant) as client:
        told = (await client.post("/api/v1/companies/import", json={"ids": "all"})).json()
        links = await portal.database.company_links.find({"tenant": tenant}).to_list(None)
        assert {link["import"] for link in links} == {told["import"]}
        facts = await portal.database.audit.find({"tenant": tenant, "fact": {"$type": "string"}}).to_list(None)
        assert len(facts) == 3
        assert {fact["data"]["import"] for fact in facts} == {told["import"]}
        queued = (await client.get(f"/api/v1/users/imports/{told['import']}")).json()
        assert (queued["kind"], queued["state"]) == ("contacts", "queued")
        again = (await client.post("/api/v1/companies/import", json={"ids": "all"})).json()
        assert (again["import"], again["already_linked"]) == (None, 2)
