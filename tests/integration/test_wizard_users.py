"""Import Users, links, accounts and their roles at the API; the importer's documents are put in its place."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from demo import hosting
from demo.plain import Plain
from embedded.choose import Chosen
from halobus.messages import Fact
from halobus.store import Document
from halobus.topics import FACTS
from support.portal import Portal, opened, replica
from wizard_api import facts

AGENTS, USERS, ROLES = "/api/v1/agents", "/api/v1/users", "/api/v1/roles"
IMPORT, IMPORTS = f"{USERS}/import", f"{USERS}/imports"
HALO_AGENTS = {
    1: ("Unassigned", {}),
    2: ("Ada Byron", {"email": "Ada@MSP.example ", "job_title": "Engineer"}),
    5: ("Bo Li", {"email": ""}),
    6: ("Cy Ng", {"email": "no address"}),
    7: ("Di Roe", {"email": "di@msp.example"}),
    8: ("MSPortal API", {"email": "api@msp.example", "is_api_agent": True}),
    9: ("Left Long Ago", {"email": "left@msp.example"}),
}


@pytest.fixture(scope="module")
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    async with opened(stack) as made:
        yield made


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


async def rows(client: httpx.AsyncClient, path: str, **params: Any) -> dict[Any, dict[str, Any]]:
    """A whole list by id, over pages of two."""
    found: dict[Any, dict[str, Any]] = {}
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(path, params={"limit": 2, **params, **cursor})
        assert answer.status_code == 200, answer.text
        found |= {row["id"]: row for row in answer.json()["items"]}
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


async def choices(portal: Portal, tenant: str) -> dict[str, Document]:
    found = portal.database.account_choices.find({"tenant": tenant})
    return {document["subject"]: document async for document in found}


async def audited(portal: Portal, tenant: str) -> list[str]:
    found = portal.database.audit.find({"tenant": tenant}).sort("at", 1)
    return [entry["action"] async for entry in found]


async def told(portal: Portal, tenant: str) -> list[Fact]:
    """What was announced of the tenant."""
    await facts.announce(portal.wizard)
    records = [record for record in await portal.read_all(FACTS) if (record.key or b"").decode() == tenant]
    return [Fact.model_validate_json(record.value or b"") for record in records]


def errors(answer: httpx.Response, status: int = 422) -> dict[str, str]:
    assert answer.status_code == status, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


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


async def test_agents_are_halos_people_with_address_title_and_link(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    async with portal.client(tenant) as client:
        shown = await rows(client, AGENTS)
        assert {id: row["email"] for id, row in shown.items()} == {
            2: "ada@msp.example", 5: None, 6: None, 7: "di@msp.example"
        }  # fmt: skip
        assert (shown[2]["name"], shown[2]["job_title"], shown[2]["link"]) == ("Ada Byron", "Engineer", None)
        assert shown[2]["last_sync"]
        assert shown[7]["known"] == {"id": "u-di", "name": "u-di"}, "somebody to link instead of making a double"
        page = (await client.get(AGENTS)).json()
        assert (page["disabled"], page["api_only"], page["unlinked"]) == (1, 1, 4)
        assert "Client contacts are not imported here" in page["note"]
        assert set(await rows(client, AGENTS, search="BO L")) == {5}
        assert (await client.post(f"{AGENTS}/7/link", json={"portal_user": "u-di"})).status_code == 200
        assert set(await rows(client, AGENTS, unlinked="true")) == {2, 5, 6}
    async with portal.client(await portal.connected()) as client:
        assert (await client.get(AGENTS)).json()["items"] == [], "the list was not read yet"


async def test_import_users_wants_every_address_and_names_those_that_miss_one(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    async with portal.client(tenant) as client:
        refused = await client.post(IMPORT, json={"agents": "all_unlinked", "role": "technician"})
        assert set(errors(refused)) == {"emails.5", "emails.6"}
        assert refused.json()["missing_emails"] == [5, 6]
        typed = {"5": "bo@msp", "6": "ada@msp.example", "99": "x@msp.example"}
        body = {"agents": [2, 5, 6, 8], "role": "technician", "emails": typed}
        wrong = errors(await client.post(IMPORT, json=body))
        assert set(wrong) == {"agents", "emails.5", "emails.6", "emails.99"}
        assert "agent 2" in wrong["emails.6"], "one address can't be two people"
        for role, word in (("owner", "Primary Admin"), ("nobody", "no role of the portal")):
            assert word in errors(await client.post(IMPORT, json={"agents": [2], "role": role}))["role"]
    assert await choices(portal, tenant) == {}
    assert await audited(portal, tenant) == []


async def test_import_users_now_before_complete_setup_is_one_batch_with_one_role(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    async with portal.client(tenant) as client:
        body = {
            "agents": "all_unlinked",
            "role": "technician",
            "emails": {"5": " Bo@MSP.example ", "6": "cy@msp.example"},
        }
        made = await client.post(IMPORT, json=body)
        assert made.status_code == 202, made.text
        batch = made.json()["id"]
        assert (made.json()["agents"], made.headers["Location"]) == (4, f"{IMPORTS}/{batch}")
        held = await choices(portal, tenant)
        assert {subject: (choice["email"], choice["role"], choice["batch"]) for subject, choice in held.items()} == {
            "agent/2": ("ada@msp.example", "technician", batch),
            "agent/5": ("bo@msp.example", "technician", batch),
            "agent/6": ("cy@msp.example", "technician", batch),
            "agent/7": ("di@msp.example", "technician", batch),
        }
        assert (held["agent/2"]["name"], held["agent/2"]["by"]) == ("Ada Byron", "ada@msp.test")
        assert {row["link"]["state"] for row in (await rows(client, AGENTS)).values()} == {"importing"}
        queued = (await client.get(made.headers["Location"])).json()
        assert (queued["kind"], queued["state"], queued["total"]) == ("agents", "queued", 4)
        again = await client.post(IMPORT, json={"agents": "all_unlinked", "role": "technician"})
        assert again.status_code == 409, "all of them are on their way"
    assert await audited(portal, tenant) == ["users.imported"]
    [fact] = await told(portal, tenant)
    assert (fact.type, fact.subject) == ("users.import", f"users/imports/{batch}")
    assert fact.data == {"import": batch, "agents": [2, 5, 6, 7], "role": "technician"}, "ids, never addresses"


async def test_the_same_import_twice_is_one(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    body = {"agents": [2, 7], "role": "technician"}
    async with replica(portal) as second, portal.client(tenant) as one, second.client(tenant) as other:
        sent = [one.post(IMPORT, json=body, headers={"Idempotency-Key": "k1"}) for _ in range(3)]
        sent += [other.post(IMPORT, json=body, headers={"Idempotency-Key": "k1"}) for _ in range(3)]
        answers = await asyncio.gather(*sent)
        assert [answer.status_code for answer in answers] == [202] * 6
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert {answer.json()["agents"] for answer in answers} == {2}
        later = await one.post(IMPORT, json=body, headers={"Idempotency-Key": "k1"})
        assert later.json()["id"] == answers[0].json()["id"]
        another = await one.post(IMPORT, json={**body, "agents": [2]}, headers={"Idempotency-Key": "k1"})
        assert "Idempotency-Key" in errors(another)
    assert await audited(portal, tenant) == ["users.imported"]


async def test_of_two_admins_who_import_the_same_agents_each_agent_goes_to_one(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    async with portal.client(tenant) as client:
        answers = await asyncio.gather(
            *(client.post(IMPORT, json={"agents": [2, 7], "role": "technician"}) for _ in range(4))
        )
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
    [batch] = {choice["batch"] for choice in (await choices(portal, tenant)).values()}
    assert batch in [answer.json().get("id") for answer in answers]


async def test_an_import_is_followed_to_its_end_and_its_sum(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    async with portal.client(tenant) as client:
        batch = (await client.post(IMPORT, json={"agents": [2, 7], "role": "technician"})).json()["id"]
        waiting = asyncio.create_task(client.get(f"{IMPORTS}/{batch}", headers={"Prefer": "wait=20"}))
        now = datetime.now(UTC)
        done = {"tenant": tenant, "connection": "c1", "event": batch, "kind": "agents", "started": now}
        done |= {"state": "done", "total": 2, "done": 2, "created": 1, "linked": 1, "finished": now}
        await portal.database.imports.insert_one({"_id": f"{tenant}:c1:{batch}", **done})
        shown = (await waiting).json()
        assert (shown["state"], shown["total"], shown["created"], shown["linked"]) == ("done", 2, 1, 1)
        assert "facts" not in shown
        await has_account(portal, tenant, "ada@msp.example", portal_user="h-2", kind="agent", agent=2)
        link = (await rows(client, AGENTS))[2]["link"]
        assert (link["state"], link["portal_user"], link["made"]) == ("linked", "h-2", True)
        assert (await client.delete(f"{AGENTS}/2/link")).status_code == 204
        assert (await rows(client, AGENTS))[2]["link"] is None, "unlinked, though the account stays"
        assert set(await rows(client, IMPORTS)) == {batch}
        assert (await client.get(f"{IMPORTS}/nothing")).status_code == 404


async def test_link_user_instead_of_a_second_account_and_unlink_again(portal: Portal) -> None:
    tenant = await tenant_with_agents(portal)
    async with portal.client(tenant) as client:
        unknown = await client.post(f"{AGENTS}/7/link", json={"portal_user": "u-nobody"})
        assert "GET /portal-users" in errors(unknown)["portal_user"]
        assert (await client.post(f"{AGENTS}/8/link", json={"portal_user": "u-di"})).status_code == 404
        linked = (await client.post(f"{AGENTS}/7/link", json={"portal_user": "u-di"})).json()
        assert (linked["state"], linked["portal_user"], linked["by"]) == ("linked", "u-di", "ada@msp.test")
        assert (await client.post(f"{AGENTS}/7/link", json={"portal_user": "u-di"})).status_code == 200, "again"
        otherwise = await client.post(f"{AGENTS}/7/link", json={"portal_user": "u-root"})
        assert (otherwise.status_code, otherwise.json()["portal_user"]) == (409, "u-di")
        taken = await client.post(f"{AGENTS}/2/link", json={"portal_user": "u-di"})
        assert (taken.status_code, "Di Roe" in taken.json()["title"]) == (409, True)
        assert (await client.delete(f"{AGENTS}/7/link")).status_code == 204
        assert (await client.delete(f"{AGENTS}/7/link")).status_code == 404
        shown = await rows(client, "/api/v1/portal-users", search="MSP.example")
        assert {id: user["staff"] for id, user in shown.items()} == {"u-di": True, "u-root": True}
    assert await audited(portal, tenant) == ["account.linked", "account.unlinked"]
    first, second = await told(portal, tenant)
    assert (first.type, first.subject) == ("links.changed", "agents/7")
    assert first.data == {"agent": 7, "portal_user": "u-di", "before": None}
    assert second.data == {"agent": 7, "portal_user": None, "before": "u-di"}


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
    assert await audited(portal, tenant) == ["user.role.changed"] * 2
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
    assert await audited(portal, tenant) == ["company.role.changed", "company.role.removed"]


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
