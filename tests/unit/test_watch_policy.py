"""What counts as fresh and as failing, and that labels stay bounded."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from halobus.decisions import AssetSettings, OpportunitySettings, ProjectSettings, SyncSettings, TicketSettings
from halobus.documents import Connection, StreamState, Tenant
from halobus.runs import Problem
from halobus.streams import StreamName
from wizard_api import watch_policy
from wizard_api.connected import State

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SYNCED = [name for name in StreamName if name not in (StreamName.REFERENCE, StreamName.COMMENTS)]


def state(tenant: str = "acme", ago: dict[StreamName, float] | None = None, **more: Any) -> State:
    """A tenant whose streams were synced so many seconds ago, every 15 minutes."""
    synced = {name: (ago or {}).get(name, 0.0) for name in SYNCED}
    streams = {name: StreamState(synced_at=NOW - timedelta(seconds=seconds)) for name, seconds in synced.items()}
    known = {"tenant": tenant, "connection": "c1", "state": "connected", "streams": streams}
    completed = {"tenant": tenant, "completed": NOW - timedelta(days=1)}
    chosen = {key: more.pop(key) for key in ("paused", "completed") if key in more}
    return State(
        connections=Connection.model_validate({**completed, **chosen}),
        tenant=Tenant.model_validate({**known, **more}),
        connection="c1",
        sync=SyncSettings(interval_minutes=15),
        tickets=TicketSettings(),
        opportunities=OpportunitySettings(),
        projects=ProjectSettings(),
        assets=AssetSettings(),
        revisions=(),
    )


@pytest.mark.parametrize(("seconds", "overdue"), [(0, 0), (900, 0), (1020, 0), (1021, 1)])
def test_the_oldest_stream_counts_and_two_minutes_are_granted(seconds: float, overdue: float) -> None:
    [found] = watch_policy.standings([state(ago={StreamName.CONTACTS: seconds})], NOW)
    assert (found.age, found.overdue) == (seconds, overdue)


def test_a_stream_that_was_never_read_counts_from_the_setup() -> None:
    [found] = watch_policy.standings([state(streams={})], NOW)
    assert found.age == 24 * 60 * 60


def test_a_stream_that_halo_forbids_is_the_customers_to_grant() -> None:
    forbidden = Problem(kind="permission", title="Halo forbids it", detail="", remedy="")
    late = state(ago={StreamName.CONTACTS: 5000})
    late.tenant.streams[StreamName.CONTACTS].problem = forbidden
    [found] = watch_policy.standings([late], NOW)
    assert found.overdue == 0


@pytest.mark.parametrize("out", [{"paused": True}, {"completed": None}, {"state": "error"}, {"state": "disconnected"}])
def test_who_is_not_scheduled_is_not_promised_anything(out: dict[str, Any]) -> None:
    assert watch_policy.standings([state(**out)], NOW) == []


def test_a_failing_tenant_is_named_with_its_problem_and_only_so_many_are() -> None:
    wrong = Problem(kind="credentials", title="Halo refuses", detail="", remedy="")
    tenants = [state(f"t{n:03}", state="error", problem=wrong).tenant for n in range(50)]
    found = watch_policy.failing(tenants)
    assert len(found) == watch_policy.WORST
    assert found[("t000", "credentials")] == 1
    assert watch_policy.by_state(tenants) == {("connected",): 0, ("error",): 50, ("disconnected",): 0}


def test_the_worst_are_kept() -> None:
    found = watch_policy.worst({(f"t{n:03}",): float(n) for n in range(50)})
    assert next(iter(found)) == ("t049",)
    assert len(found) == watch_policy.WORST


def test_a_budget_is_told_in_parts_of_halos_limit_with_the_tenants_on_it() -> None:
    document = {"_id": "i1", "limit": 300, "share": 0.45, "ours": 0.9, "reserve": 30, "used": 60}
    [(labels, found)] = watch_policy.budgets([document, {"_id": "old", "limit": 300}], {"i1": ["b", "a"]}).items()
    assert labels == ("i1", "a,b")
    assert (found.used, found.ours, found.reserved, found.lost) == (0.2, 0.45, 0.1, 0.45)
