"""An opportunity as the portal shows it, by the names that Halo's agents see. Pure."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from halobus.messages import Opportunity, ReferenceItem
from wizard_api.names import Named, Names
from wizard_api.opportunity_rules import Items, held, stages


class OpportunityRow(BaseModel):
    """An opportunity in a list. ``item``: its planner item, null where it is not imported.

    ``prospect``: the company's name where Halo has no client for it. ``importing``: it was chosen by hand and its item
    is being made.
    """

    id: int
    title: str
    company: Named | None
    prospect: str | None
    type: str | None
    value: float | None
    probability: int | None
    state: Literal["open", "won", "lost", "closed"]
    stage: str | None
    due: datetime | None
    occurred: datetime | None
    item: str | None
    importing: bool


class OpportunityView(OpportunityRow):
    """An opportunity, whole."""

    description: str
    status: Named | None
    ticket_type: Named | None
    workflow: Named | None
    agent: Named | None
    contact_name: str | None
    categories: list[str | None]
    closed_at: datetime | None
    last_update: datetime | None


def whole(
    found: Opportunity, names: Names, workflows: Items | None, item: str | None, importing: bool
) -> OpportunityView:
    """A mirror's content; the stage by its workflow's list, and as the row calls it where that lacks it."""
    workflow: ReferenceItem | None = held(workflows, found.workflow_id)
    stage = None if found.stage_id is None else stages(workflow).get(found.stage_id)
    return OpportunityView(
        id=found.id,
        title=found.summary,
        company=names.company(found.client_id),
        prospect=found.company_name,
        type=found.opptype,
        value=found.value,
        probability=found.probability,
        state=found.state,
        stage=stage or found.stage_name,
        due=found.target,
        occurred=found.occurred,
        item=item,
        importing=importing and item is None,
        description=found.details,
        status=names.of("statuses", found.status_id),
        ticket_type=names.of("ticket-types", found.type_id),
        workflow=_named(found.workflow_id, workflow),
        agent=names.of("agents", found.agent_id),
        contact_name=found.contact_name,
        categories=found.categories,
        closed_at=found.closed,
        last_update=found.last_update,
    )


def row(view: OpportunityView) -> OpportunityRow:
    """The part that a list shows."""
    return OpportunityRow(**view.model_dump(include=set(OpportunityRow.model_fields)))


def _named(id: int | None, item: ReferenceItem | None) -> Named | None:
    return None if id is None else Named(id=id, name=item.name if item else None)
