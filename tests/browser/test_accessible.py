"""axe finds nothing on any screen and in any dialog, in both themes; nothing needs a wide window."""

import json

from playwright.async_api import Page, expect

from browser.axe import Checker
from browser.desk import Desk
from browser.planning import Planning

SCREENS = {
    "/": "Integrations",
    "/setup?step=connect": "Connect",
    "/setup?step=sync": "Sync",
    "/setup?step=configure": "Ticket Settings",
    "/setup?step=import": "Import",
    "/setup?step=complete": "Complete Setup",
    "/activity": "Sync activity",
    "/tickets": "Tickets",
    "/companies": "Companies",
    "/users": "Users",
    "/planner": "Planner",
    "/opportunities": "Opportunities",
    "/projects": "Projects",
    "/assets": "Assets",
    "/devices": "Devices",
    "/device-types": "Device types",
    "/contacts": "Contacts",
    "/audit": "Audit log",
}
DIALOGS = (
    ("/", "Disconnect"),
    ("/tickets", "Why is it (not) here?"),
    ("/companies", "Quick Match"),
    ("/users", "Import Users"),
    ("/planner", "Create Opportunity"),
    ("/planner", "Import Opportunities"),
    ("/planner", "New item"),
    ("/assets", "Quick Match"),
    ("/assets", "Quick Create"),
    ("/setup?step=configure", "Clear & Resync"),
)
"""A page, and the button that opens a dialog on it."""
OPENED = ("/tickets", "/companies", "/contacts", "/opportunities", "/projects", "/activity", "/audit")
"""Pages whose rows open."""
GO = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"


async def test_axe_finds_nothing(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        checker = Checker(page)
        await checker.begin()
        for path, heading in SCREENS.items():
            await show(page, path, heading)
            await checker.check(path)
    assert not checker.found, json.dumps(checker.found, indent=1)


async def test_axe_finds_nothing_in_dialogs(desk: Desk, planning: Planning) -> None:
    async with desk.opened(planning.tenant) as page:
        checker = Checker(page)
        await checker.begin()
        for path, button in DIALOGS:
            await show(page, path, SCREENS[path])
            await page.get_by_role("button", name=button, exact=True).first.click()
            await of_the_dialog(page, checker, f"{path} {button}")
        for path in OPENED:
            await show(page, path, SCREENS[path])
            await page.get_by_role("table").locator("button.open").first.click()
            await of_the_dialog(page, checker, f"{path} row")
        await page.evaluate(GO, f"/planner?open={planning.managed}")
        await of_the_dialog(page, checker, "managed item")
    assert not checker.found, json.dumps(checker.found, indent=1)


async def test_axe_would_find_a_field_without_a_name_and_grey_on_grey(desk: Desk, synced: str) -> None:
    spoilt = "document.querySelector('main').innerHTML = '<input><p>Grey</p>'"
    async with desk.opened(synced) as page:
        checker = Checker(page)
        await checker.begin()
        await page.evaluate(spoilt)
        await page.evaluate("document.querySelector('main p').style.color = '#777'")
        await checker.check("spoilt")
    told = {name: [each.split(":")[0] for each in broken] for name, broken in checker.found.items()}
    assert "label" in told["spoilt, light"]
    assert {"label", "color-contrast"} <= set(told["spoilt, dark"])


async def test_at_360_pixels_nothing_scrolls_sideways(desk: Desk, synced: str) -> None:
    async with desk.opened(synced, viewport={"width": 360, "height": 740}) as page:
        wide = []
        for path, heading in SCREENS.items():
            await show(page, path, heading)
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(path)
    assert wide == []


async def show(page: Page, path: str, heading: str) -> None:
    """Go there as the page's own links do, without loading the document again."""
    await page.evaluate(GO, path)
    await page.get_by_role("heading", name=heading, exact=True).first.wait_for()
    await whole(page)


async def whole(page: Page) -> None:
    """Not its skeleton. In one frame there may be none yet."""
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    await page.locator("[aria-label^=Loading]").first.wait_for(state="detached")


async def of_the_dialog(page: Page, checker: Checker, name: str) -> None:
    dialog = page.get_by_role("dialog")
    await dialog.wait_for()
    await whole(page)
    # An opening dialog is half transparent, which axe would call a lack of contrast.
    await expect(dialog).to_have_css("opacity", "1")
    await checker.check(name, dialog=True)
    await page.keyboard.press("Escape")
    await dialog.wait_for(state="detached")
