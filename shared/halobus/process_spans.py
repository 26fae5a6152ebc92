"""The traces of a batch: one span for each page whose records are in it, and one, linked to them, around the write."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from opentelemetry.util.types import AttributeValue

from halobus import semconv, telemetry
from halobus.arrival import Origin
from halobus.telemetry import Context, Link, Span, SpanKind
from halobus.topics import Topic


@contextmanager
def page_spans(topic: Topic, group: str, origins: Sequence[Origin]) -> Iterator[list[Link]]:
    """A span "process <topic>" in the trace of each page that published some of these records; gives links to them."""
    pages = Counter(origin.traceparent for origin in origins)
    with ExitStack() as spans:
        yield [
            Link(spans.enter_context(_page_span(topic, group, traceparent, count)).get_span_context())
            for traceparent, count in pages.items()
        ]


def _page_span(topic: Topic, group: str, traceparent: str | None, count: int) -> AbstractContextManager[Span]:
    context = telemetry.context_from({"traceparent": traceparent} if traceparent else {})
    attributes: dict[str, AttributeValue] = {
        semconv.SYSTEM: semconv.KAFKA,
        semconv.DESTINATION: topic.name,
        semconv.OPERATION_TYPE: semconv.PROCESS,
        semconv.OPERATION_NAME: semconv.PROCESS,
        semconv.GROUP: group,
        semconv.BATCH_COUNT: count,
    }
    return telemetry.span(f"process {topic.name}", SpanKind.CONSUMER, attributes, context)


def write_span(service: str, collection: str, count: int, pages: Sequence[Link]) -> AbstractContextManager[Span]:
    """The span of the batch's bulk write: a trace of its own, since its records come from many."""
    attributes: dict[str, AttributeValue] = {
        semconv.DB_SYSTEM: semconv.MONGODB,
        semconv.DB_COLLECTION: collection,
        semconv.DB_OPERATION: "bulk_write",
        semconv.DB_BATCH_SIZE: count,
    }
    return telemetry.span(f"{service} bulk_write {collection}", SpanKind.CLIENT, attributes, Context(), pages)
