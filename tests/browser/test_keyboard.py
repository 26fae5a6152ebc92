"""The keyboard is enough, from Connect to Complete Setup, and its focus is seen all the way."""

from playwright.async_api import Page, expect

from browser.desk import Desk

FOCUSED = """() => {
  const at = document.activeElement;
  return (at.ariaLabel || at.labels?.[0]?.innerText || at.innerText || "").trim();
}"""
RING = """() => {
  const at = document.activeElement;
  return getComputedStyle(at.closest(".mantine-MultiSelect-input") ?? at).outlineStyle;
}"""
"""Around the whole of a field with pills."""


async def test_the_whole_wizard_by_the_keyboard_alone(desk: Desk, newcomer: str) -> None:
    async with desk.opened(newcomer) as page:
        await press(page, "Configure")
        await connect(page, desk)
        await press(page, "Next")
        await begun(page, "Step 2 of 5: Sync")
        await press(page, "Enable Opportunity Sync", "Space")
        await press(page, "All teams, also those that come later", "Space")
        await press(page, "Next")
        await begun(page, "Step 3 of 5: Configure")
        await pick(page, "Closed Statuses", "Resolved")
        await pick(page, "Client Comment Status", "Updated")
        await pick(page, "Working", "In Progress")
        await press(page, "Next")
        await begun(page, "Step 4 of 5: Import")
        await press(page, "Import Companies Now", "Space")
        await page.get_by_role("checkbox", name="Select Ashford Architects 13").wait_for()
        await press(page, "Select Ashford Architects 13", "Space")
        await press(page, "Import 1 selected")
        await expect(page.get_by_text("1 imported")).to_be_visible()
        await press(page, "Complete Setup")
        await begun(page, "Step 5 of 5: Complete Setup")
        await expect(page.get_by_text("Your Halo PSA integration is now configured!")).to_be_visible()


async def test_a_dialog_holds_the_focus_and_gives_it_back(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        await press(page, "Disconnect")
        dialog = page.get_by_role("dialog", name="Disconnect Halo")
        await dialog.wait_for()
        for _ in range(8):
            await page.keyboard.press("Tab")
            assert await page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
        await page.keyboard.press("Escape")
        await dialog.wait_for(state="detached")
        await expect(page.get_by_role("button", name="Disconnect")).to_be_focused()


async def connect(page: Page, desk: Desk) -> None:
    await page.get_by_label("Halo URL").wait_for()
    await tab_to(page, "Halo URL")
    for text in (desk.halo.url, desk.halo.client_id, desk.halo.client_secret):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await press(page, "Test Connection")
    await expect(page.get_by_text("Connected", exact=True)).to_be_visible()


async def begun(page: Page, name: str) -> None:
    """A step is there, and the keyboard goes on at its beginning."""
    await expect(page.get_by_role("group", name=name)).to_be_focused()
    await page.locator("[aria-label^=Loading]").first.wait_for(state="detached")


async def pick(page: Page, field: str, option: str) -> None:
    await tab_to(page, field)
    await page.keyboard.type(option)
    await page.get_by_role("option", name=option).first.wait_for()
    for key in ("ArrowDown", "Enter", "Escape"):
        await page.keyboard.press(key)


async def press(page: Page, name: str, key: str = "Enter") -> None:
    await tab_to(page, name)
    await page.keyboard.press(key)


async def tab_to(page: Page, name: str) -> None:
    """Go on until something of this name has the focus; it must be seen there."""
    for _ in range(120):
        if (await page.evaluate(FOCUSED)).split("\n")[0] == name:
            assert await page.evaluate(RING) == "solid", f"the focus on {name} can't be seen"
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {name}")
