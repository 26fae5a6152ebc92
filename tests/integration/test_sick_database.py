"""A sick database never eats data: nothing is dead-lettered or committed, and it goes on by itself."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from halobus import topics
from support.consumers import Bench, Where, bench, ticket_consumer
from support.proxy import Proxy, proxied
from support.records import number, ticket, unreadable
from support.waiting import until


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    async with bench(place) as made:
        await made.choose_teams("all")
        yield made


@pytest.fixture
async def proxy(place: Where) -> AsyncIterator[Proxy]:
    async with proxied(urlsplit(place.mongodb_uri).port or 27017) as made:
        yield made


async def test_an_outage_holds_the_records_and_ends_by_itself(here: Bench, proxy: Proxy) -> None:
    uri = f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"
    async with ticket_consumer(here.place, mongodb_uri=uri) as service:
        await here.bus.publish_raw(topics.TICKETS, [ticket(1)])
        await here.until_caught_up()
        proxy.cut()
        records = [*(ticket(id) for id in range(2, 202)), unreadable(300, number())]
        await here.bus.publish_raw(topics.TICKETS, records)
        await until(lambda: _waits(service.health.problems))
        assert service.health.alive
        assert await here.committed() == 1
        assert await here.database["tickets"].count_documents({}) == 1
        assert await here.read_all(topics.TICKETS.dead_letters) == []
        proxy.mend()
        await here.until_caught_up()
        assert "storing" not in service.health.problems
    assert await here.database["tickets"].count_documents({"state": "live"}) == 201
    assert len(await here.read_all(topics.TICKETS.dead_letters)) == 1


async def _waits(problems: dict[str, str]) -> bool:
    return "storing" in problems
