"""The planner in a browser: items of one's own, opportunities made in Halo, and what Halo manages."""

import secrets

from playwright.async_api import Locator, Page, expect

from browser.desk import PERMISSIONS, Desk
from browser.planning import Planning
from support.planned import DEFAULTS


async def test_halos_refusal_stands_at_its_field_and_the_next_press_makes_one(desk: Desk, planning: Planning) -> None:
    title = f"Firewall {secrets.token_hex(3)}"
    async with desk.opened(planning.tenant) as page, desk.system.portal(planning.tenant, PERMISSIONS) as portal:
        await portal.settings("opportunities", **{**DEFAULTS, "categories": [101, 202, 301, None]})
        dialog = await asked(page, desk, planning, title)
        field = dialog.locator("dl.facts > div").filter(has_text="Category 4")
        await expect(field).to_contain_text("Required fields are missing: category_4")
        await portal.settings("opportunities", **DEFAULTS)
        await dialog.get_by_role("button", name="Create in Halo").click()
        await expect(dialog.get_by_text("Sent", exact=True)).to_be_visible()
    made = [row async for row in desk.halo.control.tickets("opps") if row["summary"] == title]
    assert [row["category_4"] is not None for row in made] == [True], "one, complete"


async def asked(page: Page, desk: Desk, planning: Planning, title: str) -> Locator:
    await page.goto(f"{desk.base}/planner")
    await page.get_by_role("button", name="Create Opportunity").click()
    await page.get_by_role("textbox", name="Title").fill(title)
    await choose(page, "Company", planning.company)
    await page.get_by_role("button", name="Create in Halo").click()
    return page.get_by_role("dialog", name="Create Opportunity")


async def choose(page: Page, field: str, option: str) -> None:
    """Of a picker in a dialog, which Escape would close."""
    await page.get_by_role("combobox", name=field, exact=True).press_sequentially(option)
    await page.get_by_role("option", name=option).first.click()


async def test_an_item_of_ones_own_is_made_changed_and_deleted(desk: Desk, planning: Planning) -> None:
    title = f"Mail {secrets.token_hex(3)}"
    async with desk.opened(planning.tenant) as page:
        await page.goto(f"{desk.base}/planner")
        await page.get_by_role("button", name="New item").click()
        await page.get_by_role("textbox", name="Title").fill(title)
        await page.get_by_label("Due").fill("2027-03-31")
        await page.get_by_role("button", name="Save item").click()
        item = page.get_by_role("dialog", name=title)
        await expect(item.get_by_label("Due")).to_have_value("2027-03-31")
        await expect(item.get_by_role("button", name="Save changes")).to_have_attribute("aria-disabled", "true")
        await item.get_by_label("Notes").fill("Ask before the summer")
        await item.get_by_role("button", name="Save changes").click()
        await expect(item.get_by_text("Nothing was changed.")).to_be_visible()
        await page.reload()
        await expect(item.get_by_label("Notes")).to_have_value("Ask before the summer")
        await item.get_by_role("button", name="Delete").click()
        await page.get_by_role("dialog", name="Delete the item").get_by_role("button", name="Delete").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("button", name=title)).to_have_count(0)


async def test_what_halo_manages_is_read_only_until_it_is_detached(desk: Desk, planning: Planning) -> None:
    async with desk.opened(planning.tenant) as page:
        await page.goto(f"{desk.base}/planner?open={planning.managed}")
        title = page.get_by_role("textbox", name="Title")
        await expect(title).to_have_attribute("readonly", "")
        await expect(
            page.get_by_text(f"Opportunity {planning.opportunity} in Halo manages these fields")
        ).to_be_visible()
        await page.get_by_role("button", name="Detach from Halo").click()
        await expect(title).to_be_editable()
        before = await title.input_value()
        await title.fill("Ours for a while")
        await page.get_by_role("button", name="Save changes").click()
        await page.get_by_role("button", name="Attach to Halo").click()
        await page.get_by_role("dialog", name="Attach to Halo").get_by_role("button", name="Attach", exact=True).click()
        await expect(title).to_have_value(before)
        await expect(title).to_have_attribute("readonly", "")


async def test_a_project_is_linked_and_unlinked(desk: Desk, planning: Planning) -> None:
    async with desk.opened(planning.tenant) as page, desk.system.portal(planning.tenant, PERMISSIONS) as portal:
        [project, *_] = (await portal.call("GET", "/projects"))["items"]
        await page.goto(f"{desk.base}/planner?open={planning.managed}")
        await choose(page, "Project in Halo", project["title"])
        await page.get_by_role("button", name="Link project").click()
        await page.get_by_role("button", name="Unlink project").click()
        await expect(page.get_by_role("combobox", name="Project in Halo")).to_be_visible()
        assert (await portal.call("GET", f"/planner/items/{planning.managed}"))["project"] is None


async def test_import_opportunities(desk: Desk, planning: Planning) -> None:
    async with desk.opened(planning.tenant) as page:
        await page.goto(f"{desk.base}/planner")
        await page.get_by_role("button", name="Import Opportunities").click()
        dialog = page.get_by_role("dialog", name="Import Opportunities")
        row = dialog.get_by_role("table").locator("tbody tr").first
        name = (await row.locator("td").nth(1).inner_text()).strip()
        await row.get_by_role("checkbox").check()
        await dialog.get_by_role("button", name="Import 1 selected").click()
        await expect(dialog.get_by_text("1 are being imported")).to_be_visible()
        await page.keyboard.press("Escape")
        shown = page.get_by_role("table", name="Planner items").get_by_role("button", name=name)
        await expect(shown.first).to_be_visible(timeout=20_000)  # sync-crm makes it, and the page looks every 5 s
