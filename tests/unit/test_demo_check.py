"""The demo's judgement: what it calls right, and what it calls off."""

from typing import Any

import pytest

from demo import check
from halobus.runs import Read, Sums
from halobus.scope import Scope
from halobus.streams import StreamName

SCOPE = Scope(frozenset({1, 3}), frozenset({24}))
TICKET: dict[str, Any] = {"team_id": 1, "status_id": 2, "deleted": False, "merged_into": None, "summary": "Printer"}


def read(listed: int, difference: int = 0, **sums: int) -> Read:
    return Read(
        stream=StreamName.TICKETS, kind="full", listed=listed, difference=difference, sums=Sums.model_validate(sums)
    )


def test_a_balanced_run_is_right() -> None:
    figures = check.of_reads([read(7, written=3, unchanged=2, filtered=1, stale=1), read(0)])
    assert all(figure.right for figure in figures)


@pytest.mark.parametrize(
    ("wrong", "figure"),
    [
        (read(7, written=6), "every listed id"),
        (read(7, written=8), "every listed id"),
        (read(7, written=6, dead_lettered=1), "dead letters"),
        (read(7, difference=-2, written=7), "difference from its counts"),
    ],
)
def test_what_is_off_is_named(wrong: Read, figure: str) -> None:
    figures = check.of_reads([read(1, written=1), wrong])
    assert figure in {each.name for each in figures if not each.right}


def test_losses_of_one_read_do_not_hide_behind_another() -> None:
    figures = check.of_reads([read(7, written=6), read(7, written=8)])
    assert not figures[0].right


@pytest.mark.parametrize(
    ("change", "visible"),
    [
        ({}, True),
        ({"team_id": 2}, False),
        ({"status_id": 24}, False),
        ({"deleted": True}, False),
        ({"merged_into": 1001}, False),
    ],
)
def test_what_should_be_visible(change: dict[str, Any], visible: bool) -> None:
    assert check.should_be_visible(TICKET | change, SCOPE) is visible


def test_equal_tickets_are_right() -> None:
    rows = {1001: check.truth_row(TICKET)}
    assert check.compared(rows, dict(rows)).right


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, "1 missing: 1001"),
        ({1001: (2, 1, "Printer"), 1002: (2, 1, "Fax")}, "1 too many: 1002"),
        ({1001: (4, 1, "Printer")}, "1 different: 1001"),
    ],
)
def test_differing_tickets_are_named(found: dict[int, check.Row], words: str) -> None:
    figure = check.compared({1001: (2, 1, "Printer")}, found)
    assert not figure.right
    assert words in figure.text
