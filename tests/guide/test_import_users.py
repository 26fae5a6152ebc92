"""The guide's step 4, *Import Users*: technicians and agents become accounts of the portal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from support.guided import Guided
from support.host_portal import HostPortal
from support.system import Portal

UNASSIGNED = 1


@asynccontextmanager
async def newcomer(guide: Guided) -> AsyncIterator[tuple[Portal, HostPortal]]:
    """An admin whose Halo is connected and whose lists are read; nothing else was done yet."""
    async with guide.newcomer() as portal:
        await guide.lists_are_read(portal)
        yield portal, await HostPortal(guide.system.database, portal).open()


async def offered(portal: Portal, **query: str) -> dict[int, dict[str, Any]]:
    """The agents in the list of *Import Users*."""
    page = await portal.call("GET", "/agents", params={"limit": "100", **query})
    assert page["next"] is None
    return {row["id"]: row for row in page["items"]}


async def of_halo(guide: Guided) -> dict[int, dict[str, Any]]:
    """Halo's own word on who works there and can log in."""
    rows = await guide.halo.control.rows("agent")
    return {row["id"]: row for row in rows if row["id"] != UNASSIGNED}


async def all_of_them(portal: Portal) -> dict[str, Any]:
    """The import of everybody. Some agents share an address in Halo: all but the first get another typed in."""
    first: dict[str, int] = {}
    shared = [id for id, row in (await offered(portal)).items() if first.setdefault(row["email"], id) != id]
    emails = {str(id): f"agent-{id}@msp.example" for id in shared}
    return {"agents": "all_unlinked", "role": "technician", "emails": emails}


@pytest.mark.guide("import-users.staff")
async def test_import_technicians_and_agents_your_msp_staff_to_create_user_accounts(guide: Guided) -> None:
    async with newcomer(guide) as (portal, host):
        everybody = await of_halo(guide)
        people = {id: row for id, row in everybody.items() if not row["isdisabled"] and not row["isapiagent"]}
        shown = await offered(portal)
        assert {id: (row["name"], row["email"], row["job_title"]) for id, row in shown.items()} == {
            id: (row["name"], row["email"], row["jobtitle"]) for id, row in people.items()
        }
        page = await portal.call("GET", "/agents")
        assert page["disabled"] == sum(row["isdisabled"] for row in everybody.values())
        assert page["disabled"] + page["api_only"] + len(people) == len(everybody)
        body = await all_of_them(portal)
        done = await host.imported((await portal.call("POST", "/users/import", body))["id"])
        assert (done["created"], done["total"]) == (len(people), len(people))
        accounts = await host.accounts(origin="agent")
        assert {account["agent"] for account in accounts.values()} == set(people)
        assert await offered(portal, unlinked="true") == {}


@pytest.mark.guide("import-users.now")
async def test_enable_import_users_now_it_does_not_wait_for_complete_setup(guide: Guided) -> None:
    async with newcomer(guide) as (portal, host):
        assert (await portal.call("GET", "/integrations/halo"))["completed"] is None
        one = min(await offered(portal))
        told = await portal.call("POST", "/users/import", {"agents": [one], "role": "technician"})
        assert (await host.imported(told["id"]))["created"] == 1
        assert (await offered(portal))[one]["link"]["state"] == "linked"


@pytest.mark.guide("import-users.select", "import-users.role")
async def test_select_users_from_the_list_and_choose_a_default_role_for_them(guide: Guided) -> None:
    async with newcomer(guide) as (portal, host):
        few = sorted(await offered(portal))[:2]
        told = await portal.call("POST", "/users/import", {"agents": few, "role": "technician"})
        await host.imported(told["id"])
        await host.follow()
        accounts = await host.accounts()
        assert sorted(account["agent"] for account in accounts.values()) == few
        assert {account["portal"]["role"] for account in accounts.values()} == {"technician"}
        refused = await portal.http.post("/api/v1/users/import", json={"agents": few, "role": "nothing"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "role")


async def test_who_has_no_address_in_halo_is_typed_in_and_an_account_that_is_there_is_linked(guide: Guided) -> None:
    halo = guide.halo.control
    async with newcomer(guide) as (portal, host):
        first, second, third = sorted(await offered(portal))[:3]
        rows = await of_halo(guide)
        await halo.edit("agent", first, email="")
        try:
            await guide.lists_are_read(portal)
            body: dict[str, Any] = {"agents": [first, second], "role": "technician"}
            refused = await portal.http.post("/api/v1/users/import", json=body)
            assert refused.json()["missing_emails"] == [first]
            await host.has("u-9", rows[second]["email"], role="admin")
            typed = {**body, "emails": {str(first): "typed@msp.example"}}
            done = await host.imported((await portal.call("POST", "/users/import", typed))["id"])
            assert (done["created"], done["linked"]) == (1, 1), "no second account for who has one"
            accounts = await host.accounts()
            assert (accounts["typed@msp.example"]["agent"], accounts["typed@msp.example"]["made"]) == (first, True)
            assert (accounts[rows[second]["email"]]["id"], accounts[rows[second]["email"]]["made"]) == ("u-9", False)
            await portal.call("POST", f"/agents/{third}/link", {"portal_user": "u-2"})
            assert (await offered(portal))[third]["link"]["portal_user"] == "u-2"
        finally:
            await halo.edit("agent", first, email=rows[first]["email"])


@pytest.mark.guide("import-users.no-contacts")
async def test_client_contacts_are_not_imported_here_and_it_is_said_where_they_are(guide: Guided) -> None:
    async with newcomer(guide) as (portal, host):
        page = await portal.call("GET", "/agents")
        assert "Client contacts are not imported here" in page["note"]
        assert "/companies/import" in page["note"]
        body = await all_of_them(portal)
        await host.imported((await portal.call("POST", "/users/import", body))["id"])
        assert {account["origin"] for account in (await host.accounts()).values()} == {"agent"}


@pytest.mark.guide("import.later")
async def test_you_can_skip_it_and_import_later(guide: Guided) -> None:
    async with newcomer(guide) as (portal, host):
        await portal.settings("sync", teams="all", tickets=False)
        await portal.call("POST", "/integrations/halo/complete")
        assert await host.accounts() == {}
        told = await portal.call("POST", "/users/import", await all_of_them(portal))
        assert (await host.imported(told["id"]))["state"] == "done"
