"""Metrics by OTLP are those of /metrics, in OpenTelemetry's own form."""

from collections.abc import Iterable
from typing import TypeVar

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1 import metrics_pb2

from halobus import metrics
from halobus.metrics_otlp import MetricsExport
from halobus.settings import Settings
from support.otlp import collector

Point = TypeVar("Point", metrics_pb2.NumberDataPoint, metrics_pb2.HistogramDataPoint)
SETTINGS = Settings(kafka_bootstrap_servers="none", mongodb_uri="mongodb://none", build="b7")


async def exported() -> tuple[dict[str, metrics_pb2.Metric], str]:
    """What a collector receives, by name; and the service's name."""
    with collector() as sink:
        export = MetricsExport("importer", SETTINGS.model_copy(update={"otlp_endpoint": sink.url}))
        await export.export()
        export.shutdown()
        [body] = sink.metrics
    [resource] = ExportMetricsServiceRequest.FromString(body).resource_metrics
    service = next(each.value.string_value for each in resource.resource.attributes if each.key == "service.name")
    return {each.name: each for scope in resource.scope_metrics for each in scope.metrics}, service


def _of(points: Iterable[Point]) -> Point:
    """This test's own: other tests of the process count under other labels."""
    return next(each for each in points if each.attributes[0].value.string_value == "otlp")


async def test_counters_gauges_and_histograms_arrive_with_their_values() -> None:
    metrics.add(metrics.RUNS, 3, kind="otlp", state="applied")
    metrics.set(metrics.UNPUBLISHED_COMMAND_AGE, 12)
    before = metrics.value(metrics.PUBLISH_SECONDS, topic="otlp")
    for seconds in (0.3, 0.3, 999.0):
        metrics.observe(metrics.PUBLISH_SECONDS, seconds, topic="otlp")
    found, service = await exported()
    assert service == "halobus-importer"
    assert _of(found["halobus_runs"].sum.data_points).as_double == 3
    assert found["halobus_runs"].sum.is_monotonic
    assert found["halobus_unpublished_command_age_seconds"].gauge.data_points[0].as_double == 12
    publish = _of(found["halobus_publish_seconds"].histogram.data_points)
    assert publish.count == before + 3
    assert dict(zip(publish.explicit_bounds, publish.bucket_counts, strict=False))[0.5] == 2
    assert publish.bucket_counts[-1] == 1
    assert found["halobus_publish_seconds"].unit == "seconds"
    metrics.set(metrics.UNPUBLISHED_COMMAND_AGE, 0)


async def test_a_collector_that_is_away_ends_nothing() -> None:
    export = MetricsExport("importer", SETTINGS.model_copy(update={"otlp_endpoint": "http://127.0.0.1:1"}))
    await export.export()
    export.shutdown()
