"""Traces: one provider a process, spans without contents, and W3C trace context to and from records' headers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from halobus import __version__, semconv
from halobus.settings import Settings

__all__ = ["Context", "Link", "Span", "SpanKind", "carrier", "configure", "context_from", "link_to", "shutdown"]

EXPORT_TIMEOUT = 2
"""Seconds an export may take, so that a collector that is away doesn't hold up the end of the process."""

_PROPAGATOR = TraceContextTextMapPropagator()
_current: list[TracerProvider] = [
    TracerProvider(resource=Resource({"service.name": "halobus"}), shutdown_on_exit=False)
]


def configure(service: str, settings: Settings) -> TracerProvider:
    """Use a new provider from now on; it exports only where an OTLP endpoint is set. Tests add their own processor."""
    provider = TracerProvider(resource=resource_of(service, settings), shutdown_on_exit=False)
    if settings.otlp_endpoint:
        endpoint = f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_TIMEOUT)))
    _current[0] = provider
    return provider


def resource_of(service: str, settings: Settings) -> Resource:
    """What the process is, in the words of the semantic conventions."""
    return Resource.create({"service.name": f"halobus-{service}", "service.version": f"{__version__}+{settings.build}"})


def shutdown() -> None:
    """Send what is left. Blocks for ``EXPORT_TIMEOUT`` seconds or so at most where the collector is away."""
    _current[0].shutdown()


def tracer() -> Tracer:
    """The tracer of the provider configured last."""
    return _current[0].get_tracer("halobus", __version__)


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, AttributeValue] | None = None,
    context: Context | None = None,
    links: Sequence[Link] = (),
) -> Iterator[Span]:
    """A span around a block. Of an exception it keeps the type alone, since messages may hold contents."""
    with tracer().start_as_current_span(
        name, context, kind, attributes, links, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_attribute(semconv.ERROR_TYPE, type(error).__name__)
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def carrier() -> dict[str, str]:
    """The current span as headers (``traceparent``, perhaps ``tracestate``); empty outside of spans."""
    headers: dict[str, str] = {}
    _PROPAGATOR.inject(headers)
    return headers


def context_from(headers: Mapping[str, str]) -> Context:
    """The context that headers carry; an empty one where they carry none or nonsense."""
    return _PROPAGATOR.extract(headers, context=Context())


def link_to(headers: Mapping[str, str]) -> Link | None:
    """A link to the span that headers carry, or None."""
    found = trace.get_current_span(context_from(headers)).get_span_context()
    return Link(found) if found.is_valid else None


def trace_id() -> str | None:
    """The current trace's id, 32 hex digits."""
    current = trace.get_current_span().get_span_context()
    return trace.format_trace_id(current.trace_id) if current.is_valid else None
