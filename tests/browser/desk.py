"""What an admin has before them: a browser, and a Halobus with a simulated Halo."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from halo_simulator.running import Running
from support.system import ALL, System, token

PERMISSIONS = (*ALL, "planner:read", "planner:write", "assets:read")
PATIENCE_MS = 30_000
_tenants = count(1)


@dataclass
class Desk:
    """``complaints``: what the browser's console said, a breach of the policy too."""

    system: System
    halo: Running
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.system.processes['wizard-api'].port}"

    def link(self, tenant: str, permissions: tuple[str, ...] = PERMISSIONS, **claims: Any) -> str:
        """A sign-in link as a portal or the demo would make it."""
        once = {"once": True, "jti": secrets.token_urlsafe(16), **claims}
        return f"{self.base}/#sign-in={token(tenant, permissions, **once)}"

    @asynccontextmanager
    async def opened(
        self, tenant: str, permissions: tuple[str, ...] = PERMISSIONS, **options: Any
    ) -> AsyncIterator[Page]:
        """A browser of its own, signed in by a link; ``sub`` names another person."""
        claims = {"sub": options.pop("sub")} if "sub" in options else {}
        context = await self.browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        try:
            page = await self.page(context)
            await page.goto(self.link(tenant, permissions, **claims))
            await page.get_by_role("navigation", name="Pages").wait_for()
            yield page
        finally:
            await context.close()

    async def page(self, context: BrowserContext) -> Page:
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", lambda said: self._listen(said.type, said.text))
        return page

    def _listen(self, kind: str, text: str) -> None:
        # A problem document is no fault of the page; the browser notes each answer above 399 all the same.
        if kind in ("error", "warning") and "Failed to load resource" not in text and "ERR_" not in text:
            self.complaints.append(text)

    async def connected(self, seconds: float = 60, **sync: Any) -> str:
        """A tenant whose Halo is connected and synced, the setup complete; ``sync``: settings of the Sync step."""
        tenant = f"desk-{next(_tenants)}"
        async with self.system.portal(tenant) as portal:
            tested = await portal.connect(self.halo.url, self.halo.client_id, self.halo.client_secret)
            assert tested["diagnosis"]["connected"], tested
            await portal.settings("sync", teams="all", **sync)
            await portal.applied(await portal.sync("resync"), seconds)
            await portal.call("POST", "/integrations/halo/complete")
        return tenant
