"""What Halo has and what is on its way, each once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from halobus.messages import Comment, TicketComments
from wizard_api.comment_view import WriteBack, merged

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def stored(*comments: Comment) -> TicketComments:
    return TicketComments(id=1, comments=list(comments))


def seen(id: int, origin: str | None = None) -> Comment:
    return Comment(id=id, at=NOW, author="Ada", text="In Halo", by="portal" if origin else "agent", origin=origin)


def own(state: str, **result: Any) -> WriteBack:
    return WriteBack(id="w1", text="Mine", author="Ada", written=NOW, state=state, result=result)


def told(*args: Any) -> list[tuple[int | None, str | None]]:
    return [(each.id, each.state) for each in merged(*args)]


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("queued", "sending"),
        ("sending", "sending"),
        ("unknown", "sending"),
        ("refused", "refused"),
        ("failed", "refused"),
        ("needs_review", "needs_review"),
    ],
)
def test_what_is_on_its_way_stands_beside_what_halo_has(state: str, shown: str) -> None:
    assert told(stored(seen(1)), "2", [own(state)]) == [(None, shown), (1, None)]


def test_what_has_arrived_is_shown_once_by_its_mark_or_by_its_number() -> None:
    sent = own("sent", action_id=7, version="3")
    assert told(stored(seen(7, origin="w1")), "2", [sent]) == [(7, "sent")]
    assert told(stored(seen(7)), "2", [sent]) == [(7, "sent")]
    assert told(stored(seen(7, origin="w1")), "2", [own("needs_review")]) == [(7, "sent")]


def test_what_was_sent_is_shown_until_the_ticket_is_read_and_no_longer_if_it_is_private_then() -> None:
    sent = own("sent", action_id=7, version="3")
    assert told(None, "", [sent]) == [(7, "sent")]
    assert told(stored(), "2", [sent]) == [(7, "sent")]
    assert told(stored(), "4", [sent]) == []
