"""*Halo changed*: each change as a sentence with the one request that settles it; and the pause after failures."""

from datetime import timedelta
from typing import Any

import pytest

from halobus.decisions import SyncSettings, TicketSettings
from halobus.messages import ReferenceItem
from wizard_api.backoff import held_for
from wizard_api.halo_changes import Change, Situation, changes, undismissed, with_counts
from wizard_api.seen_lists import Seen

TEAMS = {1: "Service Desk", 4: "Projects"}
STATUSES = {1: "New", 9: "Closed", 21: "Updated"}
SYNC = {"teams": [1], "excluded_statuses": [9]}
TICKETS = {"stages": {"new": [1], "working": [21]}, "closed_statuses": [9], "client_comment_status": 21}


def listed(names: dict[int, str]) -> dict[int, ReferenceItem]:
    return {id: ReferenceItem(id=id, name=name) for id, name in names.items()}


def situation(teams: dict[int, str] = TEAMS, statuses: dict[int, str] = STATUSES, **more: Any) -> Situation:
    """What was saved while Halo listed ``TEAMS`` and ``STATUSES``, and Halo as it is now."""
    fields = {
        "sync": SyncSettings.model_validate({**SYNC, **more.get("sync", {})}),
        "tickets": TicketSettings.model_validate({**TICKETS, **more.get("tickets", {})}),
        "revisions": (3, 5),
        "teams": listed(teams),
        "statuses": listed(statuses),
        "seen": Seen(TEAMS, STATUSES, frozenset(more.get("dismissed", ()))),
        "held": more.get("held", {}),
        "counted": {},
    }
    return Situation(**fields)


def one(found: list[Change], kind: str) -> Change:
    [change] = [each for each in found if each.kind == kind]
    return change


def test_nothing_changed_is_no_news() -> None:
    assert changes(situation()) == []


def test_a_new_team_can_be_synced_and_its_tickets_are_told_where_halo_was_asked() -> None:
    new = situation({**TEAMS, 9: "Project Desk"})
    change = one(changes(new), "team_new")
    assert change.sentence == "New team Project Desk: sync it?"
    counted = one(changes(with_counts(new, {9: 41})), "team_new")
    assert (counted.sentence, counted.tickets) == ("New team Project Desk, 41 tickets: sync it?", 41)
    assert counted.action.method == "PUT"
    assert counted.action.if_match == '"3"'
    assert counted.action.body is not None
    assert counted.action.body["teams"] == [1, 9]
    assert SyncSettings.model_validate(counted.action.body).excluded_statuses == [9]
    assert changes(situation({**TEAMS, 9: "Project Desk"}, sync={"teams": "all"})) == [], "it is synced already"


def test_a_synced_team_that_vanished_or_is_called_otherwise() -> None:
    gone = one(changes(situation({4: "Projects"})), "team_gone")
    assert "Service Desk" in gone.sentence
    assert gone.action.body is None, "without it no team would be left: somebody has to choose"
    two = one(changes(situation({4: "Projects"}, sync={"teams": [1, 4]})), "team_gone")
    assert two.action.body is not None
    assert two.action.body["teams"] == [4]
    renamed = one(changes(situation({**TEAMS, 1: "Help Desk"})), "team_renamed")
    assert renamed.sentence.startswith("Team Service Desk is called Help Desk now")


def test_a_status_in_no_stage_is_told_with_its_tickets() -> None:
    more = situation(statuses={**STATUSES, 24: "Vendor"}, held={24: 12})
    change = one(changes(more), "status_unmapped")
    assert change.sentence == "Status Vendor is in no stage: 12 tickets."
    assert change.action.body is not None
    assert TicketSettings.model_validate(change.action.body).stage_of(24) == "working"
    without_stepper = situation(statuses={**STATUSES, 24: "Vendor"}, held={24: 12}, tickets={"stages": {}})
    assert changes(without_stepper) == []


def test_a_status_that_vanished_is_told_for_each_use() -> None:
    found = changes(situation(statuses={1: "New"}))
    comment = one(found, "comment_status_gone")
    assert comment.sentence.startswith("Client Comment Status Updated vanished")
    assert comment.action.body is not None
    assert comment.action.body["client_comment_status"] is None
    gone = {each.key: each for each in found if each.kind == "status_gone"}
    assert set(gone) == {"status-gone:excluded:9", "status-gone:used:9", "status-gone:used:21"}
    assert gone["status-gone:used:9"].sentence == "Status Closed, which is closed, vanished."
    assert gone["status-gone:used:21"].sentence == "Status Updated, which is in stage working, vanished."
    for change in gone.values():
        assert change.action.body is not None
        model = SyncSettings if change.action.href.endswith("sync") else TicketSettings
        assert str(change.id) not in str(
            model.model_validate(change.action.body).model_dump(exclude={"client_comment_status"})
        )


def test_what_was_dismissed_is_not_told_again() -> None:
    new = situation({**TEAMS, 9: "Project Desk"}, dismissed=["team-new:9"])
    assert changes(new) == []
    assert [each.key for each in changes(undismissed(new))] == ["team-new:9"]


@pytest.mark.parametrize(
    ("failures", "minutes", "held"),
    [(1, 15, None), (2, 15, 30), (3, 15, 60), (4, 15, 120), (9, 15, 120), (2, 5, 10), (6, 5, 120), (3, 30, 120)],
)
def test_the_pause_doubles_with_every_failure_up_to_two_hours(failures: int, minutes: int, held: int | None) -> None:
    assert held_for(failures, minutes) == (timedelta(minutes=held) if held else None)
