"""What the browser itself measures: the first paint, when something stands there, how long an interaction takes."""

from collections.abc import Awaitable
from dataclasses import dataclass

from playwright.async_api import BrowserContext, CDPSession, Page

LEAST = 16
"""Milliseconds: the browser tells no interaction that was faster."""
WATCH = """
(() => {
  const slowest = new Map();
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { interactionId: id, duration } = entry;
      if (id) slowest.set(id, Math.max(slowest.get(id) ?? 0, duration));
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  globalThis.interactions = () => { const all = [...slowest.values()]; slowest.clear(); return all; };
  globalThis.stands = (selector) => new Promise((done) => {
    const painted = () => requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    if (document.querySelector(selector)) return painted();
    new MutationObserver((_, watching) => {
      if (!document.querySelector(selector)) return;
      watching.disconnect();
      painted();
    }).observe(document, { childList: true, subtree: true });
  });
})();
"""
SETTLED = (
    """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))"""
)


@dataclass(frozen=True)
class Load:
    """Milliseconds since the navigation began; ``bytes`` over the wire until then, ``requests`` for them."""

    painted: float
    shown: float
    bytes: int
    requests: int


async def load(context: BrowserContext, url: str, selector: str) -> Load:
    """Open an address in a page of its own, with nothing cached, until the selector is painted."""
    page = await context.new_page()
    await page.add_init_script(WATCH)
    wire = await context.new_cdp_session(page)
    await wire.send("Network.enable")
    await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes = received(wire)
    await page.goto(url, wait_until="commit")
    shown = await page.evaluate("(selector) => stands(selector)", selector)
    painted = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    await page.close()
    return Load(painted, shown, sum(sizes), len(sizes))


def received(wire: CDPSession) -> list[int]:
    """Bytes of each answer, headers too, as they come in."""
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    return sizes


async def interaction(page: Page, act: Awaitable[object]) -> float:
    """Milliseconds from the press to the next paint; of several presses the slowest. LEAST: as fast or faster."""
    await page.evaluate("interactions()")
    await act
    await page.evaluate(SETTLED)
    return max(await page.evaluate("interactions()"), default=LEAST)


async def until_shown(page: Page, act: Awaitable[object], selector: str) -> float:
    """Milliseconds from an action to the paint of what it brings."""
    began = float(await page.evaluate("performance.now()"))
    await act
    return float(await page.evaluate("(selector) => stands(selector)", selector)) - began
