"""A ticket's actions as Halo has them now: those that a client may see, as one record; or all, to look for our own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.halo.clean import CleanError
from connector.halo.clean_action import Action, action, comment
from connector.halo.listing import rows
from connector.pages import row_id
from connector.publish import Item, unreadable
from connector.session import Session
from halobus.messages import REPLACE_COMMENTS, Comment, TicketComments
from halobus.topics import RECORD_LIMIT

COUNT = 500
"""Actions asked for; Halo gives the newest of them (docs/halo.md, Actions)."""
_ROOM = RECORD_LIMIT - 1024
_LONGEST = 50_000


@dataclass(frozen=True)
class Actions:
    """``found``: by id. ``bad``: rows that can't be read, and why. ``whole``: none is left out."""

    found: Sequence[Action]
    bad: Sequence[tuple[int | None, str, Any]]
    whole: bool
    date: datetime | None
    n: int


async def read_actions(session: Session, ticket: int, *, private: bool, interactive: bool) -> Actions:
    """Ask Halo. HaloError where the ticket is not shown, or Halo is away."""
    query: dict[str, str | int | bool] = {"ticket_id": ticket, "count": COUNT, "includehtmlnote": True}
    reply = await session.get("Actions", query if private else {**query, "excludeprivate": True}, interactive)
    listed, total = rows(reply.data, "actions")
    found: list[Action] = []
    bad: list[tuple[int | None, str, Any]] = []
    for row in listed:
        try:
            found.append(action(row))
        except CleanError as error:
            bad.append((row_id(row), str(error), row))
    found.sort(key=lambda one: one.id)
    return Actions(_once(found), bad, total is None or len(listed) >= total, reply.date, reply.n)


def as_items(ticket: int, read_for: datetime | None, actions: Actions) -> list[Item]:
    """The record of what a client may see, and one for the dead letters for each row that can't be read."""
    shown = [comment(one) for one in actions.found if not one.hidden]
    kept = newest_that_fit(shown)
    cut = kept != shown or not actions.whole
    message = TicketComments(id=ticket, read_for=read_for, comments=kept, truncated=cut)
    rejects = [
        unreadable(f"{ticket}/{id}" if id is not None else f"{ticket}/unknown", why, json.dumps(row, default=str))
        for id, why, row in actions.bad
    ]
    return [Item(str(ticket), REPLACE_COMMENTS, message), *rejects]


def newest_that_fit(comments: Sequence[Comment], room: int = _ROOM) -> list[Comment]:
    """As many of the newest as a record holds, oldest first; one that is long itself is shortened before it is left."""
    kept: list[Comment] = []
    for one in reversed(comments):
        size = _size(one)
        if size > room:
            one = one.model_copy(update={"html": None, "text": one.text[:_LONGEST] + "…"})
            size = _size(one)
        if size > room:
            break
        room -= size
        kept.append(one)
    return kept[::-1]


def _size(one: Comment) -> int:
    return len(one.model_dump_json(exclude_none=True).encode()) + 1


def _once(found: Sequence[Action]) -> list[Action]:
    """A reply that quotes a note of ours carries its mark as well: the first one is ours."""
    seen: set[str] = set()
    once: list[Action] = []
    for one in found:
        quoted = one.mark is not None and one.mark in seen
        once.append(Action(**{**one.__dict__, "mark": None}) if quoted else one)
        seen.add(one.mark or "")
    return once
