"""The browser's own buttons in the wizard: after a reload, back and forward each step stands as it was left."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page, expect

from browser.desk import Desk


@dataclass(frozen=True)
class Step:
    """``name`` as the bar of steps has it; ``change`` something that is not saved, ``kept`` tells that it is there."""

    path: str
    name: str
    change: Callable[[Page], Awaitable[object]]
    kept: Callable[[Page], Awaitable[object]]


async def nothing(page: Page) -> None:
    """The last step has nothing to change; that it is shown is all."""
    await expect(page.get_by_role("heading", name="Complete Setup", exact=True)).to_be_visible()


async def pick_closed(page: Page) -> None:
    box = page.get_by_role("combobox", name="Closed Statuses", exact=True)
    await box.press_sequentially("Resolved")
    await page.get_by_role("option", name="Resolved").first.click()
    await box.press("Escape")


async def pick_company(page: Page) -> None:
    await page.get_by_role("switch", name="Import Companies Now").check()
    await page.get_by_role("checkbox", name="Select Ashford Architects 13").check()


STEPS = (
    Step(
        "connect",
        "1. Connect",
        lambda page: page.get_by_label("Halo URL").fill("https://typed.halopsa.com"),
        lambda page: expect(page.get_by_label("Halo URL")).to_have_value("https://typed.halopsa.com"),
    ),
    Step(
        "sync",
        "2. Sync",
        lambda page: page.get_by_role("switch", name="Sync Users").uncheck(),
        lambda page: expect(page.get_by_role("switch", name="Sync Users")).not_to_be_checked(),
    ),
    Step(
        "configure",
        "3. Configure",
        pick_closed,
        lambda page: expect(page.get_by_role("group", name="Status Settings")).to_contain_text("Resolved ("),
    ),
    Step(
        "import",
        "4. Import",
        pick_company,
        lambda page: expect(page.get_by_role("button", name="Import 1 selected")).to_be_visible(),
    ),
    Step("complete", "5. Complete Setup", nothing, nothing),
)


async def test_reload_back_and_forward_in_every_step(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        written: list[str] = []
        page.on("request", lambda one: None if one.method == "GET" else written.append(f"{one.method} {one.url}"))
        await page.goto(f"{desk.base}/setup?step=connect")
        for step in STEPS:
            await page.get_by_role("button", name=step.name).click()
            await step.change(page)
            await page.reload()
            await stands(page, step)
        for step in reversed(STEPS[:-1]):
            await page.go_back()
            await stands(page, step)
        for step in STEPS[1:]:
            await page.go_forward()
            await stands(page, step)
        # Foretelling what settings would do is no change, and all that was sent.
        assert [each for each in written if "dry_run=true" not in each] == []


async def stands(page: Page, step: Step) -> None:
    """Where it says to be, with what was not saved."""
    await expect(page.get_by_role("button", name=step.name)).to_have_attribute("aria-current", "step")
    await step.kept(page)
    assert f"step={step.path}" in page.url


async def test_a_secret_outlives_a_step_but_no_reload(desk: Desk, synced: str) -> None:
    async with desk.opened(synced) as page:
        await page.goto(f"{desk.base}/setup?step=connect")
        secret = page.get_by_role("textbox", name="Client Secret")
        await secret.fill("only in memory")
        await page.get_by_role("button", name="2. Sync").click()
        await page.go_back()
        await expect(secret).to_have_value("only in memory")
        kept = await page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
        assert "only in memory" not in kept
        await page.reload()
        await expect(secret).to_have_value("")
