from chaos.kafka_gone import kafka_gone
from chaos.row import Ground


async def test_nothing_is_lost_when_all_topics_are_made_anew_under_a_sync(ground: Ground) -> None:
    row = await kafka_gone(ground, full=False)
    assert row.held, row
