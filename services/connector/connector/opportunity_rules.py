"""Is a new opportunity of ours among those that Halo has? Pure policy, on the side of never making a second one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.writeback_rules import Found

CLOCKS = timedelta(minutes=2)
"""How far Halo's clock may have moved against ours between a post and a look."""
_ZONES = timedelta(hours=14)
"""Halo's times are naive: what is younger than this by them may be younger than the post (docs/halo.md section 8)."""


@dataclass(frozen=True)
class Sought:
    """A post of which nobody knows whether it arrived. ``at``: when it was sent, in Halo's own time."""

    mark: str
    summary: str
    client_id: int
    at: datetime


@dataclass(frozen=True)
class Candidate:
    """One of Halo's newest. ``mark``: of ours, where its details carry one. ``looked``: they were read."""

    id: int
    summary: str
    client_id: int | None
    at: datetime | None
    mark: str | None = None
    looked: bool = False


@dataclass(frozen=True)
class Newest:
    """``found``: by descending id. ``bad``: rows that can't be read. ``total``: Halo's own count, if it gives one."""

    found: Sequence[Candidate]
    bad: int = 0
    total: int | None = None


def worth_a_look(sought: Sought, newest: Newest, known: Collection[int]) -> list[int]:
    """The ids whose details may carry our mark: those that are called the same, then the young ones."""
    unknown = [one for one in newest.found if one.id not in known]
    same = [one.id for one in unknown if _called_so(one, sought)]
    return same + [one.id for one in unknown if one.id not in same and _since(one, sought.at - CLOCKS)]


def find(sought: Sought, newest: Newest, known: Collection[int], rival: bool) -> int | Found:
    """The id of ours, by its mark; where Halo may have stripped that, by summary, client and time.

    ``known``: ids of those that other commands of ours made. ``rival``: another command that looks the same is itself
    in doubt, so that without a mark nobody can tell them apart.
    """
    marked = [one.id for one in newest.found if one.mark == sought.mark]
    if marked:
        return marked[-1]
    foreign = [one for one in newest.found if one.id not in known and one.mark is None]
    same = [one for one in foreign if _called_so(one, sought) and _since(one, sought.at - _ZONES)]
    ours = [one for one in same if one.client_id == sought.client_id and _since(one, sought.at - CLOCKS)]
    if len(same) == len(ours) == 1 and not rival:
        return ours[0].id
    unread = any(not one.looked for one in foreign if _since(one, sought.at - CLOCKS))
    return Found.UNCLEAR if same or unread or _may_hide(newest, sought.at - CLOCKS) else Found.ABSENT


def _called_so(one: Candidate, sought: Sought) -> bool:
    return one.summary.split() == sought.summary.split()


def _since(one: Candidate, moment: datetime) -> bool:
    """Younger, or of no known age."""
    return one.at is None or one.at >= moment


def _may_hide(newest: Newest, since: datetime) -> bool:
    """Whether ours may be among what was not listed, or can't be read."""
    if newest.bad:
        return True
    if newest.total is not None and len(newest.found) >= newest.total:
        return False
    ids = [one.id for one in newest.found]
    return ids != sorted(ids, reverse=True) or all(_since(one, since) for one in newest.found)
