"""Which reads a stream needs: the connector's pure policy."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.cursor import next_cursor
from connector.knowledge import Knowledge, learn
from connector.plan import Situation, covered_by, plan_companies, plan_lists, plan_sales, plan_shared, plan_tickets
from connector.removals import needs_approval
from connector.settings import ConnectorSettings
from halobus.documents import Covered, StreamState, Zone
from halobus.messages import ReferenceItem
from halobus.runs import Checkpoint, Read
from halobus.scope import Scope
from halobus.streams import StreamName

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SETTINGS = ConnectorSettings(kafka_bootstrap_servers="kafka:9092", mongodb_uri="mongodb://none")
KNOWN = Knowledge({"Service Desk": [1, 2], "Projects": [4], "Security": [5]}, frozenset({1, 2, 9}))
ALL = Scope(None, frozenset())


def situation(stream: StreamName = StreamName.TICKETS, generation: int = 0, **state: Any) -> Situation:
    return Situation(stream, StreamState(**state), generation, NOW, SETTINGS)


def synced(covered: Scope = ALL, **state: Any) -> dict[str, Any]:
    """The state of a stream that was read in full an hour ago."""
    fields = {"cursor": NOW - HOUR, "full_read_at": NOW - HOUR, "census_at": NOW - HOUR, "synced_at": NOW - HOUR}
    return {**fields, "covered": covered_by(covered), **state}


def told(reads: list[Read]) -> list[tuple[str, Any, Any]]:
    return [(read.kind, read.teams, read.statuses) for read in reads]


def test_the_first_sync_begins_with_the_last_14_days_and_then_reads_all_in_scope() -> None:
    reads = plan_tickets(situation(), Scope(frozenset({4, 5}), frozenset({9})), KNOWN)
    assert told(reads) == [
        ("recent", [4, 5], [1, 2]),
        ("full", [4, 5], [1, 2]),
        ("repair", [4, 5], [1, 2]),
        ("census", [4, 5], [1, 2]),
    ]
    assert reads[0].since == NOW - timedelta(days=14)


def test_teams_that_share_a_name_are_read_one_by_one() -> None:
    reads = plan_tickets(situation(), Scope(frozenset({1, 2, 4}), frozenset()), KNOWN)
    assert [read.teams for read in reads if read.kind == "full"] == [[4], [1], [2]]


def test_an_incremental_read_carries_no_scope_so_that_leaving_is_seen() -> None:
    scope = Scope(frozenset({4}), frozenset({9}))
    reads = plan_tickets(situation(**synced(scope)), scope, KNOWN)
    assert told(reads) == [("incremental", None, None), ("repair", None, None), ("deleted", None, None)]
    assert {read.since for read in reads} == {NOW - HOUR}


@pytest.mark.parametrize(
    ("covered", "scope", "added"),
    [
        (Scope(frozenset({4}), frozenset()), Scope(frozenset({4, 5}), frozenset()), [[5], None]),
        (Scope(frozenset({4}), frozenset({9})), Scope(frozenset({4}), frozenset()), [[4], [9]]),
        (Scope(frozenset({4}), frozenset({9})), Scope(frozenset({4, 5}), frozenset()), [[4, 5], None]),
        (Scope(frozenset({4}), frozenset()), ALL, [None, None]),
        (Scope(frozenset({4, 5}), frozenset()), Scope(frozenset({4}), frozenset()), None),
        (ALL, Scope(frozenset({4}), frozenset({9})), None),
    ],
)
def test_only_what_is_newly_wanted_is_read_in_full(covered: Scope, scope: Scope, added: list[Any] | None) -> None:
    reads = plan_tickets(situation(**synced(covered)), scope, KNOWN)
    full = [[read.teams, read.statuses] for read in reads if read.kind == "full"]
    assert full == ([added] if added else [])


def test_another_generation_begins_anew() -> None:
    reads = plan_tickets(situation(generation=7, **synced()), ALL, KNOWN)
    assert [read.kind for read in reads] == ["recent", "full", "repair", "census"]


def test_everything_is_read_in_full_weekly_and_counted_daily() -> None:
    weekly = plan_tickets(situation(**synced(full_read_at=NOW - timedelta(days=7))), ALL, KNOWN)
    assert [read.kind for read in weekly] == ["incremental", "repair", "deleted", "full", "repair", "census"]
    daily = plan_companies(situation(StreamName.COMPANIES, **synced(census_at=NOW - timedelta(days=1))))
    assert [read.kind for read in daily] == ["incremental", "repair", "census"]


def test_lists_are_read_hourly_or_when_asked() -> None:
    assert plan_lists(situation(StreamName.REFERENCE, synced_at=NOW - HOUR / 2), asked=False) == []
    assert len(plan_lists(situation(StreamName.REFERENCE, synced_at=NOW - HOUR / 2), asked=True)) == 1
    assert len(plan_lists(situation(StreamName.REFERENCE, synced_at=NOW - HOUR), asked=False)) == 1


def test_a_shared_name_is_asked_for_once_a_team_over_the_same_window() -> None:
    read = Read(
        stream=StreamName.TICKETS, kind="incremental", since=NOW, checkpoint=Checkpoint(shared=["Service Desk"])
    )
    assert [(one.kind, one.since, one.teams) for one in plan_shared(read, KNOWN)] == [
        ("incremental", NOW, [1]),
        ("incremental", NOW, [2]),
    ]


def test_excluded_statuses_become_the_others_since_halo_can_not_exclude() -> None:
    assert KNOWN.wanted_statuses(Scope(None, frozenset({2}))) == [1, 9]
    assert KNOWN.wanted_statuses(ALL) is None
    assert Knowledge({}, None).wanted_statuses(Scope(None, frozenset({2}))) is None


def test_knowledge_tells_names_that_two_teams_share() -> None:
    items = [
        ReferenceItem(id=id, name=name) for id, name in ((1, "Service Desk"), (2, "Service Desk"), (4, "Projects"))
    ]
    known = learn({"teams": items})
    assert (known.unique_teams(), known.shared_names(), known.statuses) == ({"Projects": 4}, {"Service Desk"}, None)


UTC_ZONE = Zone(offset_minutes=0, measured_at=NOW)


@pytest.mark.parametrize(
    ("newest", "date", "previous", "zone", "expected"),
    [
        (NOW - 2 * HOUR, NOW, None, UTC_ZONE, NOW - 2 * HOUR - HOUR / 4),  # the newest change, less the overlap
        (NOW + 9 * HOUR, NOW, None, UTC_ZONE, NOW - HOUR / 4),  # a row from the future can't move it past Halo's now
        (NOW, NOW, None, Zone(offset_minutes=None, measured_at=NOW), NOW - 24 * HOUR),  # zone unknown: a day
        (NOW, NOW, None, None, NOW - 24 * HOUR),
        (None, NOW, NOW - 5 * HOUR, UTC_ZONE, NOW - 5 * HOUR),  # nothing came: it stays
        (None, NOW, None, UTC_ZONE, NOW - 2 * HOUR),  # nothing ever came
        (None, NOW, None, None, NOW - 24 * HOUR),
        (None, None, None, UTC_ZONE, None),
    ],
)
def test_the_cursor_is_halos_time(
    newest: datetime | None, date: datetime | None, previous: datetime | None, zone: Zone | None, expected: datetime
) -> None:
    read = Read(stream=StreamName.TICKETS, kind="incremental", newest=newest, date=date)
    assert next_cursor(read, previous, zone) == expected


def test_rows_that_show_no_time_move_the_cursor_by_halos_own_less_two_hours() -> None:
    read = Read(stream=StreamName.CONTACTS, kind="incremental", date=NOW, listed=3)
    assert next_cursor(read, NOW - 100 * HOUR, UTC_ZONE) == NOW - 2 * HOUR
    assert next_cursor(read, NOW - 100 * HOUR, None) == NOW - 24 * HOUR
    assert next_cursor(read, NOW - HOUR, UTC_ZONE) == NOW - HOUR, "never back"


def test_removals_above_20_and_one_percent_ask_first() -> None:
    assert [
        needs_approval(20, 100),
        needs_approval(21, 100),
        needs_approval(99, 10_000),
        needs_approval(101, 10_000),
    ] == [
        False,
        True,
        False,
        True,
    ]


def test_covered_is_the_scope_of_the_applied_run() -> None:
    assert covered_by(Scope(frozenset({5, 4}), frozenset({9}))) == Covered(teams=[4, 5], excluded_statuses=[9])
    assert covered_by(ALL).teams == "all"


def test_teams_and_statuses_are_read_before_tickets_and_move_no_hour() -> None:
    recent = situation(StreamName.REFERENCE, synced_at=NOW - HOUR / 2)
    [read] = plan_lists(recent, asked=False, for_tickets=True)
    assert read.lists == ["teams", "statuses"]
    [read] = plan_lists(situation(StreamName.REFERENCE, synced_at=NOW - HOUR), asked=False, for_tickets=True)
    assert read.lists == [], "all of them: the hour is over"
    [read] = plan_lists(recent, asked=True, lists={"outcomes"})
    assert read.lists == ["outcomes"]


def test_a_list_that_was_refused_leaves_what_was_known() -> None:
    learnt = learn({"statuses": [ReferenceItem(id=3, name="Open")]}, KNOWN)
    assert (learnt.teams, learnt.statuses) == (KNOWN.teams, frozenset({3}))
    assert learn({}, KNOWN) == KNOWN


def test_what_a_narrower_scope_made_stubs_of_meanwhile_is_not_covered() -> None:
    before, now = Scope(frozenset({4, 5}), frozenset()), Scope(frozenset({5, 1}), frozenset({9}))
    assert covered_by(before, now) == Covered(teams=[5], excluded_statuses=[9])
    assert covered_by(ALL, now) == Covered(teams=[1, 5], excluded_statuses=[9])
    assert covered_by(ALL) == Covered(teams="all", excluded_statuses=[])


def test_opportunities_are_read_whole_once_and_weekly_else_what_changed_or_was_deleted() -> None:
    def kinds(**state: Any) -> list[str]:
        return [read.kind for read in plan_sales(situation(StreamName.OPPORTUNITIES, **state))]

    changed, whole = ["incremental", "repair", "deleted"], ["full", "repair", "census"]
    assert kinds() == whole
    assert kinds(**synced()) == changed
    assert kinds(**synced(census_at=None)) == [*changed, "census"]
    assert kinds(**synced(full_read_at=None)) == [*changed, *whole]
    windows = [read.since for read in plan_sales(situation(StreamName.PROJECTS, **synced(full_read_at=None)))]
    assert windows == [NOW - HOUR] * 3 + [None] * 3
