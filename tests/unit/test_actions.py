"""A ticket's actions as one record: what fits, and what a client may see of it."""

from datetime import UTC, datetime

from connector.actions import Actions, as_items, newest_that_fit
from connector.halo.clean_action import Action
from halobus.messages import REPLACE_COMMENTS, UNREADABLE, Comment, TicketComments
from halobus.topics import RECORD_LIMIT

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def one(id: int, text: str = "Hello", hidden: bool = False) -> Action:
    return Action(id, NOW, hidden, "Ada", text, f"<p>{text}</p>", "agent", None)


def test_private_ones_are_left_out_and_unreadable_rows_go_their_own_way() -> None:
    items = as_items(
        42, NOW, Actions([one(1), one(2, "secret", hidden=True)], [(3, "datetime is odd", {})], True, NOW, 1)
    )
    assert [(item.id, item.type) for item in items] == [("42", REPLACE_COMMENTS), ("42/3", UNREADABLE)]
    message = items[0].message
    assert isinstance(message, TicketComments)
    assert ([each.id for each in message.comments], message.truncated) == ([1], False)


def test_the_newest_that_fit_are_kept_and_the_record_stays_below_its_limit() -> None:
    items = as_items(42, NOW, Actions([one(id, "ü" * 30_000) for id in range(1, 41)], [], True, NOW, 1))
    message = items[0].message
    assert isinstance(message, TicketComments)
    assert message.truncated
    assert [each.id for each in message.comments] == list(range(41 - len(message.comments), 41))
    assert len(message.comments) > 5
    assert len(message.model_dump_json().encode()) <= RECORD_LIMIT


def test_one_that_is_too_long_by_itself_is_shortened() -> None:
    huge = Comment(id=1, at=NOW, text="x" * 2_000_000, html="<p>" + "x" * 2_000_000, by="user")
    [kept] = newest_that_fit([huge])
    assert (kept.html, kept.text[-1], len(kept.text)) == (None, "…", 50_001)
