"""The planner's documents: what people decide (wizard-api) and what Halo says (sync-crm), and the rule of auto-import.

One item an opportunity. An item of a person's own is a choice alone, until an opportunity is made from it: then
``planner_items`` names it, and both are one item.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field

from halobus.decisions import OpportunitySettings
from halobus.runs import Part

Origin = Literal["auto-import", "import", "created"]
Outcome = Literal["open", "won", "lost", "closed", "gone"]


class ItemFact(Part):
    """A fact of an item: stored with the state it tells of, then announced, then marked."""

    id: str
    type: str
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict)
    announced: bool = False


class PlannerItem(Part):
    """``planner_items``, by ``{tenant}:{connection}:{opportunity}``: what Halo says of a planner item.

    ``version``: the opportunity's mirror that it was last made from, empty before the first. ``state``: as of then;
    *gone*: Halo no longer shows it as an opportunity. ``item``: the person's own item that it was created from.
    """

    tenant: str
    connection: str
    opportunity: int
    item: str | None = None
    origin: Origin
    state: Outcome = "open"
    title: str = ""
    description: str = ""
    due: datetime | None = None
    value: float | None = None
    client_id: int | None = None
    version: str = ""
    created: datetime
    facts: list[ItemFact] = Field(default_factory=list)

    @property
    def subject(self) -> str:
        """Where its choice stands in ``planner_choices``."""
        return subject_of_item(self.item) if self.item else subject_of_opportunity(self.opportunity)


class PlannerChoice(Part):
    """``planner_choices``, by ``{tenant}:{connection}:{subject}``: a person's own item, or what they decided of Halo's.

    ``item/{id}``: an own one, with ``title`` to ``client_id``; ``creation``: the run that makes its opportunity.
    ``opportunity/{id}``: of one that came from Halo. ``imported``: by hand. ``detached``: Halo has no say any more,
    and ``title`` to ``value`` are the person's. ``deleted``: never to come back by itself. ``project_name``: as it was
    when it was linked. ``period``: such as ``2027-Q1``, the portal's own words. ``hours``: estimated.
    """

    tenant: str
    connection: str
    subject: str
    title: str | None = None
    description: str = ""
    due: datetime | None = None
    value: float | None = None
    client_id: int | None = None
    notes: str = ""
    hours: float | None = None
    period: str | None = None
    project: int | None = None
    project_name: str | None = None
    creation: str | None = None
    imported: bool = False
    detached: bool = False
    deleted: bool = False
    by: str = ""
    at: datetime | None = None
    created: datetime | None = None


def subject_of_item(id: str) -> str:
    """Of a person's own item."""
    return f"item/{id}"


def subject_of_opportunity(id: int) -> str:
    """Of an item that came from Halo."""
    return f"opportunity/{id}"


def opportunity_of(subject: str) -> int | None:
    """The opportunity that a subject names, None where it is a person's own item."""
    kind, _, id = subject.partition("/")
    return int(id) if kind == "opportunity" else None


def same_type(opptype: str | None) -> str:
    """Halo's free text as it is compared: without case and outer blanks, so that typing it differently is no type."""
    return (opptype or "").strip().casefold()


@dataclass(frozen=True)
class AutoImport:
    """Which opportunities come into the planner by themselves. ``since`` None: none does. ``types`` empty: all."""

    since: datetime | None
    minimum: float
    types: frozenset[str]

    @classmethod
    def of(cls, settings: OpportunitySettings, sync_on: bool) -> Self:
        """As an admin has set it; with opportunity sync off nothing comes."""
        on = sync_on and settings.auto_import
        types = frozenset(same_type(name) for name in settings.auto_import_types)
        return cls(settings.auto_import_since if on else None, settings.minimum_value, types)

    def fits(self, opportunity: Mapping[str, Any]) -> bool:
        """Whether an opportunity (a mirror's content) is open, of a chosen type and worth the minimum."""
        chosen = not self.types or same_type(opportunity.get("opptype")) in self.types
        return opportunity.get("state") == "open" and chosen and (opportunity.get("value") or 0) >= self.minimum

    def brings(self, opportunity: Mapping[str, Any]) -> bool:
        """Whether it comes in: it fits, and Halo made it after auto-import was switched on.

        Halo's times carry seconds: of the second in which it was switched on, all count.
        """
        occurred: datetime | None = opportunity.get("occurred")
        if self.since is None or occurred is None:
            return False
        return occurred >= self.since.replace(microsecond=0) and self.fits(opportunity)
