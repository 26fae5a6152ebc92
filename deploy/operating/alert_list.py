"""The alerts: of the system (*page*: wake somebody) and of one tenant (*ticket*: tomorrow will do).

Every replica of wizard-api exposes what it watches, so expressions take the greatest of them.
"""

from dataclasses import dataclass
from typing import Literal

_OBJECTIVE = 0.99
"""Of the scheduled connections, this part is fresher than its interval and 2 minutes, over 30 days."""
_FAST, _SLOW = 14.4, 6.0
"""Burn rates that spend 2 % of the month's allowance in an hour, and 5 % in six."""
_PORTAL = 'group!~".*wizard-api[.]webhook"'
_WEBHOOK = 'group=~".*wizard-api[.]webhook"'
_SERVICES = "connector|sync-ticket|sync-crm|importer|wizard-api"
RECORDED = {
    "halobus:stale_connections:count": "max(halobus_scheduled_connections) - max(halobus_fresh_connections)",
    "halobus:stale_connections:ratio": "halobus:stale_connections:count / (max(halobus_scheduled_connections) > 0)",
}
"""Series that Prometheus keeps for the objective."""


@dataclass(frozen=True)
class Alert:
    """``lasting``: how long ``expression`` must hold. ``summary``: a sentence, with Prometheus' templates."""

    name: str
    severity: Literal["page", "ticket"]
    expression: str
    lasting: str
    summary: str


def _burning(rate: float, long: str, short: str) -> str:
    limit = f"{rate * (1 - _OBJECTIVE):.3g}"
    both = " and ".join(f"avg_over_time(halobus:stale_connections:ratio[{span}]) > {limit}" for span in (long, short))
    return f"{both} and halobus:stale_connections:count >= 2"  # one tenant alone is a ticket, however few there are


ALERTS: tuple[Alert, ...] = (
    Alert(
        "HalobusFreshnessBurnsFast",
        "page",
        _burning(_FAST, "1h", "5m"),
        "2m",
        "Many tenants see tickets older than promised: at this rate the month's allowance is gone in two days.",
    ),
    Alert(
        "HalobusFreshnessBurnsSlow",
        "page",
        _burning(_SLOW, "6h", "30m"),
        "15m",
        "More tenants than promised have seen old tickets for hours.",
    ),
    Alert(
        "HalobusManyConnectionsFailing",
        "page",
        'max(halobus_connections{state="error"}) > 2 and '
        'max(halobus_connections{state="error"}) > 0.1 * sum(max by (state) (halobus_connections))',
        "5m",
        "{{ $value }} connections are in error, more than a tenth: the cause is probably ours.",
    ),
    Alert(
        "HalobusServiceNotReady",
        "page",
        f'max by (service) (halobus_ready) == 0 or max by (service) (up{{service=~"{_SERVICES}"}}) == 0',
        "5m",
        "No replica of {{ $labels.service }} is ready.",
    ),
    Alert(
        "HalobusNotWatched",
        "page",
        "absent(halobus_lag_seconds) or absent(halobus_connections)",
        "5m",
        "No wizard-api measures lag or connections: every other alert may be blind.",
    ),
    Alert(
        "HalobusLagHigh",
        "page",
        f"max by (group, topic) (halobus_lag_seconds{{{_PORTAL}}}) > 300",
        "2m",
        "{{ $labels.group }} is {{ $value | humanizeDuration }} behind on {{ $labels.topic }}.",
    ),
    Alert(
        "HalobusNoConsumer",
        "page",
        f"max by (group) (halobus_group_members{{{_PORTAL}}}) == 0",
        "5m",
        "Nobody consumes as {{ $labels.group }}.",
    ),
    Alert(
        "HalobusConsumerStalled",
        "page",
        f"max by (group, topic, partition) (halobus_lag_records{{{_PORTAL}}}) > 0 "
        "and max by (group, topic, partition) (changes(halobus_committed_offset[10m])) == 0 "
        "and on (group) max by (group) (halobus_group_members) > 0",
        "5m",
        "{{ $labels.group }} runs, but commits nothing of {{ $labels.topic }} partition {{ $labels.partition }}.",
    ),
    Alert(
        "HalobusGroupStopped",
        "page",
        "max by (group) (halobus_group_stopped) == 1",
        "1m",
        "{{ $labels.group }} has stopped itself: its last 100 records could not be stored, probably a bad deploy.",
    ),
    Alert(
        "HalobusDeadLettersGrowing",
        "page",
        "max by (topic) (delta(halobus_dead_letters_written[15m])) > 20",
        "1m",
        'About {{ $value | printf "%.0f" }} records went to {{ $labels.topic }} within 15 minutes.',
    ),
    Alert(
        "HalobusCommandsUnpublished",
        "page",
        "max(halobus_unpublished_command_age_seconds) > 60",
        "2m",
        "A click has been waiting for Kafka for {{ $value | humanizeDuration }}.",
    ),
    Alert(
        "HalobusLeasesFlap",
        "page",
        'sum(increase(halobus_lease_changes_total{change="lost"}[15m])) > 5',
        "5m",
        'About {{ $value | printf "%.0f" }} leases were lost within 15 minutes: syncs begin again and again.',
    ),
    Alert(
        "HalobusWebhookUndelivered",
        "page",
        f"max by (group) (halobus_lag_seconds{{{_WEBHOOK}}}) > 3600 "
        'or sum(increase(halobus_webhook_deliveries_total{outcome="dropped"}[1h])) > 0',
        "5m",
        "The host portal does not take what the webhook posts.",
    ),
    Alert(
        "HalobusCredentialsFailing",
        "ticket",
        'max by (tenant) (halobus_connection_failing{problem="credentials"}) == 1',
        "1m",
        "Halo refuses the credential of {{ $labels.tenant }}.",
    ),
    Alert(
        "HalobusConnectionFailing",
        "ticket",
        'max by (tenant, problem) (halobus_connection_failing{problem!="credentials"}) == 1',
        "30m",
        "The connection of {{ $labels.tenant }} is in error ({{ $labels.problem }}).",
    ),
    Alert(
        "HalobusTenantStale",
        "ticket",
        "max by (tenant) (halobus_overdue_seconds) > 1800",
        "10m",
        "The portal of {{ $labels.tenant }} is {{ $value | humanizeDuration }} older than promised.",
    ),
    # Averages: our share goes up and down by the window, and a read that uses all it may has slots to take again at
    # any moment that one looks at. And more than none: of the lowest share nothing is left without the reserve.
    Alert(
        "HalobusBudgetExhausted",
        "ticket",
        "max by (halo, tenant) (avg_over_time(halobus_budget_used_ratio[30m])) >= 0.9 * clamp_min("
        "max by (halo, tenant) (avg_over_time(halobus_budget_ours_ratio[30m]) "
        "- avg_over_time(halobus_budget_reserved_ratio[30m])), 0.01)",
        "30m",
        "For half an hour or longer our part of Halo's rate limit has been used up: {{ $labels.tenant }} waits.",
    ),
    Alert(
        "HalobusBudgetLost",
        "ticket",
        "max by (halo, tenant) (avg_over_time(halobus_budget_lost_ratio[30m])) > 0.4",
        "30m",
        "Others use the Halo of {{ $labels.tenant }} so much that we have halved our part for half an hour or longer.",
    ),
    Alert(
        "HalobusWriteBacksNeedReview",
        "ticket",
        "max by (tenant) (halobus_write_backs_in_review) > 0",
        "5m",
        "Write-backs of {{ $labels.tenant }} that may or may not be in Halo: {{ $value }}.",
    ),
)
