"""The planner's items as they are shown: what people decided and what Halo says, joined, each once. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from halobus.planner import (
    Origin,
    Outcome,
    PlannerChoice,
    PlannerItem,
    opportunity_of,
    subject_of_item,
    subject_of_opportunity,
)

HALO = "halo-"
Source = Literal["own"] | Origin
Sync = Literal["own", "managed", "stopped", "detached"]
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One item. ``choice``: empty where nobody decided anything of it; ``halo``: None while it has no opportunity."""

    id: str
    choice: PlannerChoice
    halo: PlannerItem | None = None

    @property
    def source(self) -> Source:
        """Where it came from: how its opportunity came in, or *own*."""
        return self.halo.origin if self.halo else "own"

    @property
    def sync(self) -> Sync:
        """Whether Halo has the say of title, description, due date and value."""
        if self.halo is None:
            return "own"
        if self.choice.detached:
            return "detached"
        return "managed" if self.halo.state == "open" else "stopped"

    @property
    def state(self) -> Outcome:
        """What became of its opportunity, as last followed; *open* without one."""
        return self.halo.state if self.halo else "open"

    @property
    def is_managed(self) -> bool:
        """Whether Halo's fields of it can't be changed here."""
        return self.sync in ("managed", "stopped")

    @property
    def created(self) -> datetime:
        """When it came into the planner; for an own item that became an opportunity, when a person made it."""
        return (self.halo.created if self.halo and not self.halo.item else self.choice.created) or LONG_AGO

    def fields(self) -> dict[str, Any]:
        """Title, description, due date and value, by whoever has the say."""
        told: PlannerItem | PlannerChoice | None = self.halo if self.is_managed else self.choice
        assert told is not None
        return {"title": told.title or "", "description": told.description, "due": told.due, "value": told.value}


def subject_of(id: str) -> str:
    """Where the choice of an item stands, by the item's id."""
    number = id.removeprefix(HALO)
    return subject_of_opportunity(int(number)) if number != id and number.isdecimal() else subject_of_item(id)


def id_of(opportunity: int) -> str:
    """The id of an item that came from Halo."""
    return f"{HALO}{opportunity}"


def entries(choices: Iterable[PlannerChoice], items: Iterable[PlannerItem]) -> list[Entry]:
    """Every item once, the newest first; deleted ones are not shown."""
    by_subject = {choice.subject: choice for choice in choices}
    halo = list(items)
    joined = {item.subject for item in halo}
    found = [Entry(item.item or id_of(item.opportunity), _decided(by_subject, item), item) for item in halo]
    found += [
        Entry(subject.partition("/")[2], choice)
        for subject, choice in by_subject.items()
        if opportunity_of(subject) is None and subject not in joined
    ]
    shown = [entry for entry in found if not entry.choice.deleted]
    return sorted(shown, key=lambda entry: (entry.created, entry.id), reverse=True)


def _decided(choices: Mapping[str, PlannerChoice], item: PlannerItem) -> PlannerChoice:
    empty = PlannerChoice(tenant=item.tenant, connection=item.connection, subject=item.subject)
    return choices.get(item.subject, empty)
