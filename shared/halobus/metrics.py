"""Every metric of Halobus, declared once: its name, what it says in a sentence, and its labels."""

from halobus.metrics_registry import Metric, add, declare, exposition, families, observe, replace, set, value

__all__ = ["Metric", "add", "exposition", "families", "observe", "replace", "set", "value"]

_COUNTS = (1.0, 5.0, 10.0, 50.0, 100.0, 250.0, 500.0, 1000.0)


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
PUBLISH_SECONDS = Metric(
    "halobus_publish_seconds",
    "histogram",
    "seconds",
    "Time until Kafka had acknowledged a publication, failed or not.",
    ("topic",),
)
BULK_WRITE_SECONDS = Metric(
    "halobus_bulk_write_seconds",
    "histogram",
    "seconds",
    "Time that MongoDB took for a bulk write of mirrors, failed or not.",
    ("collection",),
)
DEAD_LETTERS = Metric(
    "halobus_dead_letters_total",
    "counter",
    "records",
    "Records put on a dead-letter topic, by why.",
    ("stream", "reason"),
)
DEAD_LETTERS_WRITTEN = Metric(
    "halobus_dead_letters_written",
    "gauge",
    "records",
    "Records that a dead-letter topic has ever been given: the sum of its partitions' ends.",
    ("topic",),
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
COMMITTED_OFFSET = Metric(
    "halobus_committed_offset",
    "gauge",
    "records",
    "Offset up to which a group has committed a partition: one that stands still beside a lag is stalled.",
    ("group", "topic", "partition"),
)
GROUP_MEMBERS = Metric(
    "halobus_group_members",
    "gauge",
    "processes",
    "Members that a consumer group has now, 0 where none runs.",
    ("group",),
)
GROUP_STOPPED = Metric(
    "halobus_group_stopped",
    "gauge",
    "groups",
    "Whether this process holds because its group was stopped for a bad deploy, 1 or 0.",
    ("group",),
)
CONNECTIONS = Metric(
    "halobus_connections", "gauge", "connections", "Connections by state (connected, error, disconnected).", ("state",)
)
SCHEDULED_CONNECTIONS = Metric(
    "halobus_scheduled_connections",
    "gauge",
    "connections",
    "Connected tenants whose syncs are scheduled: set up, not paused, with a stream switched on.",
)
FRESH_CONNECTIONS = Metric(
    "halobus_fresh_connections",
    "gauge",
    "connections",
    "Those of the scheduled connections whose freshness is within their interval and 2 minutes more.",
)
FRESHNESS_SECONDS = Metric(
    "halobus_freshness_seconds",
    "gauge",
    "seconds",
    "Age of what the portal shows of a tenant: now less the last sync of its oldest enabled stream; the 20 worst.",
    ("tenant",),
)
OVERDUE_SECONDS = Metric(
    "halobus_overdue_seconds",
    "gauge",
    "seconds",
    "By how much a tenant's freshness exceeds its interval and 2 minutes; the 20 worst of those that do.",
    ("tenant",),
)
CONNECTION_FAILING = Metric(
    "halobus_connection_failing",
    "gauge",
    "connections",
    "Tenants whose connection is in error, 1 each, with the kind of the problem; the first 20 by name.",
    ("tenant", "problem"),
)
WRITE_BACKS_IN_REVIEW = Metric(
    "halobus_write_backs_in_review",
    "gauge",
    "runs",
    "Write-backs of a tenant that nobody can tell whether Halo has, and that wait for a person; the 20 worst.",
    ("tenant",),
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
    "halobus_budget_used_ratio",
    "gauge",
    "ratio",
    "Part of Halo's limit that our requests of the current window have used; the 20 fullest instances.",
    ("halo", "tenant"),
)
BUDGET_OURS = Metric(
    "halobus_budget_ours_ratio",
    "gauge",
    "ratio",
    "Part of Halo's limit that we may use at present; of the same instances.",
    ("halo", "tenant"),
)
BUDGET_RESERVED = Metric(
    "halobus_budget_reserved_ratio",
    "gauge",
    "ratio",
    "Part of Halo's limit that bulk reads leave to people; of the same instances.",
    ("halo", "tenant"),
)
BUDGET_LOST = Metric(
    "halobus_budget_lost_ratio",
    "gauge",
    "ratio",
    "Part of Halo's limit that we have given up since others use the instance too; of the same instances.",
    ("halo", "tenant"),
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
WEBHOOK_DELIVERIES = Metric(
    "halobus_webhook_deliveries_total",
    "counter",
    "facts",
    "Facts that the webhook had to deliver, by how an attempt ended (delivered, failed, dropped, unreadable).",
    ("outcome",),
)
HTTP_REQUESTS = Metric(
    "halobus_http_requests_total", "counter", "requests", "HTTP requests answered.", ("method", "route", "status")
)
LOOP_FAILURES = Metric(
    "halobus_loop_failures_total", "counter", "attempts", "Attempts of a background loop that failed.", ("loop",)
)
READY = Metric("halobus_ready", "gauge", "processes", "Whether this process is ready, 1 or 0: /readyz says why.")

METRICS: tuple[Metric, ...] = (
    RECORDS,
    BATCH_RECORDS,
    BATCH_SECONDS,
    PUBLISH_SECONDS,
    BULK_WRITE_SECONDS,
    DEAD_LETTERS,
    DEAD_LETTERS_WRITTEN,
    LAG_RECORDS,
    LAG_SECONDS,
    COMMITTED_OFFSET,
    GROUP_MEMBERS,
    GROUP_STOPPED,
    CONNECTIONS,
    SCHEDULED_CONNECTIONS,
    FRESH_CONNECTIONS,
    FRESHNESS_SECONDS,
    OVERDUE_SECONDS,
    CONNECTION_FAILING,
    WRITE_BACKS_IN_REVIEW,
    HALO_REQUESTS,
    HALO_SECONDS,
    BUDGET_WAIT_SECONDS,
    BUDGET_USED,
    BUDGET_OURS,
    BUDGET_RESERVED,
    BUDGET_LOST,
    RUNS,
    LEASE_CHANGES,
    UNPUBLISHED_COMMAND_AGE,
    WEBHOOK_DELIVERIES,
    HTTP_REQUESTS,
    LOOP_FAILURES,
    READY,
)

declare(METRICS)
