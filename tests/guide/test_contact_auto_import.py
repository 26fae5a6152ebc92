"""The guide's step 2, *Configure Contact Auto-Import*, and the troubleshooting row *Contacts not importing*."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from halobus import topics
from support.consumers import bench
from support.guided import Guided, dry_run, refused
from support.host_portal import HostPortal
from support.system import Portal
from support.waiting import until

IMPORTING: dict[str, Any] = {"teams": "all", "tickets": False, "auto_import": True, "default_role": "viewer"}


@asynccontextmanager
async def newcomer(guide: Guided, **sync: Any) -> AsyncIterator[tuple[Portal, HostPortal]]:
    """An admin whose companies and contacts are synced and whose portal has roles; ``sync``: their settings."""
    async with guide.newcomer() as portal:
        host = await HostPortal(guide.system.database, portal).open()
        await portal.settings("sync", **{"teams": "all", "tickets": False, **sync})
        await portal.applied(await portal.sync("quick", streams=["companies", "contacts"]))
        yield portal, host


async def people_of(guide: Guided) -> tuple[int, dict[int, str | None]]:
    """A client with inactive people, and its active ones with their addresses (None: no usable one)."""
    portal = guide.portal
    found: dict[int, list[dict[str, Any]]] = {}
    cursor: dict[str, str] = {}
    while True:
        page = await portal.call("GET", "/contacts", params={"limit": "100", **cursor})
        for row in page["items"]:
            found.setdefault(row["client_id"], []).append(row)
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    company = next(
        client
        for client, rows in sorted(found.items())
        if any(row["inactive"] for row in rows) and sum(not row["inactive"] and bool(row["email"]) for row in rows) > 1
    )
    return company, {row["id"]: row["email"] for row in found[company] if not row["inactive"]}


async def all_is_heard(guide: Guided, portal: Portal) -> None:
    """Wait until the importer has looked at all that was decided so far."""
    untold = {"tenant": portal.tenant, "announced": False, "fact": {"$type": "string"}}

    async def told() -> bool:
        return await guide.system.database.audit.find_one(untold) is None

    await until(told, 30)
    async with bench(guide.system.where) as here:
        await here.until_caught_up(topics.FACTS, "importer.wake")


@pytest.mark.guide("contacts.when-added")
async def test_contacts_are_imported_automatically_when_companies_are_added(guide: Guided) -> None:
    company, active = await people_of(guide)
    emails = {email for email in active.values() if email}
    async with newcomer(guide, **IMPORTING) as (portal, host):
        assert await host.accounts() == {}, "no company was added yet"
        told = await portal.call("POST", "/companies/import", {"ids": [company]})
        done = await host.imported(told["import"])
        accounts = await host.accounts()
        assert set(accounts) == emails
        assert done["created"] == len(emails)
        assert done["total"] == sum(
            done[name]
            for name in (
                "created", "linked", "already", "offered", "without_email", "invalid_email", "inactive", "refused"
            )
        )  # fmt: skip


@pytest.mark.guide("contacts.auto-import", "trouble.auto-import")
async def test_enable_auto_import_to_create_user_accounts_for_active_contacts(guide: Guided) -> None:
    company, active = await people_of(guide)
    async with newcomer(guide, **{**IMPORTING, "auto_import": False}) as (portal, host):
        told = await portal.call("POST", "/companies/import", {"ids": [company]})
        waiting = await host.imported(told["import"], "waiting")
        assert "Auto-Import is off" in waiting["problem"]["title"]
        assert (await portal.call("GET", "/users/auto-import"))["state"] == "off"
        assert await host.accounts() == {}
        effect = (await dry_run(portal, "sync", **IMPORTING))["accounts"]
        await portal.settings("sync", **IMPORTING)
        done = await host.imported(told["import"])
        accounts = await host.accounts()
        assert {id for account in accounts.values() for id in account["contacts"]} == {
            id for id, email in active.items() if email
        }, "nobody who is inactive or has no address"
        foretold = {name: effect[name] for name in effect if name not in ("contacts",)}
        assert foretold == {name: done[name] for name in foretold}, "the dry run said just that"
        assert effect["contacts"] == done["total"]


@pytest.mark.guide("contacts.default-role")
async def test_select_a_default_role_for_imported_contacts_such_as_viewer(guide: Guided) -> None:
    async with newcomer(guide) as (portal, _):
        offered = await portal.call("GET", "/roles")
        assert {role["id"] for role in offered["items"] if role["contacts"]} == {"admin", "user", "viewer"}
        wrong = await refused(portal, "sync", **{**IMPORTING, "default_role": None})
        assert "choose the role" in wrong["default_role"]
        wrong = await refused(portal, "sync", **{**IMPORTING, "default_role": "technician"})
        assert "staff" in wrong["default_role"]
        saved = await portal.settings("sync", **IMPORTING)
        assert (saved["value"]["default_role"], saved["warnings"][:-1]) == ("viewer", [])


@pytest.mark.guide("contacts.all-get-it", "contacts.change-later")
async def test_all_contacts_get_the_selected_role_and_you_can_change_individual_roles_later(guide: Guided) -> None:
    company, _ = await people_of(guide)
    async with newcomer(guide, **IMPORTING) as (portal, host):
        told = await portal.call("POST", "/companies/import", {"ids": [company]})
        await host.imported(told["import"])
        await host.follow()
        accounts = await host.accounts()
        assert {account["role"] for account in accounts.values()} == {"viewer"}
        assert {account["portal"]["role"] for account in accounts.values()} == {"viewer"}
        first = min(accounts)
        await portal.call("PATCH", f"/users/{accounts[first]['id']}", {"role": "admin"})
        await portal.settings("sync", **{**IMPORTING, "default_role": "user"})
        await portal.applied(await portal.sync("resync", streams=["companies", "contacts"]))
        after = await host.accounts()
        assert (after[first]["role"], after[first]["role_from"]) == ("admin", "person")
        assert {account["role"] for email, account in after.items() if email != first} == {"viewer"}, (
            "a new default is for whoever comes from now on"
        )


@pytest.mark.guide("import-users.contacts-by-company")
async def test_client_contacts_can_be_managed_via_company_settings_after_companies_are_imported(guide: Guided) -> None:
    company, active = await people_of(guide)
    async with newcomer(guide, **IMPORTING) as (portal, host):
        assert await host.accounts() == {}, "nobody before their company"
        chosen = await portal.call("PUT", f"/companies/{company}/default-role", {"role": "user"})
        assert (chosen["role"], chosen["warning"]) == ("user", None)
        told = await portal.call("POST", "/companies/import", {"ids": [company]})
        await host.imported(told["import"])
        accounts = await host.accounts()
        assert set(accounts) == {email for email in active.values() if email}
        assert {account["role"] for account in accounts.values()} == {"user"}, (
            "of this company, before the default role"
        )


async def test_before_complete_setup_nobody_comes_in_but_by_import_now_and_then_all_do(guide: Guided) -> None:
    company, active = await people_of(guide)
    async with newcomer(guide, **IMPORTING) as (portal, host):
        mine = {"_id": f"{portal.tenant}:ours", "tenant": portal.tenant, "id": "ours", "name": "Of the portal"}
        await guide.system.database.portal_companies.insert_one(mine)
        page = await portal.call("GET", "/contacts", params={"limit": "100", "inactive": "false"})
        other = next(row["client_id"] for row in page["items"] if row["email"] and row["client_id"] != company)
        await portal.call("PUT", f"/companies/{other}/link", {"portal_company": "ours"})
        told = await portal.call("POST", "/companies/import", {"ids": [company]})
        await host.imported(told["import"])
        assert set(await host.accounts()) == {email for email in active.values() if email}
        shown = await portal.call("GET", "/users/auto-import")
        assert (shown["state"], "Complete Setup" in shown["problem"]["remedy"]) == ("waiting", True)
        await all_is_heard(guide, portal)
        await portal.call("POST", "/integrations/halo/complete")

        async def linked_too() -> bool:
            return bool(await host.accounts(company=str(other)))

        assert await until(linked_too, 20), "at once, not with the next sync"
        assert (await portal.call("GET", "/users/auto-import"))["state"] == "running"


@asynccontextmanager
async def late_comer(guide: Guided, company: int, email: str) -> AsyncIterator[int]:
    """An inactive contact of a company, with an address of its own for a while."""
    page = await guide.portal.call("GET", "/contacts", params={"client_id": str(company), "inactive": "true"})
    id = page["items"][0]["id"]
    was = await guide.halo.control.contact(id)
    await guide.halo.control.contact_ops({"op": "change", "id": id, "emailaddress": email})
    try:
        yield id
    finally:
        back = {"op": "change", "id": id, "emailaddress": was["emailaddress"]}
        await guide.halo.control.contact_ops(back, {"op": "deactivate", "id": id})


async def test_a_contact_comes_in_once_it_is_active_is_suspended_when_it_is_not_and_restored(guide: Guided) -> None:
    company, _ = await people_of(guide)
    email = "late.comer@client.example"
    async with newcomer(guide, **IMPORTING) as (portal, host), late_comer(guide, company, email) as contact:
        told = await portal.call("POST", "/companies/import", {"ids": [company]})
        await host.imported(told["import"])
        assert email not in await host.accounts()
        seen = []
        # No sync is the same as the one before, which would stand for it.
        for op, state, kind, streams in (
            ("activate", "active", "resync", ["contacts"]),
            ("deactivate", "suspended", "resync", ["contacts", "companies"]),
            ("activate", "active", "quick", ["contacts"]),
        ):
            await guide.halo.control.contact_ops({"op": op, "id": contact})
            await portal.applied(await portal.sync(kind, streams=streams))

            async def stands(wanted: str = state) -> dict[str, Any] | None:
                found = (await host.accounts()).get(email)
                return found if found is not None and found["state"] == wanted else None

            seen.append(await until(stands, 30))
        assert [each and each["made"] for each in seen] == [True] * 3
        assert len({each and each["id"] for each in seen}) == 1, "one person, one account"
        others = [each for each in (await host.accounts()).values() if each["email"] != email]
        assert {each["state"] for each in others} == {"active"}


async def test_auto_import_needs_sync_users_and_shows_as_waiting_while_that_is_off(guide: Guided) -> None:
    async with newcomer(guide) as (portal, _):
        saved = await portal.settings("sync", **{**IMPORTING, "users": False})
        assert any("Sync Users is off" in line for line in saved["warnings"])
        shown = await portal.call("GET", "/users/auto-import")
        assert (shown["state"], "Sync Users" in shown["problem"]["title"]) == ("waiting", True)


@pytest.mark.guide("trouble.default-role")
async def test_contacts_not_importing_verify_auto_import_is_enabled_and_a_default_role_is_selected(
    guide: Guided,
) -> None:
    company, active = await people_of(guide)
    emails = {email for email in active.values() if email}
    async with newcomer(guide, **IMPORTING) as (portal, host):
        await portal.call("POST", "/integrations/halo/complete")
        # The role is deleted in the portal after it was chosen.
        await guide.system.database.roles.delete_one({"_id": f"{portal.tenant}:viewer"})
        told = await portal.call("POST", "/companies/import", {"ids": [company]})
        stopped = await host.imported(told["import"], "stopped")
        assert "no role to give" in stopped["problem"]["title"]
        shown = await portal.call("GET", "/users/auto-import")
        assert (shown["state"], "Default Role" in shown["problem"]["remedy"]) == ("stopped", True)
        settings = await portal.call("GET", "/integrations/halo/settings/sync")
        assert any("“viewer” is no role of the portal" in line for line in settings["warnings"]), "where it is set"
        assert await host.accounts() == {}
        # As the guide says: a default role is selected.
        await portal.settings("sync", **{**IMPORTING, "default_role": "user"})
        await host.imported(told["import"])
        accounts = await host.accounts()
        assert (set(accounts), {account["role"] for account in accounts.values()}) == (emails, {"user"})

        async def running() -> bool:
            return bool((await portal.call("GET", "/users/auto-import"))["state"] == "running")

        await until(running, 30)


async def test_permission_errors_of_users_name_the_permission_that_is_missing(guide: Guided) -> None:
    async with newcomer(guide) as (portal, _):
        tenant, settings = portal.tenant, "/api/v1/integrations/halo/settings/sync"
        allowed = ("integrations:read", "integrations:manage")
        async with guide.system.portal(tenant, allowed) as other:
            held = await other.http.get(settings)
            headers = {"if-match": held.headers["etag"]}
            answer = await other.http.put(settings, json=IMPORTING, headers=headers)
            assert (answer.status_code, "users:manage" in answer.json()["detail"]) == (403, True)
            assert "auto_import, default_role" in answer.json()["detail"]
            scope = {**held.json()["value"], "excluded_statuses": []}
            assert (await other.http.put(settings, json=scope, headers=headers)).status_code == 200, "the rest they may"
            imported = await other.http.post("/api/v1/users/import", json={"agents": [2], "role": "technician"})
            assert (imported.status_code, "users:manage" in imported.json()["detail"]) == (403, True)
        await portal.settings("sync", **IMPORTING)
