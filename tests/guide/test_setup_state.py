"""The guide's words on the wizard's own state: going on, coming back, skipping step 4, and Complete Setup."""

from typing import Any

import pytest

from support.guided import SETTINGS, Guided
from support.host_portal import HostPortal
from support.system import Portal
from support.waiting import until

CARD = "/integrations/halo"


async def step(portal: Portal, name: str) -> None:
    """Click Next, or Back: the page keeps where the admin is."""
    assert (await portal.call("PATCH", CARD, {"step": name}))["step"] == name


async def missing(portal: Portal) -> list[str]:
    """What Complete Setup asks for."""
    answer = await portal.http.post(f"/api/v1{CARD}/complete")
    assert answer.status_code == 409, answer.text
    return list(answer.json()["missing"])


async def settings(portal: Portal) -> dict[str, Any]:
    """All settings with their revisions, as the wizard shows them."""
    kinds = ("sync", "tickets")
    return {kind: await portal.call("GET", f"{SETTINGS.removeprefix('/api/v1')}/{kind}") for kind in kinds}


async def nothing_by_itself(portal: Portal) -> None:
    """Switch off what is read without a switch in step 2."""
    for kind in ("projects", "assets"):
        await portal.settings(kind, enabled=False)


async def syncs(guide: Guided, tenant: str) -> int:
    return int(await guide.system.database.commands.count_documents({"tenant": tenant, "command.kind": "sync"}))


@pytest.mark.guide("connect.next")
async def test_once_connected_click_next_to_continue_to_sync_configuration(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        card = await portal.call("GET", CARD)
        assert (card["status"], card["step"]) == ("Disconnected", "connect")
        early = await portal.http.get(f"{SETTINGS}/sync")
        assert (early.status_code, early.json()["title"]) == (409, "Halo is not connected yet")
        await guide.connect(portal)
        await step(portal, "sync")
        assert (await portal.call("GET", CARD))["status"] in ("Connected", "Syncing")
        assert (await settings(portal))["sync"]["revision"] == 0

        async def teams() -> list[Any]:
            answer = await portal.http.get(f"/api/v1{CARD}/reference/teams")
            return list(answer.json().get("items", [])) if answer.is_success else []

        assert await until(teams), "step 2's pickers are filled by the test itself"


@pytest.mark.guide("sync.once")
async def test_the_same_sync_does_not_run_twice_when_navigating_back_and_forth(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await step(portal, "sync")
        await portal.settings("sync", teams=[1])
        first = await portal.call("POST", "/syncs", {"kind": "quick"})
        await step(portal, "configure")
        for _ in range(3):
            await step(portal, "sync")
            again = await portal.call("POST", "/syncs", {"kind": "quick"})
            assert (again["id"], again["deduplicated"]) == (first["id"], True)
            await step(portal, "configure")
        await portal.applied(first["id"])
        ended = await portal.call("POST", "/syncs", {"kind": "quick"})
        assert (ended["id"], ended["deduplicated"]) == (first["id"], True), "also when it has ended, within 2 minutes"
        assert await syncs(guide, portal.tenant) == 1
        await portal.settings("sync", teams=[1, 3])
        other = await portal.call("POST", "/syncs", {"kind": "quick"})
        assert not other["deduplicated"], "another scope is another sync"


@pytest.mark.guide("import.optional", "import.later")
async def test_step_4_can_be_skipped_and_companies_imported_later(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams=[1])
        await portal.applied(await portal.sync("quick"))
        await step(portal, "import")
        done = await portal.call("POST", f"{CARD}/complete")
        assert (done["step"], done["completed"] is not None) == ("done", True)
        assert done["next_sync_at"] is not None, "the schedule begins"
        assert (await portal.call("GET", "/companies", params={"linked": "true"}))["items"] == []
        company = (await portal.call("GET", "/companies"))["items"][0]["id"]
        assert (await portal.call("POST", "/companies/import", {"ids": [company]}))["imported"] == 1


@pytest.mark.guide("complete.configured")
async def test_complete_setup_names_what_is_missing_and_asks_for_nothing_else(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        assert await missing(portal) == ["a connection whose test succeeded"]
        body = {"url": guide.halo.url, "client_id": guide.halo.client_id, "client_secret": "mistyped"}
        await portal.call("PUT", f"{CARD}/connection", body)
        assert (await portal.test())["state"] == "failed"
        assert await missing(portal) == ["a connection whose test succeeded"]
        await guide.connect(portal)
        assert await missing(portal) == ["a team to sync tickets of, or All teams"]
        await portal.settings("sync", users=False, companies=False, tickets=False)
        await nothing_by_itself(portal)
        assert await missing(portal) == ["at least one stream that is switched on"]
        await portal.settings("sync", users=False, companies=True, tickets=False)
        assert (await portal.call("POST", f"{CARD}/complete"))["step"] == "done", "no team, role, import or sync"


async def test_a_role_for_auto_import_is_asked_for_where_it_is_missing(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams="all")
        kept = {"tenant": portal.tenant, "kind": "sync"}
        await guide.system.database.settings.update_one(kept, {"$set": {"value.auto_import": True}})
        assert await missing(portal) == ["a role for contacts that are imported automatically"]
        host = await HostPortal(guide.system.database, portal).open()
        await portal.settings("sync", teams="all", auto_import=True, default_role="viewer")
        roles = guide.system.database.roles
        await roles.update_one({"_id": f"{portal.tenant}:viewer"}, {"$set": {"kind": "staff"}})
        assert await missing(portal) == ["a role for contacts that are imported automatically"], (
            "one for a client's people"
        )
        await roles.delete_one({"_id": f"{portal.tenant}:viewer"})
        assert await missing(portal) == ["a role for contacts that are imported automatically"], "one that is there"
        await portal.settings("sync", teams="all", auto_import=True, default_role="user")
        assert (await portal.call("POST", f"{CARD}/complete"))["step"] == "done"
        assert await host.accounts() == {}


@pytest.mark.guide("complete.return", "complete.resume", "manage.configure")
async def test_you_can_return_at_any_time_and_it_resumes_with_your_current_settings(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams=[1, 3], excluded_statuses=[9], interval_minutes=30)
        await portal.settings("tickets", closed_statuses=[9], stages={"new": [1]})
        await step(portal, "configure")
        before, started = await settings(portal), await syncs(guide, portal.tenant)
        async with guide.system.portal(portal.tenant, sub="colleague@example.com") as later:
            card = await later.call("GET", CARD)
            assert (card["step"], card["completed"]) == ("configure", None)
            assert await settings(later) == before
            assert await syncs(guide, portal.tenant) == started, "looking starts nothing"
            await later.call("POST", f"{CARD}/complete")
            await step(later, "sync")  # Configure on the card: all steps are open again
            card = await portal.call("GET", CARD)
            assert (card["step"], card["completed"] is not None) == ("sync", True)
            assert card["next_sync_at"] is not None, "the schedule goes on meanwhile"
            assert await settings(portal) == before
