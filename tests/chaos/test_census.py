from chaos.census import census
from chaos.row import Ground


async def test_nothing_leaves_the_portal_without_proof(ground: Ground) -> None:
    row = await census(ground, full=False)
    assert row.held, row
