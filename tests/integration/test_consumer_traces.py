"""The last spans of the trace from click to document: one a page, and the bulk write linked to them."""

from collections.abc import AsyncIterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from halobus import semconv, telemetry
from halobus.consumer import Consumer
from halobus.service import Service
from support.consumers import TICKET_MAPPING, TICKET_STREAM, Bench, Where, bench, settings_of
from support.records import TRACE, TRACEPARENT, but, consumed, ticket

OTHER = TRACEPARENT.replace(TRACE, "1" * 32)


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    async with bench(place) as made:
        yield made


async def test_a_page_is_a_span_in_its_trace_and_the_write_links_to_it(here: Bench) -> None:
    await here.choose_teams("all")
    service = Service("sync-ticket", settings_of(here.place))
    spans = InMemorySpanExporter()
    telemetry.configure("sync-ticket", service.settings).add_span_processor(SimpleSpanProcessor(spans))
    records = [
        ticket(1, summary="hunter2"),
        ticket(2),
        but(ticket(3), traceparent=OTHER),
        but(ticket(4), traceparent=None),
    ]
    await Consumer(service, TICKET_STREAM, TICKET_MAPPING).handle([consumed(each) for each in records])
    await service.bus.stop()
    service.database.client.close()
    found = spans.get_finished_spans()
    pages = {f"{each.context.trace_id:032x}": each for each in found if each.name == "process halo.tickets"}
    [write] = [each for each in found if each.name == "sync-ticket bulk_write tickets"]
    assert len(pages) == 3
    attributes = pages[TRACE].attributes or {}
    assert (attributes[semconv.BATCH_COUNT], attributes[semconv.GROUP]) == (2, "sync-ticket")
    assert {f"{link.context.trace_id:032x}" for link in write.links} == set(pages)
    assert write.parent is None
    assert "hunter2" not in "".join(each.to_json() for each in found)
