"""Grafana's dashboards, in deploy/helm/halobus/files/dashboards: each panel a metric of the list and its sentence."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from halobus import metrics
from halobus.metrics import Metric

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "deploy" / "helm" / "halobus" / "files" / "dashboards"
UNITS = {"seconds": "s", "ratio": "percentunit"}
COLUMNS, WIDTH, HEIGHT = 2, 12, 8


@dataclass(frozen=True)
class Panel:
    """``by``: the labels that stay; ``only``: a matcher."""

    title: str
    metric: Metric
    by: tuple[str, ...] = ()
    only: str = ""
    kind: str = "timeseries"

    @property
    def expression(self) -> str:
        """The query: rates of counters, the 95th percentile of histograms, the greatest of what replicas watch."""
        chosen = f"{{{self.only}}}" if self.only else ""
        match self.metric.kind:
            case "counter":
                return f"sum{_by(self.by)} (rate({self.metric.name}{chosen}[5m]))"
            case "histogram":
                buckets = f"sum{_by(('le', *self.by))} (rate({self.metric.name}_bucket{chosen}[5m]))"
                return f"histogram_quantile(0.95, {buckets})"
            case "gauge":
                return f"max{_by(self.by)} ({self.metric.name}{chosen})"


_DASHBOARDS: dict[str, tuple[Panel, ...]] = {
    "Overview": (
        Panel("Connections by state", metrics.CONNECTIONS, ("state",)),
        Panel("Scheduled connections", metrics.SCHEDULED_CONNECTIONS, kind="stat"),
        Panel("Fresh connections", metrics.FRESH_CONNECTIONS, kind="stat"),
        Panel("Services that are ready", metrics.READY, ("service",)),
        Panel("Runs by outcome", metrics.RUNS, ("kind", "state")),
        Panel("Lag by group", metrics.LAG_SECONDS, ("group",)),
        Panel("Dead letters by reason", metrics.DEAD_LETTERS, ("stream", "reason")),
        Panel("Oldest unpublished command", metrics.UNPUBLISHED_COMMAND_AGE),
        Panel("HTTP requests by status", metrics.HTTP_REQUESTS, ("status",)),
        Panel("Background loops that fail", metrics.LOOP_FAILURES, ("loop",)),
        Panel("Webhook by outcome", metrics.WEBHOOK_DELIVERIES, ("outcome",)),
    ),
    "Connections": (
        Panel("In error", metrics.CONNECTION_FAILING, ("tenant", "problem")),
        Panel("Overdue", metrics.OVERDUE_SECONDS, ("tenant",)),
        Panel("Freshness, the worst", metrics.FRESHNESS_SECONDS, ("tenant",)),
        Panel("Write-backs that need review", metrics.WRITE_BACKS_IN_REVIEW, ("tenant",)),
        Panel("Lease changes", metrics.LEASE_CHANGES, ("change",)),
        Panel("Failed runs", metrics.RUNS, ("kind",), 'state="failed"'),
    ),
    "Pipeline": (
        Panel("Lag in seconds", metrics.LAG_SECONDS, ("group", "topic")),
        Panel("Lag in records", metrics.LAG_RECORDS, ("group", "topic", "partition")),
        Panel("Committed", metrics.COMMITTED_OFFSET, ("group", "topic", "partition")),
        Panel("Members", metrics.GROUP_MEMBERS, ("group",)),
        Panel("Stopped groups", metrics.GROUP_STOPPED, ("group",)),
        Panel("Records by outcome", metrics.RECORDS, ("stream", "outcome")),
        Panel("Records in a batch (p95)", metrics.BATCH_RECORDS, ("service",)),
        Panel("Time for a batch (p95)", metrics.BATCH_SECONDS, ("service",)),
        Panel("MongoDB: bulk writes (p95)", metrics.BULK_WRITE_SECONDS, ("collection",)),
        Panel("Kafka: publications (p95)", metrics.PUBLISH_SECONDS, ("topic",)),
        Panel("Dead letters written", metrics.DEAD_LETTERS_WRITTEN, ("topic",)),
    ),
    "Halo budget": (
        Panel("Used", metrics.BUDGET_USED, ("halo", "tenant")),
        Panel("Ours", metrics.BUDGET_OURS, ("halo", "tenant")),
        Panel("Reserved for people", metrics.BUDGET_RESERVED, ("halo", "tenant")),
        Panel("Lost to others", metrics.BUDGET_LOST, ("halo", "tenant")),
        Panel("Waiting for a place (p95)", metrics.BUDGET_WAIT_SECONDS),
        Panel("Requests by outcome", metrics.HALO_REQUESTS, ("outcome",)),
        Panel("Halo's answers (p95)", metrics.HALO_SECONDS),
    ),
}


def files() -> dict[Path, str]:
    """Every dashboard's file and text."""
    return {
        FOLDER / f"{_slug(title)}.json": json.dumps(_dashboard(title, panels), indent=1, ensure_ascii=False) + "\n"
        for title, panels in _DASHBOARDS.items()
    }


def shown() -> set[Metric]:
    """The metrics that some panel shows."""
    return {panel.metric for panels in _DASHBOARDS.values() for panel in panels}


def expressions() -> list[str]:
    """Everything that the panels ask Prometheus for."""
    return [panel.expression for panels in _DASHBOARDS.values() for panel in panels]


def _by(labels: tuple[str, ...]) -> str:
    return f" by ({', '.join(labels)})" if labels else ""


def _slug(title: str) -> str:
    return f"halobus-{title.lower().replace(' ', '-')}"


def _dashboard(title: str, panels: tuple[Panel, ...]) -> dict[str, Any]:
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    return {
        "uid": _slug(title),
        "title": f"Halobus: {title}",
        "tags": ["halobus"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [source]},
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    datasource = {"type": "prometheus", "uid": "${source}"}
    unit = "ops" if panel.metric.kind == "counter" else UNITS.get(panel.metric.unit, "short")
    legend = " ".join(f"{{{{{label}}}}}" for label in panel.by) or panel.title
    return {
        "id": number + 1,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.metric.sentence,
        "datasource": datasource,
        "gridPos": {"x": number % COLUMNS * WIDTH, "y": number // COLUMNS * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": datasource, "expr": panel.expression, "legendFormat": legend}],
    }
