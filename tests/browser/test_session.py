"""Signing in by a link, once; a session that ends loses nothing that was typed; reading without managing."""

from playwright.async_api import expect

from browser.desk import Desk


async def test_a_link_signs_in_once_and_leaves_no_trace(desk: Desk, newcomer: str) -> None:
    link = desk.link(newcomer)
    first, second = await desk.browser.new_context(), await desk.browser.new_context()
    try:
        page = await desk.page(first)
        await page.goto(link)
        await expect(page.get_by_role("heading", name="Integrations")).to_be_visible()
        assert "sign-in" not in page.url
        assert await page.evaluate("document.cookie") == ""
        again = await desk.page(second)
        await again.goto(link)
        await expect(again.get_by_text("This sign-in link was used already")).to_be_visible()
        await expect(again.get_by_role("heading", name="Integrations")).to_have_count(0)
    finally:
        await first.close()
        await second.close()


async def test_an_ended_session_keeps_what_was_typed(desk: Desk, newcomer: str) -> None:
    async with desk.opened(newcomer) as page:
        await page.goto(f"{desk.base}/setup")
        await page.get_by_label("Halo URL").fill("https://typed.halopsa.com")
        await page.context.clear_cookies()
        ended = page.get_by_role("dialog", name="Your session has ended")
        await expect(ended).to_be_visible()
        await ended.get_by_label("Sign-in link or token").fill(desk.link(newcomer))
        await ended.get_by_role("button", name="Sign in").click()
        await expect(ended).to_have_count(0)
        await expect(page.get_by_label("Halo URL")).to_have_value("https://typed.halopsa.com")


async def test_whoever_comes_next_finds_nothing_of_the_one_before(desk: Desk, synced: str, newcomer: str) -> None:
    async with desk.opened(synced) as page:
        await page.goto(f"{desk.base}/setup?step=sync")
        await page.get_by_role("switch", name="Sync Users").uncheck()
        await page.get_by_role("link", name="Tickets", exact=True).click()
        await expect(page.get_by_role("table", name="Tickets").locator("tbody tr").first).to_be_visible()
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Next page").click()
        ended = page.get_by_role("dialog", name="Your session has ended")
        await ended.get_by_label("Sign-in link or token").fill(desk.link(newcomer))
        await ended.get_by_role("button", name="Sign in").click()
        await expect(
            page.get_by_text("Halo is not connected yet: what it holds is shown here once it is.")
        ).to_be_visible()
        await expect(page.get_by_role("table", name="Tickets")).to_have_count(0)
        assert await page.evaluate("sessionStorage.getItem('halobus-drafts')") == "{}"
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", name="Sign in to Halobus")).to_be_visible()
        await expect(page.get_by_role("navigation", name="Pages")).to_have_count(0)


async def test_a_reader_sees_all_and_is_told_why_nothing_can_be_changed(desk: Desk, synced: str) -> None:
    async with desk.opened(synced, ("integrations:read", "tickets:read")) as page:
        resync = page.get_by_role("button", name="Resync", exact=True)
        await expect(resync).to_have_attribute("aria-disabled", "true")
        await expect(resync).to_have_accessible_description("Read-only: this needs the permission integrations:manage.")
        await page.get_by_role("button", name="Configure").click()
        await expect(page.get_by_label("Halo URL")).to_be_disabled()
