"""The guide's part 2, click by click, found by the guide's own words."""

from playwright.async_api import Page, expect

from browser.desk import Desk


async def test_the_guide_step_by_step(desk: Desk, newcomer: str) -> None:
    async with desk.opened(newcomer) as page:
        await page.get_by_role("button", name="Configure").click()
        await connect(page, desk)
        await page.get_by_role("button", name="Next").click()
        await choose_what_to_sync(page)
        await page.get_by_role("button", name="Next").click()
        await configure(page)
        await page.get_by_role("button", name="Next").click()
        await import_companies(page)
        await page.get_by_role("button", name="Complete Setup").last.click()
        await expect(page.get_by_text("Your Halo PSA integration is now configured!")).to_be_visible()
    await as_stored(desk, newcomer)


async def connect(page: Page, desk: Desk) -> None:
    await expect(page.get_by_role("button", name="Next")).to_have_attribute("aria-disabled", "true")
    await page.get_by_label("Halo URL").fill(desk.halo.url)
    await page.get_by_label("Client ID").fill(desk.halo.client_id)
    await page.get_by_role("textbox", name="Client Secret").fill(desk.halo.client_secret)
    await page.get_by_role("button", name="Test Connection").click()
    await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    # Write-only: it is gone from the field, and only who set it remains.
    await expect(page.get_by_role("textbox", name="Client Secret")).to_have_value("")
    await expect(page.get_by_text("by admin@example.com")).to_be_visible()


async def choose_what_to_sync(page: Page) -> None:
    for option in ("Sync Users", "Sync Companies", "Enable Ticket Sync"):
        await expect(page.get_by_role("switch", name=option)).to_be_checked()
    await page.get_by_role("switch", name="Enable Opportunity Sync").check()
    await expect(page.get_by_text("Choose the teams to sync")).to_be_visible()
    await pick(page, "Teams to Sync", "Service Desk")
    await pick(page, "Exclude Statuses", "Closed")
    await expect(page.get_by_text("No ticket leaves the portal")).to_be_visible()


async def configure(page: Page) -> None:
    await pick(page, "Closed Statuses", "Resolved")
    await pick(page, "Client Comment Status", "Updated")
    await pick(page, "Working", "In Progress")
    await expect(page.get_by_role("heading", name="Opportunity Settings")).to_be_visible()
    for action in ("Quick Sync", "Clear & Resync"):
        await expect(page.get_by_role("button", name=action, exact=True)).to_be_visible()


async def import_companies(page: Page) -> None:
    await page.get_by_role("switch", name="Import Companies Now").check()
    await page.get_by_role("checkbox", name="Select Ashford Architects 13").check()
    await page.get_by_role("button", name="Import 1 selected").click()
    await expect(page.get_by_text("1 imported")).to_be_visible()


async def pick(page: Page, field: str, option: str) -> None:
    """Choose by the keyboard alone, as the searchable pickers are meant to be used."""
    box = page.get_by_role("combobox", name=field, exact=True)
    await box.click()
    await box.press_sequentially(option)
    await page.get_by_role("option", name=option).first.wait_for()
    await box.press("ArrowDown")
    await box.press("Enter")
    await box.press("Escape")


async def as_stored(desk: Desk, tenant: str) -> None:
    """What was clicked is what the API has, and one sync was started, not several."""
    async with desk.system.portal(tenant) as portal:
        base = "/integrations/halo/settings"
        sync = (await portal.call("GET", f"{base}/sync"))["value"]
        assert sync["opportunities"] is True
        assert len(sync["teams"]) == 1
        assert len(sync["excluded_statuses"]) == 1
        tickets = (await portal.call("GET", f"{base}/tickets"))["value"]
        assert len(tickets["closed_statuses"]) == 1
        assert tickets["client_comment_status"] is not None
        assert len(tickets["stages"]["working"]) == 1
        card = await portal.call("GET", "/integrations/halo")
        assert card["step"] == "done"
        runs = (await portal.call("GET", "/syncs", params={"kind": "sync"}))["items"]
        assert len([run for run in runs if run["mode"] == "quick"]) == 1, runs
