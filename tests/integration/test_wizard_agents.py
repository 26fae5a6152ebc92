"""Import Users at the API: which agents there are, one batch with one role, each address once, and how far it is."""

import asyncio
from datetime import UTC, datetime

from support.answers import errors, rows
from support.portal import Portal, replica
from support.portal_people import choices, has_account, tenant_with_agents
from support.trails import actions, told

AGENTS = "/api/v1/agents"
IMPORT, IMPORTS = "/api/v1/users/import", "/api/v1/users/imports"


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
    assert await actions(portal, tenant) == []


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
    assert await actions(portal, tenant) == ["users.imported"]
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
    assert await actions(portal, tenant) == ["users.imported"]


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
    assert await actions(portal, tenant) == ["account.linked", "account.unlinked"]
    first, second = await told(portal, tenant)
    assert (first.type, first.subject) == ("links.changed", "agents/7")
    assert first.data == {"agent": 7, "portal_user": "u-di", "before": None}
    assert second.data == {"agent": 7, "portal_user": None, "before": "u-di"}
