"""What counts as fresh, as failing and as used up, and how labels stay bounded: pure functions of what is stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from halobus.documents import StreamState, Tenant
from halobus.store import Document
from wizard_api.connected import State

WORST = 20
"""Label sets of a metric by tenant or instance: the worst of them, so that no metric grows with the customers."""
GRACE_SECONDS = 120.0
_STATES = ("connected", "error", "disconnected")
_TENANTS_NAMED = 3
Labels = tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """Seconds: ``age`` of what the portal shows of a tenant, and by how much it is over what was promised."""

    tenant: str
    age: float
    overdue: float


@dataclass(frozen=True)
class Shares:
    """Parts of Halo's limit, 0 to 1: used, ours at present, reserved for people, lost to others."""

    used: float
    ours: float
    reserved: float
    lost: float


def standings(states: Sequence[State], now: datetime) -> list[Standing]:
    """Of the tenants whose syncs are scheduled.

    Comments and reference lists are not counted: a sync reads a bounded part of the ones, and the others hourly.
    """
    return [_standing(state, now) for state in states if _is_scheduled(state)]


def _is_scheduled(state: State) -> bool:
    connection = state.connections
    ready = state.tenant.state == "connected" and connection.completed is not None and not connection.paused
    return ready and bool(state.enabled())


def _standing(state: State, now: datetime) -> Standing:
    known = state.tenant.streams
    # Of a stream that was never read nothing is shown yet: it counts from the end of the setup.
    since = [
        (known[name].synced_at if name in known else None) or state.connections.completed or now
        for name in state.enabled()
        if not _is_forbidden(known.get(name))
    ]
    age = max((now - min(since, default=now)).total_seconds(), 0.0)
    return Standing(state.tenant.tenant, age, max(age - state.sync.interval_minutes * 60 - GRACE_SECONDS, 0.0))


def _is_forbidden(stream: StreamState | None) -> bool:
    """Only the customer can grant a permission; their card names it."""
    return stream is not None and stream.problem is not None and stream.problem.kind == "permission"


def by_state(tenants: Sequence[Tenant]) -> dict[Labels, float]:
    """How many connections are in each state; those without any at 0."""
    counts: Counter[str] = Counter(tenant.state for tenant in tenants)
    return {(state,): counts[state] for state in _STATES}


def failing(tenants: Sequence[Tenant]) -> dict[Labels, float]:
    """1 by tenant and kind of problem, for those in error."""
    found = sorted(
        (each.tenant, each.problem.kind if each.problem else "unknown") for each in tenants if each.state == "error"
    )
    return dict.fromkeys(found[:WORST], 1.0)


def worst(values: Mapping[Labels, float]) -> dict[Labels, float]:
    """The ``WORST`` greatest."""
    return dict(sorted(values.items(), key=lambda item: (-item[1], item[0]))[:WORST])


def budgets(documents: Sequence[Document], tenants: Mapping[str, Sequence[str]]) -> dict[Labels, Shares]:
    """By instance and its tenants, for those whose connector has said what its share is; the fullest ones."""
    found = {
        (each["_id"], _named(tenants.get(each["_id"], ()))): _shares(each)
        for each in documents
        if {"limit", "share", "ours", "reserve"} <= each.keys()
    }
    fullest = sorted(found.items(), key=lambda item: (-item[1].used, item[0]))
    return dict(fullest[:WORST])


def _shares(budget: Document) -> Shares:
    limit, share, ours = budget["limit"], budget["share"], budget["ours"]
    return Shares(budget["used"] / limit, share, budget["reserve"] / limit, max(ours - share, 0.0))


def _named(tenants: Sequence[str]) -> str:
    more = len(tenants) - _TENANTS_NAMED
    return ",".join(sorted(tenants)[:_TENANTS_NAMED]) + (f" and {more} more" if more > 0 else "")
