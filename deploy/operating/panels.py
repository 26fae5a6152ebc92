"""A dashboard's panel: what it asks Prometheus for, and how its values are read."""

from dataclasses import dataclass
from typing import Literal

from halobus.metrics import Metric
from operating.alert_list import ALERTS
from operating.expressions import names_in

Kind = Literal["timeseries", "stat", "state-timeline"]
JOB = 'job=~"$job"'
"""Every query is of the installations that are chosen at the top."""
SPAN = "15m"
"""Over which events are counted that are too rare for a rate."""


@dataclass(frozen=True)
class Panel:
    """``by``: the labels that stay; ``only``: a matcher; ``ask``: in place of what is usual for the metric's kind, the
    *count* of events too rare for a rate, or the *growth* or *speed* of a gauge that only grows. ``limit``: where it
    turns red, which is where its alert fires. ``states``: a state timeline's values and words, the good one first."""

    title: str
    metric: Metric
    by: tuple[str, ...] = ()
    only: str = ""
    kind: Kind = "timeseries"
    ask: Literal["", "count", "growth", "speed"] = ""
    limit: float | None = None
    states: tuple[tuple[int, str], ...] = ()

    @property
    def expression(self) -> str:
        """Rates of counters, the 95th percentile of histograms, the greatest of what replicas watch."""
        chosen = f"{{{', '.join(filter(None, (self.only, JOB)))}}}"
        name = self.metric.name
        match self.ask or self.metric.kind:
            case "counter":
                return f"sum{_by(self.by)} (rate({name}{chosen}[$__rate_interval]))"
            case "count":
                return f"sum{_by(self.by)} (increase({name}{chosen}[{SPAN}]))"
            case "histogram":
                buckets = f"sum{_by(('le', *self.by))} (rate({name}_bucket{chosen}[$__rate_interval]))"
                return f"histogram_quantile(0.95, {buckets})"
            case "growth":
                return self._greatest(f"delta({name}{chosen}[{SPAN}])")
            case "speed":
                return self._greatest(f"rate({name}{chosen}[$__rate_interval])")
            case _:
                return self._greatest(f"{name}{chosen}")

    def _greatest(self, asked: str) -> str:
        """Of every partition by itself, where records are counted: they are summed."""
        if "partition" in self.metric.labels and self.metric.unit == "records":
            return f"sum{_by(self.by)} (max{_by((*self.by, 'partition'))} ({asked}))"
        return f"max{_by(self.by)} ({asked})"

    @property
    def description(self) -> str:
        """The metric's sentence, and which alerts look at it."""
        span = f" Counted over {SPAN.removesuffix('m')} minutes." if SPAN in self.expression else ""
        watched = [alert.name for alert in ALERTS if self.metric.name in names_in(alert.expression)]
        return f"{self.metric.sentence}{span}{_alerts(watched)}"

    @property
    def unit(self) -> str:
        """Grafana's name of it."""
        per_second = self.ask == "speed" or (self.metric.kind == "counter" and not self.ask)
        names = {"requests": "reqps", "records": "recps"} if per_second else {"seconds": "s", "ratio": "percentunit"}
        return names.get(self.metric.unit, "short")

    @property
    def legend(self) -> str:
        """The labels that stay, in their order."""
        return " · ".join(f"{{{{{label}}}}}" for label in self.by) or self.title


def _by(labels: tuple[str, ...]) -> str:
    return f" by ({', '.join(labels)})" if labels else ""


def _alerts(names: list[str]) -> str:
    return f"\n\nAlerts, each with its section in docs/runbook.md: {', '.join(names)}." if names else ""
