"""Whether a new opportunity of ours is among Halo's newest: found, absent or unclear, and what a refusal is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.opportunity_rules import Candidate, Newest, Sought, find, worth_a_look
from connector.writeback_fields import fields_of
from connector.writeback_rules import Found

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARK, OTHER_MARK = "a" * 32, "b" * 32
SOUGHT = Sought(MARK, "New  firewall", 12, NOW)


def seen(id: int = 1, **values: Any) -> Candidate:
    usual = {"summary": "New firewall", "client_id": 12, "at": NOW, "looked": True}
    return Candidate(id, **{**usual, **values})


def else_(id: int, **values: Any) -> Candidate:
    return seen(id, **{"summary": "Something else", **values})


def newest(*found: Candidate, **values: Any) -> Newest:
    return Newest(found, **{"total": len(found), **values})


def test_it_is_found_by_its_mark_whatever_became_of_it() -> None:
    mine = seen(3, mark=MARK, summary="Renamed", client_id=99, at=NOW - timedelta(days=1))
    assert find(SOUGHT, newest(seen(4), mine, seen(2)), (), rival=True) == 3


def test_of_two_that_carry_it_the_first_is_told() -> None:
    assert find(SOUGHT, newest(seen(4, mark=MARK), seen(3, mark=MARK)), (), rival=False) == 3


def test_nothing_alike_is_absent_and_then_it_may_be_sent_again() -> None:
    others = [else_(9), seen(8, mark=OTHER_MARK), seen(7), seen(6, at=NOW - timedelta(days=2))]
    assert find(SOUGHT, newest(*others), {7}, rival=False) is Found.ABSENT
    assert find(SOUGHT, newest(), (), rival=False) is Found.ABSENT


def test_without_the_mark_it_is_found_by_summary_client_and_time() -> None:
    assert find(SOUGHT, newest(else_(9), seen(5)), (), rival=False) == 5


@pytest.mark.parametrize(
    "listed",
    [
        newest(seen(2), seen(1)),
        newest(seen(1, client_id=13)),
        newest(seen(1, client_id=None)),
        newest(seen(1, at=NOW - timedelta(hours=3))),
        newest(else_(1, looked=False)),
        newest(bad=1),
        newest(else_(9), else_(8), total=50),
        newest(else_(1, at=NOW - timedelta(days=9)), else_(2, at=NOW - timedelta(days=9)), total=50),
    ],
    ids=["two", "of another client", "of none", "older, or another zone", "not read", "unreadable", "cut", "unordered"],
)
def test_what_may_be_it_is_unclear(listed: Newest) -> None:
    assert find(SOUGHT, listed, (), rival=False) is Found.UNCLEAR


def test_two_alike_that_are_both_in_doubt_are_unclear() -> None:
    assert find(SOUGHT, newest(seen(1)), (), rival=True) is Found.UNCLEAR


def test_the_list_may_be_cut_where_what_is_left_out_is_older() -> None:
    old = [else_(id, at=NOW - timedelta(days=1)) for id in (9, 8)]
    assert find(SOUGHT, newest(else_(10), *old, total=900), (), rival=False) is Found.ABSENT


def test_looked_at_is_what_may_carry_the_mark_the_likeliest_first() -> None:
    listed = newest(else_(9), seen(8), else_(7, at=None), else_(6, at=NOW - timedelta(hours=1)), seen(5, at=None))
    assert worth_a_look(SOUGHT, listed, {8}) == [5, 9, 7]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("Required fields are missing: category_4, category_1", ["categories.3", "categories.0"]),
        ("Please complete all mandatory fields: Category 4", ["categories.3"]),
        ("[0].client_id: The value '95.0' is not valid.", ["client_id"]),
        ("workflow_stage_id 63 is not valid for workflow 5", ["stage_id", "workflow_id"]),
        ("[0].oppvalue: The value 'x' is not valid.", ["value"]),
        ("targetdate is before today. OppType unknown", ["target", "opptype"]),
        ("tickettype_id 1 is not valid", ["ticket_type_id"]),
        ("categoryid_2 99", ["categories.1"]),
        ("Something went wrong with subcategory_41", []),
        ("", []),
    ],
)
def test_a_refusal_names_our_fields(words: str, fields: list[str]) -> None:
    assert fields_of(words) == fields
