"""Detaching an item from Halo and attaching it again: who has the say of its title, description, date and value."""

from fastapi import APIRouter

from wizard_api import planner_decisions
from wizard_api.connected import state_of
from wizard_api.context import InWizard
from wizard_api.permissions import PlannerWriter
from wizard_api.planner_decisions import Decision
from wizard_api.planner_items import ItemId, entry_of, show
from wizard_api.planner_items import router as items
from wizard_api.planner_view import ItemView
from wizard_api.problems import conflict

router = APIRouter(prefix=items.prefix, tags=["planner"])


@router.post(
    "/{id}/detach", summary="Detach an item from its opportunity: it keeps what it has, and is yours to change"
)
async def detach(id: ItemId, caller: PlannerWriter, wizard: InWizard) -> ItemView:
    state = await state_of(wizard.database, caller.tenant)
    entry = await entry_of(wizard, state, id)
    if entry.halo is None:
        raise conflict("no-opportunity", "This item has no opportunity in Halo", "It is yours to change already.")
    if not entry.choice.detached:
        # What Halo said last becomes the person's own here, so that a sync under way can't change it any more.
        fields = {**entry.fields(), "detached": True}
        decision = Decision(id, "planner.item-detached", fields, {"opportunity": entry.halo.opportunity})
        await planner_decisions.decide(wizard.database, caller, state, decision)
    return await show(id, caller, wizard)


@router.post("/{id}/attach", summary="Let Halo manage an item again; what was changed here gives way to Halo's")
async def attach(id: ItemId, caller: PlannerWriter, wizard: InWizard) -> ItemView:
    state = await state_of(wizard.database, caller.tenant)
    entry = await entry_of(wizard, state, id)
    if entry.halo is None:
        raise conflict(
            "no-opportunity", "This item has no opportunity in Halo", "Create one from it with POST /opportunities."
        )
    if entry.choice.detached:
        decision = Decision(id, "planner.item-attached", {"detached": False}, {"opportunity": entry.halo.opportunity})
        await planner_decisions.decide(wizard.database, caller, state, decision)
    return await show(id, caller, wizard)
