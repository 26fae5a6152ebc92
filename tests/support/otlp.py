"""A collector: what the services export over OTLP/HTTP, as spans, as metrics' names and as the bytes that came."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2

from support.http_server import Reply, Request, serving


@dataclass(frozen=True)
class Span:
    """A span as exported; ids are hex, ``parent`` empty where it has none, ``links`` pairs of trace and span."""

    service: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    links: tuple[tuple[str, str], ...]
    seconds: float

    def __repr__(self) -> str:
        return f"{self.service}: {self.name}"


@dataclass
class Collector:
    """``bodies``: each export of spans, decompressed; ``metrics``: each of metrics."""

    url: str
    bodies: list[bytes] = field(default_factory=list)
    metrics: list[bytes] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """What makes a service export to this collector, soon."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.url,
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "NO_PROXY": "127.0.0.1",
        }

    def spans(self) -> list[Span]:
        """Every span that came so far."""
        return [
            _span(_attributes(group.resource.attributes).get("service.name", ""), span)
            for body in list(self.bodies)
            for group in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in group.scope_spans
            for span in scope.spans
        ]


@contextmanager
def collector() -> Iterator[Collector]:
    """A collector on a free port, until the block ends."""
    found = Collector("")

    def keep(request: Request) -> Reply:
        kept = found.metrics if request.path.endswith("/v1/metrics") else found.bodies
        packed = request.headers.get("content-encoding") == "gzip"
        kept.append(gzip.decompress(request.body) if packed else request.body)
        return Reply()

    with serving(keep) as found.url:
        yield found


def _span(service: str, span: trace_pb2.Span) -> Span:
    return Span(
        service=service,
        name=span.name,
        kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        attributes=_attributes(span.attributes),
        links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
    )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs if isinstance(pair, KeyValue)}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, kind) if kind else None
