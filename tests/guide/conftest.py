"""The guide's tests share one system, which ends with the last of them; each finds it as it was."""

from collections.abc import AsyncIterator

import pytest

from embedded.choose import Chosen
from support.guided import Guided, guided


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "guide(*ids): proves these statements of tests/guide/statements.toml")


@pytest.fixture(scope="package")
async def one_system(stack: Chosen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guided]:
    async with guided(stack, tmp_path_factory.mktemp("guide")) as made:
        yield made


@pytest.fixture
async def guide(one_system: Guided) -> AsyncIterator[Guided]:
    """The system; what a test has broken or decided is undone after it."""
    yield one_system
    await one_system.reset()
