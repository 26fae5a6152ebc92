"""What becomes of a comment on its way to Halo: pure policy. Never a blind second post (design, section 5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from connector.actions import Actions
from connector.halo.clean_action import Action
from connector.halo.errors import HaloError

ATTEMPTS = 3
_CLOCKS = timedelta(minutes=2)
"""How far Halo's clock may have moved against ours between a post and a look."""


class After(Enum):
    """What a failed post leaves: nothing done and to be tried later, nothing done for good, or nobody knows."""

    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def after(error: HaloError, stamped: bool) -> After:
    """What a post's error says of it. ``stamped``: the post had begun, so that Halo may have got it."""
    if error.kind == "rate_limit":
        return After.LATER
    if not stamped or not error.reached:
        return After.LATER if error.transient else After.REFUSED
    known = error.status is not None and 300 <= error.status < 500 and not error.transient
    return After.REFUSED if known else After.UNKNOWN


@dataclass(frozen=True)
class Sent:
    """A post of which nobody knows whether it arrived. ``at``: when it was sent, in Halo's own time."""

    mark: str
    text: str
    author: str
    at: datetime


class Found(Enum):
    """What the ticket's actions say, where they don't show ours."""

    ABSENT = "absent"
    UNCLEAR = "unclear"


def find(sent: Sent, actions: Actions, known: Collection[int], rival: bool) -> Action | Found:
    """Our action among a ticket's, by its mark; where Halo may have stripped that, by text, author and time.

    ``known``: ids of actions that are other comments of ours. ``rival``: another one with this text and author is
    itself in doubt, so that without a mark nobody can tell them apart.
    """
    marked = [one for one in actions.found if one.mark == sent.mark]
    if marked:
        return marked[0]
    since = sent.at - _CLOCKS
    lately = [one for one in actions.found if one.at >= since and one.mark is None and one.id not in known]
    same = [one for one in lately if _words(one.text) == _words(sent.text)]
    ours = [one for one in same if one.author == sent.author]
    if len(ours) == 1 and len(same) == 1 and not rival:
        return ours[0]
    if same or any(one.author == sent.author for one in lately) or _may_hide(actions, since):
        return Found.UNCLEAR
    return Found.ABSENT


def _may_hide(actions: Actions, since: datetime) -> bool:
    """Whether ours may be among what was left out, or can't be read."""
    listed: Sequence[Action] = actions.found
    return bool(actions.bad) or (not actions.whole and all(one.at >= since for one in listed))


def _words(text: str) -> list[str]:
    return text.split()
