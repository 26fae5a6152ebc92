"""The lists: paged, filtered, opened by their addresses; a ticket's stepper and its story."""

from playwright.async_api import expect

from browser.desk import Desk


async def test_a_list_is_loaded_page_by_page(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/api/v1/tickets?" in request.url else None)
        await page.goto(f"{desk.base}/tickets")
        rows = page.get_by_role("table", name="Tickets").locator("tbody tr")
        await expect(rows).to_have_count(50)
        first = await rows.first.inner_text()
        await page.get_by_role("button", name="Next page").click()
        await expect(page.get_by_text("Page 2")).to_be_visible()
        await expect(rows.first).not_to_have_text(first)
        assert len({url for url in asked if "cursor=" in url}) == 1, asked


async def test_a_ticket_opens_and_its_address_opens_it_again(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        await page.goto(f"{desk.base}/tickets")
        await page.get_by_role("table", name="Tickets").get_by_role("button").first.click()
        ticket = page.get_by_role("dialog")
        await expect(ticket.get_by_role("list", name="Resolution status")).to_be_visible()
        await expect(ticket.get_by_role("heading", name="Comments")).to_be_visible()
        title = await ticket.get_by_role("heading").first.inner_text()
        await page.reload()
        await expect(page.get_by_role("dialog", name=title)).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert "open=" not in page.url


async def test_why_a_ticket_is_not_here(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        await page.goto(f"{desk.base}/tickets")
        await page.get_by_role("button", name="Why is it (not) here?").click()
        await page.get_by_label("Ticket number in Halo").fill("99999999")
        await page.get_by_role("button", name="Ask", exact=True).click()
        await expect(page.get_by_text("It is not here", exact=True)).to_be_visible()


async def test_sync_activity_shows_the_sum(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        await page.goto(f"{desk.base}/activity")
        await page.get_by_role("table", name="Syncs").get_by_role("button", name="Resync").first.click()
        run = page.get_by_role("dialog")
        await expect(run.get_by_text("listed by Halo =")).to_be_visible()
        await expect(run.get_by_role("progressbar", name="Tickets")).to_be_visible()
        await expect(run.get_by_text("Trace id")).to_be_visible()
