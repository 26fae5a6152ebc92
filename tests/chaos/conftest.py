"""What every row's test needs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chaos.house import House
from chaos.row import Ground
from embedded.choose import Chosen


@pytest.fixture(scope="package")
async def house(stack: Chosen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The services that most rows share."""
    made = House(stack, tmp_path_factory.mktemp("house"))
    yield made
    await made.close()


@pytest.fixture
def ground(stack: Chosen, tmp_path: Path, house: House) -> Ground:
    """The test run's stack, with this test's folder for logs."""
    return Ground(stack, tmp_path, house)
