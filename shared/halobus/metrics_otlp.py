"""The same metrics by OTLP over HTTP, where an endpoint is set: read from the registry that /metrics shows.

OpenTelemetry's own instruments are not used: there is no observable histogram, and two ways of counting would differ.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.samples import Sample

from halobus import __version__, metrics, telemetry
from halobus.settings import Settings

EXPORT_SECONDS = 15.0
_SCOPE = InstrumentationScope("halobus", __version__)
_UNITS = {metric.name.removesuffix("_total"): metric.unit for metric in metrics.METRICS}
_CUMULATIVE = AggregationTemporality.CUMULATIVE


class MetricsExport:
    """Sends all metrics to ``{otlp_endpoint}/v1/metrics``."""

    def __init__(self, service: str, settings: Settings) -> None:
        endpoint = f"{settings.otlp_endpoint.rstrip('/')}/v1/metrics"
        self._exporter = OTLPMetricExporter(endpoint=endpoint, timeout=telemetry.EXPORT_TIMEOUT)
        self._resource = telemetry.resource_of(service, settings)
        self._started = time.time_ns()

    async def export(self) -> None:
        """Send them as they stand now. A collector that does not take them is logged by OpenTelemetry's exporter."""
        data = self.data()  # in the loop, so that nothing is changed meanwhile
        await asyncio.to_thread(self._exporter.export, data)

    def data(self) -> MetricsData:
        """Everything that /metrics shows, in OpenTelemetry's words."""
        now = time.time_ns()
        found = [_metric(family, self._started, now) for family in metrics.families() if family.samples]
        scope = ScopeMetrics(_SCOPE, found, "")
        return MetricsData([ResourceMetrics(self._resource, [scope], "")])

    def shutdown(self) -> None:
        """Close; what was counted since the last export is lost with the process, as it is for a scrape."""
        self._exporter.shutdown()


def _metric(family: Family, start: int, now: int) -> Metric:
    match family.type:
        case "histogram":
            data: Any = Histogram(_histograms(family.samples, start, now), _CUMULATIVE)
        case "counter":
            totals = [each for each in family.samples if each.name.endswith("_total")]
            data = Sum([_number(each, start, now) for each in totals], _CUMULATIVE, is_monotonic=True)
        case _:
            data = Gauge([_number(each, start, now) for each in family.samples])
    return Metric(family.name, family.documentation, _UNITS.get(family.name, ""), data)


def _number(sample: Sample, start: int, now: int) -> NumberDataPoint:
    return NumberDataPoint(dict(sample.labels), start, now, sample.value)


def _histograms(samples: Sequence[Sample], start: int, now: int) -> list[HistogramDataPoint]:
    """One point for each label set; the registry counts "up to this bound", OpenTelemetry "between the bounds"."""
    below: dict[tuple[tuple[str, str], ...], dict[float, float]] = {}
    sums: dict[tuple[tuple[str, str], ...], float] = {}
    for each in samples:
        labels = tuple(sorted((name, value) for name, value in each.labels.items() if name != "le"))
        if each.name.endswith("_bucket"):
            below.setdefault(labels, {})[float(each.labels["le"])] = each.value
        elif each.name.endswith("_sum"):
            sums[labels] = each.value
    return [_histogram(dict(labels), counts, sums[labels], start, now) for labels, counts in below.items()]


def _histogram(
    labels: dict[str, str], below: dict[float, float], total: float, start: int, now: int
) -> HistogramDataPoint:
    bounds = sorted(below)
    counts = [int(below[bound]) for bound in bounds]
    between = [count - before for count, before in zip(counts, [0, *counts], strict=False)]
    unknown: Any = None  # the registry keeps neither the least nor the greatest
    return HistogramDataPoint(labels, start, now, counts[-1], total, between, bounds[:-1], min=unknown, max=unknown)
