"""Traces: context through headers and over the wire, and spans that hold no content."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from halobus import semconv, telemetry
from halobus.settings import Settings
from support.http_server import Reply, Request, serving

SETTINGS = Settings(kafka_bootstrap_servers="none", mongodb_uri="mongodb://none", build="b7")


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans that ended."""
    exporter = InMemorySpanExporter()
    telemetry.configure("sync-ticket", SETTINGS).add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    telemetry.configure("test", SETTINGS)


def test_a_trace_goes_on_through_headers(spans: InMemorySpanExporter) -> None:
    with telemetry.span("page", telemetry.SpanKind.PRODUCER):
        headers = telemetry.carrier()
    with telemetry.span("process", context=telemetry.context_from(headers)):
        assert telemetry.trace_id() == headers["traceparent"].split("-")[1]
    page, process = spans.get_finished_spans()
    assert process.parent is not None
    assert page.context is not None
    assert process.parent.span_id == page.context.span_id
    assert page.resource.attributes["service.name"] == "halobus-sync-ticket"


@pytest.mark.parametrize("headers", [{}, {"traceparent": "nonsense"}])
def test_headers_without_a_trace_begin_a_new_one(headers: dict[str, str]) -> None:
    with telemetry.span("outer"):
        outer = telemetry.trace_id()
        with telemetry.span("process", context=telemetry.context_from(headers)):
            assert telemetry.trace_id() not in (None, outer)
    assert telemetry.link_to(headers) is None
    assert telemetry.carrier() == {}


def test_a_batch_span_links_to_the_pages_in_it(spans: InMemorySpanExporter) -> None:
    with telemetry.span("page"):
        link = telemetry.link_to(telemetry.carrier())
    assert link is not None
    with telemetry.span("batch", links=[link]):
        pass
    page, batch = spans.get_finished_spans()
    assert page.context is not None
    assert [each.context.span_id for each in batch.links] == [page.context.span_id]


def test_of_an_exception_a_span_keeps_the_type_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="a document"), telemetry.span("batch"):
        raise ValueError("a document")
    [batch] = spans.get_finished_spans()
    assert batch.attributes is not None
    assert batch.attributes[semconv.ERROR_TYPE] == "ValueError"
    assert "a document" not in batch.to_json()


def test_with_an_endpoint_spans_leave_by_otlp() -> None:
    received: list[str] = []

    def take(request: Request) -> Reply:
        received.append(request.path)
        return Reply()

    with serving(take) as address:
        telemetry.configure("sync-ticket", SETTINGS.model_copy(update={"otlp_endpoint": f"{address}/"}))
        with telemetry.span("work"):
            pass
        telemetry.shutdown()
    telemetry.configure("test", SETTINGS)
    assert received == ["/v1/traces"]
