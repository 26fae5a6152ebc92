"""axe over a page as it stands, in both themes."""

from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, expect

Theme = Literal["light", "dark"]
OTHER: dict[Theme, Theme] = {"light": "dark", "dark": "light"}
RUN = "(within) => axe.run(within, {resultTypes: ['violations']}).then((found) => found.violations)"
STILL = "() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)))"


class Checker:
    """Checks what a page shows, first in the theme that it has, then in the other one, which it keeps."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.theme: Theme = "light"
        self.found: dict[str, list[str]] = {}

    async def begin(self) -> None:
        """After the document was loaded; it stays the same while one goes from page to page."""
        await self.page.emulate_media(color_scheme=self.theme)
        await self.page.evaluate(Axe().axe_script)

    async def check(self, name: str, dialog: bool = False) -> None:
        """``dialog``: of what lies behind it one theme is enough; it was checked on its own as well."""
        await self._run(name, None)
        self.theme = OTHER[self.theme]
        await self.page.emulate_media(color_scheme=self.theme)
        await expect(self.page.locator("html")).to_have_attribute("data-mantine-color-scheme", self.theme)
        await self._run(name, "[role=dialog]" if dialog else None)

    async def _run(self, name: str, within: str | None) -> None:
        await self.page.evaluate(STILL)
        told = told_of(await self.page.evaluate(RUN, within or "html"))
        if told:
            self.found[f"{name}, {self.theme}"] = told


def told_of(violations: list[dict[str, Any]]) -> list[str]:
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in violations]
