"""What becomes of a comment whose post failed, and whether it is found again: the rules, without Halo."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.actions import Actions
from connector.halo.clean_action import Action, action, comment, marked
from connector.halo.errors import HaloError, classify, unreadable
from connector.halo.network import explain
from connector.writeback_rules import After, Found, Sent, after, find
from halobus.runs import Problem

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARK, OTHER_MARK = "a" * 32, "b" * 32
SENT = Sent(MARK, "Hello\nthere", "Ada", NOW)


def seen(id: int = 1, **values: Any) -> Action:
    usual: dict[str, Any] = {"at": NOW, "hidden": False, "author": "Ada", "text": "Hello there", "markup": None}
    return Action(id=id, **{**usual, "by": "agent", "mark": None, **values})


def listed(*found: Action, bad: int = 0, whole: bool = True) -> Actions:
    return Actions(found, [(9, "note is no text", {})] * bad, whole, NOW, 1)


@pytest.mark.parametrize(
    ("status", "body", "left"),
    [
        (400, '{"Message": "An Outcome must be entered for this Action"}', After.REFUSED),
        (401, "", After.REFUSED),
        (403, "", After.REFUSED),
        (404, "", After.REFUSED),
        (302, "", After.REFUSED),
        (429, "", After.LATER),
        (400, "Operation is not valid due to the current state of the object", After.UNKNOWN),
        (500, "", After.UNKNOWN),
        (504, "", After.UNKNOWN),
    ],
)
def test_what_an_answer_leaves(status: int, body: str, left: After) -> None:
    assert after(classify(status, {}, body, "POST /Actions"), stamped=True) is left


def test_an_answer_that_is_cut_off_or_a_page_leaves_nobody_knowing() -> None:
    for body in ('[{"id": 7', "<html>Maintenance</html>"):
        assert after(unreadable("POST /Actions", 200, body), stamped=True) is After.UNKNOWN


def test_no_answer_is_unknown_unless_halo_was_never_reached() -> None:
    assert after(explain(TimeoutError(), "POST /Actions", "halo"), stamped=True) is After.UNKNOWN
    assert after(explain(ConnectionResetError(), "POST /Actions", "halo"), stamped=True) is After.UNKNOWN
    unreached = explain(ConnectionRefusedError(), "POST /Actions", "halo")
    assert after(unreached, stamped=True) is After.LATER


@pytest.mark.parametrize(
    ("kind", "transient", "left"), [("outage", True, After.LATER), ("credentials", False, After.REFUSED)]
)
def test_what_fails_before_the_post_did_nothing(kind: Any, transient: bool, left: After) -> None:
    assert after(HaloError(Problem(kind=kind, title="No token"), transient=transient), stamped=False) is left


def test_it_is_found_by_its_mark_whatever_became_of_it() -> None:
    mine = seen(3, mark=MARK, text="edited", author="An agent", hidden=True, at=NOW - timedelta(days=1))
    assert find(SENT, listed(seen(2), mine, seen(4)), {2, 4}, rival=True) is mine


def test_nothing_alike_is_absent_and_then_it_may_be_sent_again() -> None:
    foreign = [seen(1, author="Bob", text="Else"), seen(2, at=NOW - timedelta(hours=1)), seen(3, mark=OTHER_MARK)]
    assert find(SENT, listed(*foreign, seen(4)), {4}, rival=False) is Found.ABSENT
    assert find(SENT, listed(whole=True), (), rival=False) is Found.ABSENT


def test_without_the_mark_it_is_found_by_text_author_and_time() -> None:
    assert find(SENT, listed(seen(5)), (), rival=False) == seen(5)


@pytest.mark.parametrize(
    ("found", "more"),
    [
        ([seen(1), seen(2)], {}),
        ([seen(1), seen(2, author="Bob")], {}),
        ([seen(1, author="Halobus")], {}),
        ([seen(1, text="Hello")], {}),
        ([], {"bad": 1}),
        ([seen(1, author="Bob", text="Else")], {"whole": False}),
    ],
)
def test_what_may_be_it_is_unclear(found: list[Action], more: dict[str, Any]) -> None:
    assert find(SENT, listed(*found, **more), (), rival=False) is Found.UNCLEAR


def test_two_alike_that_are_both_in_doubt_are_unclear() -> None:
    assert find(SENT, listed(seen(1)), (), rival=True) is Found.UNCLEAR


def row(**values: Any) -> dict[str, Any]:
    usual = {"id": 7, "datetime": "2026-03-02T09:00:00", "hiddenfromuser": False, "who": "Ada", "note": "Hi"}
    return {**usual, "who_agentid": -1, "actionby_user_id": 12, **values}


def test_a_note_comes_back_as_it_was_written_without_its_mark() -> None:
    text = '5 < 6 & "x"\n<b>no</b> $a.b\n\nend'
    found = action(row(note=text, note_html=marked(text, MARK)))
    assert (found.text, found.mark) == (text, MARK)
    assert MARK not in (found.markup or "")
    told = comment(found)
    assert (told.by, told.origin) == ("portal", MARK)


def test_markup_is_told_as_text() -> None:
    markup = "<style>p{}</style><p>One &amp; two</p><ul><li>a<li>b</ul><script>x()</script>"
    found = action(row(note=markup))
    assert (found.text, found.by) == ("One & two\n\na\nb", "user")


def test_who_says_not_whether_it_is_private_is_not_shown() -> None:
    for value in (None, "maybe"):
        with pytest.raises(ValueError, match="hiddenfromuser"):
            action(row(hiddenfromuser=value))
