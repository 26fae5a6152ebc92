"""One browser and one system for all of the browser's tests, ended with them; each takes a tenant or shares one."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from conftest import placed
from playwright.async_api import Browser, async_playwright

from browser.chromium import ARGUMENTS, UNBUILT, executable, without
from browser.desk import Desk
from browser.planning import Planning, planned
from embedded.choose import Chosen
from halo_simulator.running import running
from support.system import system
from wizard_api.page import BUILT


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    path = executable()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        await started.close()


@pytest.fixture(scope="package")
async def one_desk(browser: Browser, stack: Chosen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    if not (Path(BUILT) / "index.html").is_file():
        without(UNBUILT)
    logs = tmp_path_factory.mktemp("browser")
    async with (
        placed(stack) as place,
        running(limit=100_000) as halo,
        system(place, logs, halo.url, HALOBUS_HALO_LIMIT="100000") as it,
    ):
        yield Desk(it, halo, browser)


@pytest.fixture(scope="package")
async def synced(one_desk: Desk) -> str:
    """The connected tenant that tests share which change nothing."""
    return await one_desk.connected()


@pytest.fixture(scope="package")
async def planning(one_desk: Desk) -> Planning:
    """A tenant with a planner, for tests that change only what they made."""
    return await planned(one_desk)


@pytest.fixture
async def desk(one_desk: Desk) -> AsyncIterator[Desk]:
    """The desk; at the end the browser has complained of nothing."""
    one_desk.complaints.clear()
    yield one_desk
    assert one_desk.complaints == []


@pytest.fixture
def newcomer() -> str:
    """A tenant that nothing was decided for yet."""
    return f"newcomer-{secrets.token_hex(3)}"
