"""The wizard when things go otherwise: a wrong secret, another admin, a reload, a server that goes away."""

from typing import Any

from playwright.async_api import expect

from browser.desk import Desk
from support.guided import dry_run
from support.host_portal import HostPortal


async def test_a_wrong_secret_is_told_in_halos_words_and_next_says_why(desk: Desk, newcomer: str) -> None:
    async with desk.opened(newcomer) as page:
        await page.goto(f"{desk.base}/setup")
        await page.get_by_label("Halo URL").fill(desk.halo.url)
        await page.get_by_label("Client ID").fill(desk.halo.client_id)
        await page.get_by_role("textbox", name="Client Secret").fill("wrong")
        await page.get_by_role("button", name="Test Connection").click()
        await expect(page.get_by_text("Connection failed", exact=True)).to_be_visible()
        await expect(page.get_by_text("Halo says:")).to_be_visible()
        await expect(page.get_by_text("The last test failed: mend what it names")).to_be_visible()


async def test_any_change_turns_the_green_status_to_not_tested(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        await page.goto(f"{desk.base}/setup?step=connect")
        await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
        await page.get_by_label("Client ID").fill("another")
        await expect(page.get_by_text("not tested", exact=True)).to_be_visible()
        await expect(page.get_by_text("The details have changed: test the connection again.")).to_be_visible()


async def test_unsaved_changes_survive_steps_back_button_and_reload(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        await page.goto(f"{desk.base}/setup?step=sync")
        await page.get_by_role("switch", name="Sync Users").uncheck()
        await page.get_by_role("button", name="1. Connect").click()
        await expect(page.get_by_label("Halo URL")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_role("switch", name="Sync Users")).not_to_be_checked()
        await page.reload()
        await expect(page.get_by_role("switch", name="Sync Users")).not_to_be_checked()


async def test_two_admins_at_once(desk: Desk) -> None:
    tenant = await desk.connected()
    async with desk.opened(tenant) as slow, desk.system.portal(tenant, sub="eve@example.com") as fast:
        await slow.goto(f"{desk.base}/setup?step=sync")
        await slow.get_by_role("switch", name="Sync Companies").uncheck()
        await fast.settings("sync", teams="all", users=False)
        await slow.get_by_role("button", name="Next").click()
        told = slow.get_by_role("alert").filter(has_text="Someone else changed this")
        await expect(told).to_contain_text("eve@example.com")
        await expect(told.get_by_role("row", name="Sync Users off on")).to_be_visible()
        await expect(told.get_by_role("row", name="Sync Companies on off")).to_be_visible()
        await told.get_by_role("button", name="Save mine over theirs").click()
        await expect(told).to_have_count(0)
        value = (await fast.call("GET", "/integrations/halo/settings/sync"))["value"]
    assert (value["users"], value["companies"]) == (True, False)


async def test_step_2_says_how_many_accounts_auto_import_creates_before_it_is_saved(desk: Desk) -> None:
    tenant = await desk.connected()
    async with desk.opened(tenant) as page, desk.system.portal(tenant) as portal:
        await HostPortal(desk.system.database, portal).open()
        await portal.call("POST", "/companies/import", {"ids": "all"})
        wanted: dict[str, Any] = {"teams": "all", "auto_import": True, "default_role": "viewer"}
        told = (await dry_run(portal, "sync", **wanted))["accounts"]
        assert min(told["created"], told["without_email"], told["inactive"]) > 0
        await page.goto(f"{desk.base}/setup?step=sync")
        await page.get_by_role("switch", name="Auto-Import").check()
        await page.get_by_role("combobox", name="Default Role for Imported Contacts").click()
        await page.get_by_role("option", name="Viewer").click()
        shown = page.get_by_role("status").filter(has_text="What this will do")
        await expect(shown).to_contain_text(f"Auto-Import creates {told['created']} accounts")
        await expect(shown).to_contain_text(f"{told['without_email']} without e-mail")
        assert await desk.system.database.accounts.count_documents({"tenant": tenant}) == 0


async def test_the_page_recovers_when_the_server_was_away(desk: Desk, newcomer: str) -> None:
    server = desk.system.processes["wizard-api"]
    async with desk.opened(newcomer) as page:
        server.environment["HALOBUS_HTTP_PORT"] = str(server.port)
        await page.goto(f"{desk.base}/setup")
        await page.get_by_label("Halo URL").fill("https://typed.halopsa.com")
        server.kill()
        await server.end()
        away = page.get_by_text("Halobus can't be reached. Nothing is lost")
        await expect(away).to_be_visible()
        await server.start()
        await expect(away).to_have_count(0)
        await expect(page.get_by_label("Halo URL")).to_have_value("https://typed.halopsa.com")
