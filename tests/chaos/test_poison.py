from chaos.poison import poison
from chaos.row import Ground


async def test_bad_data_never_stops_the_line(ground: Ground) -> None:
    row = await poison(ground, full=False)
    assert row.held, row
