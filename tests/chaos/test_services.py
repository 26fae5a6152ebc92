"""The rows that hurt the services, in small."""

import pytest

from chaos.clear import clear
from chaos.comments import comments
from chaos.creating import creating
from chaos.dedup import dedup
from chaos.kill import kill
from chaos.lease import lease
from chaos.order import order
from chaos.rebalance import rebalance
from chaos.restart import restart
from chaos.row import Ground, RowFunction


@pytest.mark.parametrize("row", [kill, restart, rebalance, order, dedup, lease, clear, comments, creating])
async def test_the_promises_hold(ground: Ground, row: RowFunction) -> None:
    told = await row(ground, False)
    assert told.held, told
