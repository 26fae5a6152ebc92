"""The process's metrics: what ``halobus.metrics`` declares, made into Prometheus' collectors, and how they are set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.process_collector import ProcessCollector

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True)
class Metric:
    """``name`` as it stands in ``/metrics`` (a counter's ends in ``_total``); ``buckets`` for histograms alone."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    sentence: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = SECONDS


_REGISTRY = CollectorRegistry()
_COLLECTORS: dict[Metric, Counter | Gauge | Histogram] = {}
ProcessCollector(registry=_REGISTRY)
GCCollector(registry=_REGISTRY)


def declare(metrics: Iterable[Metric]) -> None:
    """Make them known, once; ValueError for a name that is taken."""
    for metric in metrics:
        _COLLECTORS[metric] = _collector(metric)


def _collector(metric: Metric) -> Counter | Gauge | Histogram:
    match metric.kind:
        case "counter":
            return Counter(metric.name, metric.sentence, metric.labels, registry=_REGISTRY)
        case "gauge":
            return Gauge(metric.name, metric.sentence, metric.labels, registry=_REGISTRY)
        case "histogram":
            return Histogram(metric.name, metric.sentence, metric.labels, registry=_REGISTRY, buckets=metric.buckets)


def _labelled(metric: Metric, labels: dict[str, str]) -> Counter | Gauge | Histogram:
    collector = _COLLECTORS[metric]
    return collector.labels(**labels) if metric.labels else collector


def add(metric: Metric, n: float = 1, **labels: str) -> None:
    """Raise a counter."""
    counter = _labelled(metric, labels)
    if not isinstance(counter, Counter):
        raise TypeError(f"{metric.name} is no counter")
    counter.inc(n)


def set(metric: Metric, value: float, **labels: str) -> None:
    """Set a gauge."""
    gauge = _labelled(metric, labels)
    if not isinstance(gauge, Gauge):
        raise TypeError(f"{metric.name} is no gauge")
    gauge.set(value)


def replace(metric: Metric, values: Mapping[tuple[str, ...], float]) -> None:
    """Set a gauge for these label values, in the order of its labels, and for no others: what fell out is gone."""
    gauge = _COLLECTORS[metric]
    if not isinstance(gauge, Gauge) or not metric.labels:
        raise TypeError(f"{metric.name} is no gauge with labels")
    gauge.clear()
    for labels, value in values.items():
        gauge.labels(*labels).set(value)


def observe(metric: Metric, value: float, **labels: str) -> None:
    """Add an observation to a histogram."""
    histogram = _labelled(metric, labels)
    if not isinstance(histogram, Histogram):
        raise TypeError(f"{metric.name} is no histogram")
    histogram.observe(value)


def value(metric: Metric, **labels: str) -> float:
    """The present value of a counter or gauge, or a histogram's number of observations; 0 where there is none yet."""
    name = f"{metric.name}_count" if metric.kind == "histogram" else metric.name
    return _REGISTRY.get_sample_value(name, labels) or 0.0


def exposition() -> bytes:
    """All metrics in Prometheus's text format."""
    return generate_latest(_REGISTRY)


def families() -> list[Family]:
    """All metrics as they stand now, for other formats."""
    return list(_REGISTRY.collect())
