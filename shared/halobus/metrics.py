"""Every metric of Halobus, declared once: its name, what it says in a sentence, and its labels."""

from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_COUNTS = (1.0, 5.0, 10.0, 50.0, 100.0, 250.0, 500.0, 1000.0)


@dataclass(frozen=True)
class Metric:
    """``name`` as it stands in ``/metrics`` (a counter's ends in ``_total``); ``buckets`` for histograms alone."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    sentence: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = _SECONDS


RECORDS = Metric(
    "halobus_records_total",
    "counter",
    "records",
    "Records that a consumer finished, by what became of them (written, filtered, gone, stale, dead_lettered, erased).",
    ("service", "stream", "outcome"),
)
BATCH_RECORDS = Metric(
    "halobus_batch_records", "histogram", "records", "Records in one polled batch.", ("service",), _COUNTS
)
BATCH_SECONDS = Metric(
    "halobus_batch_seconds",
    "histogram",
    "seconds",
    "Time from a batch's arrival to its end, failed or not.",
    ("service",),
)
DEAD_LETTERS = Metric(
    "halobus_dead_letters_total", "counter", "records", "Records put on a dead-letter topic.", ("stream", "reason")
)
LAG_RECORDS = Metric(
    "halobus_lag_records",
    "gauge",
    "records",
    "Records of a partition that the group has not committed yet.",
    ("group", "topic", "partition"),
)
LAG_SECONDS = Metric(
    "halobus_lag_seconds",
    "gauge",
    "seconds",
    "Age of the oldest record that the group has not committed yet, 0 where there is none.",
    ("group", "topic", "partition"),
)
HALO_REQUESTS = Metric(
    "halobus_halo_requests_total", "counter", "requests", "Requests sent to Halo, by how they ended.", ("outcome",)
)
HALO_SECONDS = Metric("halobus_halo_seconds", "histogram", "seconds", "Time that Halo took to answer.")
BUDGET_WAIT_SECONDS = Metric(
    "halobus_budget_wait_seconds",
    "histogram",
    "seconds",
    "Time that a request waited for its place in Halo's rate limit.",
)
BUDGET_USED = Metric(
    "halobus_budget_used", "gauge", "requests", "Requests taken from an instance's current window.", ("instance",)
)
RUNS = Metric("halobus_runs_total", "counter", "runs", "Runs that ended, by their final state.", ("kind", "state"))
LEASE_CHANGES = Metric(
    "halobus_lease_changes_total", "counter", "leases", "Leases that this process took or lost.", ("change",)
)
UNPUBLISHED_COMMAND_AGE = Metric(
    "halobus_unpublished_command_age_seconds",
    "gauge",
    "seconds",
    "Age of the oldest recorded command that is not published yet, 0 where there is none.",
)
HTTP_REQUESTS = Metric(
    "halobus_http_requests_total", "counter", "requests", "HTTP requests answered.", ("method", "route", "status")
)
LOOP_FAILURES = Metric(
    "halobus_loop_failures_total", "counter", "attempts", "Attempts of a background loop that failed.", ("loop",)
)

METRICS: tuple[Metric, ...] = (
    RECORDS,
    BATCH_RECORDS,
    BATCH_SECONDS,
    DEAD_LETTERS,
    LAG_RECORDS,
    LAG_SECONDS,
    HALO_REQUESTS,
    HALO_SECONDS,
    BUDGET_WAIT_SECONDS,
    BUDGET_USED,
    RUNS,
    LEASE_CHANGES,
    UNPUBLISHED_COMMAND_AGE,
    HTTP_REQUESTS,
    LOOP_FAILURES,
)

_REGISTRY = CollectorRegistry()
ProcessCollector(registry=_REGISTRY)
GCCollector(registry=_REGISTRY)


def _collector(metric: Metric) -> Counter | Gauge | Histogram:
    match metric.kind:
        case "counter":
            return Counter(metric.name, metric.sentence, metric.labels, registry=_REGISTRY)
        case "gauge":
            return Gauge(metric.name, metric.sentence, metric.labels, registry=_REGISTRY)
        case "histogram":
            return Histogram(metric.name, metric.sentence, metric.labels, registry=_REGISTRY, buckets=metric.buckets)


_COLLECTORS = {metric: _collector(metric) for metric in METRICS}


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
