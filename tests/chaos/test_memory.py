import sys

import pytest

from chaos.memory import memory
from chaos.row import Ground

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


async def test_memory_does_not_grow_with_the_tickets(ground: Ground) -> None:
    row = await memory(ground, full=False)
    assert row.held, row
