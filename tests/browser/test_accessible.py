"""axe finds nothing on any screen, in both themes; nothing needs a wide window; the keyboard is enough."""

import json
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from browser.desk import Desk
from browser.planning import Planning
from playwright.async_api import Page, expect

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
DIALOGS = {
    "/": "Disconnect",
    "/tickets": "Why is it (not) here?",
    "/companies": "Quick Match",
    "/users": "Import Users",
    "/planner": "Create Opportunity",
    "/planner?": "Import Opportunities",
    "/planner?again=": "New item",
    "/assets": "Quick Match",
    "/assets?": "Quick Create",
}
"""A page, and the button that opens a dialog on it."""
OPENED = ("/tickets", "/companies", "/contacts", "/opportunities", "/projects", "/activity", "/audit")
"""Pages whose rows open."""
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
async def test_axe_finds_nothing(desk: Desk, synced: str, theme: Literal["light", "dark"]) -> None:
    async with desk.opened(synced, color_scheme=theme) as page:
        found = {path: broken for path in SCREENS if (broken := await violations(page, desk, path))}
    assert not found, json.dumps(found, indent=1)


@pytest.mark.parametrize("theme", THEMES)
async def test_axe_finds_nothing_in_dialogs(desk: Desk, planning: Planning, theme: Literal["light", "dark"]) -> None:
    async with desk.opened(planning.tenant, color_scheme=theme) as page:
        found = {}
        for path, button in DIALOGS.items():
            await page.goto(desk.base + path)
            await page.get_by_role("button", name=button, exact=True).first.click()
            found[f"{path} {button}"] = await of_the_dialog(page)
        for path in OPENED:
            await page.goto(desk.base + path)
            await page.get_by_role("table").locator("button.open").first.click()
            found[f"{path} row"] = await of_the_dialog(page)
        await page.goto(f"{desk.base}/planner?open={planning.managed}")
        found["managed item"] = await of_the_dialog(page)
    broken = {where: told for where, told in found.items() if told}
    assert not broken, json.dumps(broken, indent=1)


async def of_the_dialog(page: Page) -> list[str]:
    await page.get_by_role("dialog").wait_for()
    await settled(page)
    # An opening dialog is half transparent, which axe would call a lack of contrast.
    await expect(page.get_by_role("dialog")).to_have_css("opacity", "1")
    result = await Axe().run(page)
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in result.response["violations"]]


async def test_axe_would_find_a_field_without_a_name(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        await page.evaluate("document.querySelector('main').append(document.createElement('input'))")
        result = await Axe().run(page)
    assert [each["id"] for each in result.response["violations"]] == ["label"]


async def violations(page: Page, desk: Desk, path: str) -> list[str]:
    await show(page, desk, path)
    result = await Axe().run(page)
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in result.response["violations"]]


async def show(page: Page, desk: Desk, path: str) -> None:
    await page.goto(desk.base + path)
    await expect(page.get_by_role("heading", name=SCREENS[path], exact=True).first).to_be_visible()
    await settled(page)


async def settled(page: Page) -> None:
    """Whole, not its skeleton."""
    await expect(page.get_by_role("status").and_(page.locator("[aria-label^=Loading]"))).to_have_count(0)


async def test_at_360_pixels_nothing_scrolls_sideways(desk: Desk, synced: str) -> None:
    async with desk.opened(synced, viewport={"width": 360, "height": 740}) as page:
        wide = []
        for path in SCREENS:
            await show(page, desk, path)
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(path)
    assert wide == []


async def test_by_the_keyboard_alone(desk: Desk, newcomer: str) -> None:
    async with desk.opened(newcomer) as page:
        await page.goto(f"{desk.base}/setup")
        field = page.get_by_label("Halo URL")
        await field.wait_for()
        await tab_to(page, "Halo URL")
        for text in (desk.halo.url, desk.halo.client_id, desk.halo.client_secret):
            await page.keyboard.type(text)
            await page.keyboard.press("Tab")
        await tab_to(page, "Test Connection")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
        await tab_to(page, "Next")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Sync", exact=True)).to_be_visible()


FOCUSED = """() => {
  const at = document.activeElement;
  return (at.labels?.[0]?.innerText || at.innerText || "").trim();
}"""


async def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        if await page.evaluate(FOCUSED) == name:
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", f"the focus on {name} can't be seen"
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {name}")
