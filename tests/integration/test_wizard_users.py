"""Accounts, whom they are linked to, and their roles at the API; the importer's documents are put in its place."""

from demo import hosting
from demo.plain import Plain
from support.answers import errors, rows
from support.portal import Portal
from support.portal_people import choices, has_account, has_user, tenant_with_agents
from support.trails import actions, told

USERS, ROLES = "/api/v1/users", "/api/v1/roles"


async def test_roles_are_the_portals_and_say_who_may_get_them(portal: Portal) -> None:
    async with portal.client(await tenant_with_agents(portal)) as client:
        shown = (await client.get(ROLES)).json()
    who = {role["id"]: (role["kind"], role["contacts"], role["agents"]) for role in shown["items"]}
    assert who == {
        "viewer": ("company", True, True), "technician": ("staff", False, True), "owner": ("staff", False, False)
    }  # fmt: skip
    assert shown["warnings"] == []
    async with portal.client(await portal.connected()) as client:
        shown = (await client.get(ROLES)).json()
    assert (shown["items"], "provides no roles" in shown["warnings"][0]) == ([], True)


async def test_an_offered_staff_account_is_accepted_by_linking_the_contact(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    await portal.mirror(tenant, "contacts", 50, {"id": 50, "name": "Di Roe", "client_id": 5, "email": "di@msp.example"})
    await has_account(portal, tenant, "di@msp.example", state="offered", made=False, contacts=[50], portal_user="u-di")
    async with portal.client(tenant) as client:
        [offered] = (await client.get(USERS, params={"state": "offered"})).json()["items"]
        assert (offered["id"], offered["state"], offered["made"]) == ("u-di", "offered", False)
        assert (await client.post("/api/v1/contacts/51/link", json={"portal_user": "u-di"})).status_code == 404
        linked = await client.post("/api/v1/contacts/50/link", json={"portal_user": "u-di"})
        assert (linked.status_code, linked.json()["state"]) == (200, "linked"), linked.text
        assert (await choices(portal, tenant))["contact/50"]["portal_user"] == "u-di"
        assert (await client.delete("/api/v1/contacts/50/link")).status_code == 204
    assert await choices(portal, tenant) == {}


async def test_a_contact_whose_account_came_by_itself_is_linked_to_another_user_once(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    await portal.mirror(tenant, "contacts", 50, {"id": 50, "name": "Eve", "client_id": 5, "email": "eve@acme.example"})
    await has_account(portal, tenant, "eve@acme.example", portal_user="h-1", contacts=[50])
    async with portal.client(tenant) as client:
        linked = await client.post("/api/v1/contacts/50/link", json={"portal_user": "u-di"})
        assert (linked.status_code, linked.json()["portal_user"]) == (200, "u-di")
        refused = await client.post("/api/v1/contacts/50/link", json={"portal_user": "u-root"})
        assert (refused.status_code, refused.json()["portal_user"]) == (409, "u-di"), "a person's decision stays"
    assert (await choices(portal, tenant))["contact/50"]["portal_user"] == "u-di"


async def test_an_account_is_shown_with_companies_role_and_the_portals_word(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    await portal.mirror(tenant, "companies", 5, {"id": 5, "name": "Acme", "inactive": False})
    link = {"tenant": tenant, "connection": "c1", "company": 5, "portal_company": "p-5"}
    await portal.database.company_links.insert_one({"_id": f"{tenant}:c1:5", **link})
    fields = {"portal_user": "h-1", "contacts": [50, 51], "companies": [5, 6], "role": "viewer", "role_from": "default"}
    await has_account(portal, tenant, "eve@acme.example", name="Eve", **fields)
    await has_account(portal, tenant, "ada@msp.example", portal_user="h-2", kind="agent", agent=2, state="suspended")
    async with portal.client(tenant) as client:
        eve = (await client.get(f"{USERS}/h-1")).json()
        assert (eve["email"], eve["name"], eve["role"], eve["role_from"]) == (
            "eve@acme.example", "Eve", "viewer", "default"
        )  # fmt: skip
        assert eve["companies"] == [
            {"id": 5, "name": "Acme", "portal_company": "p-5"},
            {"id": 6, "name": None, "portal_company": None},
        ]
        assert (eve["origin"], eve["contacts"], eve["portal"]["exists"]) == ("contact", [50, 51], False)
        await has_user(portal, tenant, "h-1", "eve@acme.example", role="viewer")
        assert (await client.get(f"{USERS}/h-1")).json()["portal"] == {
            "exists": True, "active": True, "role": "viewer", "staff": False
        }  # fmt: skip
        assert set(await rows(client, USERS)) == {"h-1", "h-2"}
        for params, there in (
            ({"origin": "agent"}, {"h-2"}),
            ({"state": "suspended"}, {"h-2"}),
            ({"company": 6}, {"h-1"}),
            ({"search": "EVE"}, {"h-1"}),
        ):
            assert set(await rows(client, USERS, **params)) == there
        assert (await client.get(f"{USERS}/h-3")).status_code == 404


async def test_a_role_that_a_person_gives_is_a_decision_of_its_own(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    await has_account(portal, tenant, "eve@acme.example", portal_user="h-1", role="viewer", role_from="default")
    await has_account(portal, tenant, "ada@msp.example", portal_user="h-2", kind="agent", role="viewer")
    await has_account(portal, tenant, "di@msp.example", portal_user="u-di", made=False)
    admin = {"_id": f"{tenant}:admin", "tenant": tenant, "id": "admin", "name": "Admin", "kind": "company"}
    await portal.database.roles.insert_one(admin)
    async with portal.client(tenant) as client:
        changed = (await client.patch(f"{USERS}/h-1", json={"role": "admin"})).json()
        assert (changed["role"], changed["role_from"]) == ("admin", "person")
        await client.patch(f"{USERS}/h-1", json={"role": "admin"})
        held = (await choices(portal, tenant))["account/eve@acme.example"]
        assert (held["role"], held["by"]) == ("admin", "ada@msp.test")
        staff = await client.patch(f"{USERS}/h-1", json={"role": "technician"})
        assert "staff" in errors(staff)["role"], "a client's contact never gets a role of the MSP's staff"
        assert (await client.patch(f"{USERS}/h-2", json={"role": "technician"})).json()["role"] == "technician"
        assert "Primary Admin" in errors(await client.patch(f"{USERS}/h-2", json={"role": "owner"}))["role"]
        assert (await client.patch(f"{USERS}/u-di", json={"role": "viewer"})).status_code == 409, "was there before"
    assert await actions(portal, tenant) == ["user.role.changed"] * 2
    first, _ = await told(portal, tenant)
    assert (first.type, first.subject) == ("roles.changed", "users/h-1")
    assert first.data == {"portal_user": "h-1", "role": "admin", "before": "viewer"}


async def test_a_company_has_a_role_of_its_own_for_its_contacts(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    await portal.mirror(tenant, "companies", 5, {"id": 5, "name": "Acme", "inactive": False})
    path = "/api/v1/companies/5/default-role"
    async with portal.client(tenant) as client:
        assert (await client.get(path)).json()["role"] is None
        assert (await client.put("/api/v1/companies/6/default-role", json={"role": "viewer"})).status_code == 404
        assert "staff" in errors(await client.put(path, json={"role": "technician"}))["role"]
        assert (await client.put(path, json={"role": "viewer"})).json()["role"] == "viewer"
        assert (await choices(portal, tenant))["company/5"]["role"] == "viewer"
        await portal.database.roles.delete_one({"_id": f"{tenant}:viewer"})
        assert "“viewer” is no role of the portal" in (await client.get(path)).json()["warning"]
        assert (await client.delete(path)).status_code == 204
        assert (await client.delete(path)).status_code == 404
        assert (await client.get(path)).json()["role"] is None
    assert await actions(portal, tenant) == ["company.role.changed", "company.role.removed"]


async def test_the_demos_portal_has_what_an_import_needs(portal: Portal) -> None:
    tenant = await portal.connected()
    for _ in range(2):
        await hosting.seed(portal.database, tenant, Plain(0.0))
    async with portal.client(tenant) as client:
        roles = (await client.get(ROLES)).json()
        assert [role["name"] for role in roles["items"] if role["contacts"]] == ["Admin", "Manager", "User", "Viewer"]
        assert [role["name"] for role in roles["items"] if role["agents"] and role["kind"] == "staff"] == ["Technician"]
        users = await rows(client, "/api/v1/portal-users")
        assert sorted(user["staff"] for user in users.values()) == [False, True, True]
        assert set(await rows(client, "/api/v1/portal-companies")) == set(hosting.COMPANIES)
