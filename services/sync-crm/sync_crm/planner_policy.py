"""What becomes of planner items: pure policy. A person's decision always goes before what Halo says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from halobus.planner import AutoImport, Origin, PlannerChoice, PlannerItem, same_type
from halobus.runs import OPEN

_CLOCKS = timedelta(hours=14)
"""How far a time of Halo's may stand behind ours: its clock may be wrong, and its times carry no zone."""
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """An opportunity as the portal shows it. ``changed``: the version at which its content last became another."""

    changed: str
    content: Content


@dataclass(frozen=True)
class Creation:
    """A run that makes an opportunity from the item ``item``; ``opportunity``: Halo's number once it is *sent*."""

    item: str
    client_id: int
    title: str
    begun: datetime
    state: str
    opportunity: int | None = None


def why_new(
    content: Content, choice: PlannerChoice | None, auto: AutoImport, creations: Iterable[Creation]
) -> Origin | None:
    """Why an opportunity that has no item gets one, or None where it gets none."""
    if choice is not None and choice.imported:
        return "import"
    if choice is not None and (choice.deleted or choice.detached):
        return None
    if not auto.brings(content) or any(may_be(creation, content) for creation in creations):
        return None
    return "auto-import"


def may_be(creation: Creation, content: Content) -> bool:
    """Whether an opportunity may be the one that a person's item is just becoming, so that it must not come in twice.

    While the creation is under way any new one of that company may be it; while nobody knows whether it arrived, one
    of its title may.
    """
    occurred: datetime | None = content.get("occurred")
    if creation.client_id != content.get("client_id") or occurred is None or occurred < creation.begun - _CLOCKS:
        return False
    if creation.state in OPEN:
        return True
    return creation.state == "needs_review" and same_type(creation.title) == same_type(content.get("summary"))


def managed(content: Content) -> dict[str, Any]:
    """The PSA-managed fields of an item, out of an opportunity."""
    return {
        "title": content.get("summary") or "",
        "description": content.get("details") or "",
        "due": content.get("target"),
        "value": content.get("value"),
    }


def following(item: PlannerItem, detached: bool, seen: Seen | None, complete: bool) -> dict[str, Any] | None:
    """The fields of an item that change, or None. ``complete``: what is not ``seen`` is really not in Halo any more.

    Won, lost, closed and gone ones take on what Halo said last, and follow no more until they are open again.
    """
    if detached:
        return None
    if seen is None:
        return {"state": "gone"} if complete and item.state != "gone" else None
    state = seen.content.get("state", "open")
    if seen.changed < item.version or (seen.changed == item.version and item.state == state):
        return None
    moved = {"state": state, "version": seen.changed}
    ended = item.state not in ("open", "gone") and state != "open"
    return moved if ended else {**moved, **managed(seen.content)}


def joined(items: Sequence[PlannerItem], creations: Iterable[Creation]) -> dict[int, Creation]:
    """The opportunities that were made from a person's item and are not joined with it yet, by Halo's number."""
    known = {item.opportunity: item.item for item in items}
    made = {one.opportunity: one for one in creations if one.opportunity is not None and one.state == "sent"}
    return {id: one for id, one in made.items() if known.get(id) is None}
