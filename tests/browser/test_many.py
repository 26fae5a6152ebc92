"""Lists of very many rows: what is shown is fetched, and nothing more."""

from typing import Any

import pytest
from playwright.async_api import Page, Response, expect

from browser.crowd import COMPANIES, TICKETS, crowded
from browser.desk import Desk

ROWS = "tbody tr"


@pytest.fixture(scope="package")
async def crowd(one_desk: Desk) -> str:
    return await crowded(one_desk)


class Fetched:
    """The rows that came over the network for one list of the API."""

    def __init__(self, page: Page, path: str) -> None:
        self.path = f"/api/v1/{path}?"
        self.answers: list[Response] = []
        page.on("response", lambda answer: self.answers.append(answer) if self.path in answer.url else None)

    async def rows(self) -> list[Any]:
        return [row["id"] for answer in self.answers for row in (await answer.json())["items"]]


async def test_of_20_000_tickets_a_page_is_fetched_at_a_time(desk: Desk, crowd: str) -> None:
    assert await desk.system.database.tickets.count_documents({"tenant": crowd, "state": "live"}) == TICKETS
    async with desk.opened(crowd) as page:
        fetched = Fetched(page, "tickets")
        await page.goto(f"{desk.base}/tickets")
        rows = page.get_by_role("table", name="Tickets").locator(ROWS)
        await expect(rows).to_have_count(50)
        for number in (2, 3):
            await page.get_by_role("button", name="Next page").click()
            await expect(page.get_by_text(f"Page {number}")).to_be_visible()
            await expect(page.get_by_role("table", name="Tickets")).to_have_attribute("aria-busy", "false")
        found = await fetched.rows()
        assert (len(found), len(set(found))) == (150, 150), "three pages, and no ticket twice"
        # The newest one is on no page that was fetched: the server finds it, not the browser.
        await page.get_by_label("Search tickets").fill(str(10_000_000))
        await expect(rows).to_have_count(1)
        assert len(await fetched.rows()) == 151


async def test_of_400_companies_a_page_is_fetched_at_a_time(desk: Desk, crowd: str) -> None:
    assert await desk.system.database.companies.count_documents({"tenant": crowd, "state": "live"}) == COMPANIES
    async with desk.opened(crowd) as page:
        fetched = Fetched(page, "companies")
        await page.goto(f"{desk.base}/companies")
        rows = page.get_by_role("table", name="Halo companies").locator(ROWS)
        await expect(rows).to_have_count(25)
        await page.get_by_role("checkbox", name="Select all unlinked").check()
        await expect(
            page.get_by_text("All active companies of Halo that are not linked yet, on every page")
        ).to_be_visible()
        await expect(page.get_by_role("button", name="Import all unlinked")).to_be_enabled()
        assert len(await fetched.rows()) == 25, "to select all is to fetch none of them"


async def test_the_wizard_asks_for_few_of_them(desk: Desk, crowd: str) -> None:
    async with desk.opened(crowd) as page:
        tickets, companies = Fetched(page, "tickets"), Fetched(page, "companies")
        await page.goto(f"{desk.base}/setup?step=configure")
        await expect(page.get_by_role("heading", name="Preview")).to_be_visible()
        await expect(page.get_by_role("list", name="Resolution status")).to_be_visible()
        assert len(await tickets.rows()) == 25
        await page.goto(f"{desk.base}/setup?step=import")
        await page.get_by_role("switch", name="Import Companies Now").check()
        await expect(page.get_by_role("table", name="Halo companies").locator(ROWS)).to_have_count(25)
        assert len(await companies.rows()) == 25
