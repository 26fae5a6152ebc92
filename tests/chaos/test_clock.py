from chaos.clock import clock
from chaos.row import Ground


async def test_no_change_is_missed_whatever_halos_clock_and_zone(ground: Ground) -> None:
    row = await clock(ground, full=False)
    assert row.held, row
