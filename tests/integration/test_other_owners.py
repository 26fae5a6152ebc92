"""sync-crm and importer on the real MongoDB: the same rules for companies and reference lists."""

from collections.abc import AsyncIterator

import pytest

from halobus.consumer import Consumer
from halobus.mapping import Mapping
from halobus.messages import REPLACE_REFERENCE, UPSERT_COMPANY
from halobus.publisher import Raw
from halobus.service import Service
from halobus.streams import STREAMS, StreamName
from support.consumers import Bench, Where, bench, settings_of
from support.records import company, consumed, gone, number, reference

MAPPINGS = {
    StreamName.COMPANIES: Mapping(UPSERT_COMPANY),
    StreamName.REFERENCE: Mapping(REPLACE_REFERENCE, identity="name"),
}


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    async with bench(place) as made:
        yield made


async def handle(here: Bench, name: StreamName, *records: Raw) -> None:
    stream = STREAMS[name]
    service = Service(stream.owner, settings_of(here.place))
    consumer = Consumer(service, stream, MAPPINGS[name])
    await consumer.handle([consumed(record, topic=stream.topic.name) for record in records])
    await service.bus.stop()
    service.database.client.close()


async def test_companies_have_no_scope(here: Bench) -> None:
    await handle(here, StreamName.COMPANIES, company(1, inactive=True), company(2))
    found = [await here.mirror(id, "companies") for id in (1, 2)]
    assert [each and each["state"] for each in found] == ["live", "live"]
    await handle(here, StreamName.COMPANIES, gone(1, number(2)))
    left = await here.mirror(1, "companies")
    assert left is not None
    assert (left["state"], left["reason"], "content" in left) == ("gone", "deleted", False)


async def test_a_reference_list_is_replaced_whole(here: Bench) -> None:
    old = reference("teams", [{"id": 1, "name": "A"}, {"id": 2, "name": "B", "attributes": {"a.b": 1}}], number(1))
    new = reference("teams", [{"id": "x", "name": "C", "attributes": {"$where": "1"}}], number(2))
    await handle(here, StreamName.REFERENCE, old, new)
    found = await here.mirror("teams", "reference")
    assert found is not None
    assert [item["id"] for item in found["content"]["items"]] == ["x"]
    assert found["content"]["items"][0]["attributes"] == {"$where": "1"}


async def test_a_list_that_nobody_knows_is_a_reject(here: Bench) -> None:
    await handle(here, StreamName.REFERENCE, reference("passwords", []))
    reject = await here.database["importer_rejects"].find_one({})
    assert reject is not None
    assert reject["error"] == "name: literal_error"
