"""Grafana's dashboards, in deploy/helm/halobus/files/dashboards: each panel a metric of the list and its sentence."""

import json
from pathlib import Path

from halobus import metrics
from halobus.metrics import Metric
from operating.grafana import dashboard
from operating.panels import Panel

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "deploy" / "helm" / "halobus" / "files" / "dashboards"
_READY = ((1, "ready"), (0, "not ready"))
_STOPPED = ((0, "runs"), (1, "stopped"))
_FAILING = ((0, "works"), (1, "in error"))

_DASHBOARDS: dict[str, tuple[Panel, ...]] = {
    "Overview": (
        Panel("Connections by state", metrics.CONNECTIONS, ("state",)),
        Panel("Scheduled connections", metrics.SCHEDULED_CONNECTIONS, kind="stat"),
        Panel("Fresh connections", metrics.FRESH_CONNECTIONS, kind="stat"),
        Panel("Services that are ready", metrics.READY, ("service",), kind="state-timeline", states=_READY),
        Panel("Runs by outcome", metrics.RUNS, ("kind", "state"), ask="count"),
        Panel("Lag by group", metrics.LAG_SECONDS, ("group",), limit=300),
        Panel("Dead letters by reason", metrics.DEAD_LETTERS, ("stream", "reason"), ask="count"),
        Panel("Oldest unpublished command", metrics.UNPUBLISHED_COMMAND_AGE, limit=60),
        Panel("HTTP requests by status", metrics.HTTP_REQUESTS, ("status",)),
        Panel("Background loops that fail", metrics.LOOP_FAILURES, ("loop",), ask="count"),
        Panel("Webhook by outcome", metrics.WEBHOOK_DELIVERIES, ("outcome",), ask="count"),
    ),
    "Connections": (
        Panel("In error", metrics.CONNECTION_FAILING, ("tenant", "problem"), kind="state-timeline", states=_FAILING),
        Panel("Overdue", metrics.OVERDUE_SECONDS, ("tenant",), limit=1800),
        Panel("Freshness, the worst", metrics.FRESHNESS_SECONDS, ("tenant",)),
        Panel("Write-backs that need review", metrics.WRITE_BACKS_IN_REVIEW, ("tenant",)),
        Panel("Lease changes", metrics.LEASE_CHANGES, ("change",), ask="count"),
        Panel("Failed runs", metrics.RUNS, ("kind",), 'state="failed"', ask="count"),
    ),
    "Pipeline": (
        Panel("Lag in seconds", metrics.LAG_SECONDS, ("group", "topic"), limit=300),
        Panel("Lag in records", metrics.LAG_RECORDS, ("group", "topic")),
        Panel("Committed", metrics.COMMITTED_OFFSET, ("group", "topic"), ask="speed"),
        Panel("Members", metrics.GROUP_MEMBERS, ("group",)),
        Panel("Stopped groups", metrics.GROUP_STOPPED, ("group",), kind="state-timeline", states=_STOPPED),
        Panel("Records by outcome", metrics.RECORDS, ("stream", "outcome")),
        Panel("Records in a batch (p95)", metrics.BATCH_RECORDS, ("service",)),
        Panel("Time for a batch (p95)", metrics.BATCH_SECONDS, ("service",)),
        Panel("MongoDB: bulk writes (p95)", metrics.BULK_WRITE_SECONDS, ("collection",)),
        Panel("Kafka: publications (p95)", metrics.PUBLISH_SECONDS, ("topic",)),
        Panel("Dead letters written", metrics.DEAD_LETTERS_WRITTEN, ("topic",), ask="growth", limit=20),
    ),
    "Halo budget": (
        Panel("Used", metrics.BUDGET_USED, ("halo", "tenant")),
        Panel("Ours", metrics.BUDGET_OURS, ("halo", "tenant")),
        Panel("Reserved for people", metrics.BUDGET_RESERVED, ("halo", "tenant")),
        Panel("Lost to others", metrics.BUDGET_LOST, ("halo", "tenant"), limit=0.4),
        Panel("Waiting for a place (p95)", metrics.BUDGET_WAIT_SECONDS),
        Panel("Requests by outcome", metrics.HALO_REQUESTS, ("outcome",)),
        Panel("Halo's answers (p95)", metrics.HALO_SECONDS),
    ),
}


def files() -> dict[Path, str]:
    """Every dashboard's file and text."""
    return {
        FOLDER / f"{_slug(title)}.json": json.dumps(
            dashboard(_slug(title), f"Halobus: {title}", panels), indent=1, ensure_ascii=False
        )
        + "\n"
        for title, panels in _DASHBOARDS.items()
    }


def panels() -> list[Panel]:
    """Those of all dashboards."""
    return [panel for each in _DASHBOARDS.values() for panel in each]


def shown() -> set[Metric]:
    """The metrics that some panel shows."""
    return {panel.metric for panel in panels()}


def expressions() -> list[str]:
    """Everything that the panels ask Prometheus for."""
    return [panel.expression for panel in panels()]


def _slug(title: str) -> str:
    return f"halobus-{title.lower().replace(' ', '-')}"
