"""A row of ``/Actions`` as a clean action (docs/halo.md, Actions), private or not, and the mark of our own."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from connector.halo.clean import (
    CleanError,
    Row,
    as_row,
    own_id,
    pick,
    to_assigned,
    to_bool,
    to_id,
    to_name,
    to_text,
    to_time,
)
from connector.halo.plain_text import looks_marked_up, plain
from halobus.messages import Comment

_MARK = re.compile(r'<span\b[^<>]*\bdata-halobus="([0-9a-f]{32})"[^<>]*>\s*</span>')
By = Literal["agent", "user", "system", "portal"]


@dataclass(frozen=True)
class Action:
    """One action. ``text`` plain; ``markup`` HTML, None where Halo gave none; ``mark``: the command that wrote it."""

    id: int
    at: datetime
    hidden: bool
    author: str | None
    text: str
    markup: str | None
    by: By
    mark: str | None


def action(row: Any) -> Action:
    """Clean one action; CleanError names the field that can't be read. One that does not say is not for clients."""
    row = as_row(row)
    id, at = own_id(row), to_time(pick(row, "datetime", "actiondatecreated"), "datetime")
    if at is None:
        raise CleanError("datetime", "is missing or empty")
    if row.get("hiddenfromuser") is None:
        raise CleanError("hiddenfromuser", "is missing")
    note, given = to_text(row.get("note"), "note"), to_text(row.get("note_html"), "note_html")
    markup = given or (note if looks_marked_up(note) else "")
    mark = mark_in(markup)
    markup = _MARK.sub("", markup)
    text = plain(markup) if not note or looks_marked_up(note) else note.strip()
    return Action(
        id=id,
        at=at,
        hidden=to_bool(row["hiddenfromuser"], "hiddenfromuser"),
        author=to_name(row.get("who"), "who"),
        text=text,
        markup=markup.strip() or None,
        by=_by(row),
        mark=mark,
    )


def comment(found: Action) -> Comment:
    """A visible action as it goes over the bus; what we wrote ourselves is known by its mark."""
    return Comment(
        id=found.id,
        at=found.at,
        author=found.author,
        text=found.text,
        html=found.markup,
        by="portal" if found.mark else found.by,
        origin=found.mark,
    )


def marked(text: str, mark: str) -> str:
    """A plain text as the HTML of a note, with a mark that nobody sees."""
    lines = "<br>".join(html.escape(text).splitlines())
    return f'<p>{lines}</p><span data-halobus="{mark}"></span>'


def mark_in(markup: str) -> str | None:
    """The mark of ours that some HTML carries."""
    found = _MARK.search(markup)
    return found.group(1) if found else None


def _by(row: Row) -> By:
    if to_assigned(pick(row, "who_agentid", "actionby_agent_id"), "who_agentid") is not None:
        return "agent"
    return "user" if to_id(row.get("actionby_user_id"), "actionby_user_id") is not None else "system"
