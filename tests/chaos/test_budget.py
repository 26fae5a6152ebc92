from chaos.budget import budget
from chaos.row import Ground


async def test_halos_limit_is_shared_and_not_overrun(ground: Ground) -> None:
    row = await budget(ground, full=False)
    assert row.held, row
