"""What the page shows while a sync is in trouble, and that it recovers; what Halo does not let us see."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, expect

from browser.desk import Desk
from chaos.started import forget_repetition
from halo_simulator.scopes import GUIDE
from support.truth import balanced

AGENT = 3
"""The agent of our application in the simulated Halo."""


@asynccontextmanager
async def running(desk: Desk, tenant: str) -> AsyncIterator[tuple[Page, str]]:
    """A resync that is shown live, and its id."""
    async with desk.opened(tenant) as page, desk.system.portal(tenant) as portal:
        await forget_repetition(desk.system)  # the tenant was synced just now
        id = await portal.sync("resync")
        await page.goto(f"{desk.base}/activity?open={id}")
        yield page, id


async def test_a_sync_goes_on_while_the_page_s_server_is_killed(desk: Desk) -> None:
    tenant = await desk.connected()
    server = desk.system.processes["wizard-api"]
    server.environment["HALOBUS_HTTP_PORT"] = str(server.port)
    await desk.halo.control.config(latency=0.5)
    try:
        async with running(desk, tenant) as (page, _):
            run = page.get_by_role("dialog")
            await expect(run.get_by_role("progressbar").first).to_be_visible()
            server.kill()
            await server.end()
            away = page.get_by_text("Halobus can't be reached. Nothing is lost")
            await expect(away).to_be_visible()
            await desk.halo.control.config(latency=0.0)
            await server.start()
            await expect(away).to_have_count(0)
            await expect(run.get_by_text("Done", exact=True)).to_be_visible()
    finally:
        await desk.halo.control.config(latency=0.0)


async def test_a_sync_waits_for_halos_limit_and_finishes(desk: Desk) -> None:
    tenant = await desk.connected()
    control = desk.halo.control
    await control.reset_budget()
    # Far below what we take it to be, so that Halo itself refuses; it says how long, for tests have no five minutes.
    await control.config(limit=12, window=3.0, retry_after=True)
    try:
        async with running(desk, tenant) as (page, id):
            run = page.get_by_role("dialog")
            waiting = run.get_by_text("Waiting for Halo")
            await expect(waiting).to_contain_text(re.compile(r", until .+ \(\d+ s\)"))
            await expect(run.get_by_text("Waiting", exact=True)).to_be_visible()
            await expect(run.get_by_text("Done", exact=True)).to_be_visible(timeout=60_000)
            await expect(waiting).to_have_count(0)
            async with desk.system.portal(tenant) as portal:
                assert balanced(await portal.run(id)) == []
        assert (await control.budget())["refused"] > 0
    finally:
        await control.config(limit=100_000, window=300.0, retry_after=False)


async def test_what_the_agent_may_not_see_is_told_with_its_remedy(desk: Desk, newcomer: str) -> None:
    control = desk.halo.control
    fewer = [name for name in GUIDE if not name.endswith(":assets")]
    await control.agent(AGENT, teams=[])
    await control.application(desk.halo.client_id, permissions=fewer)
    await control.revoke(desk.halo.client_id)
    try:
        async with desk.opened(newcomer) as page:
            await page.goto(f"{desk.base}/setup")
            await page.get_by_label("Halo URL").fill(desk.halo.url)
            await page.get_by_label("Client ID").fill(desk.halo.client_id)
            await page.get_by_role("textbox", name="Client Secret").fill(desk.halo.client_secret)
            await page.get_by_role("button", name="Test Connection").click()
            found = page.get_by_role("listitem")
            await expect(found.filter(has_text="read:assets")).to_contain_text("enable read:assets")
            # What is missing stands first, then what is doubtful.
            await expect(page.locator("ul.check > li").first).to_contain_text("read:assets")
            await expect(found.filter(has_text="agent sees teams")).to_contain_text("Teams & Agents")
    finally:
        await control.agent(AGENT, teams=None)
        await control.application(desk.halo.client_id, permissions=list(GUIDE))
        await control.revoke(desk.halo.client_id)
