"""Linking Halo's projects to planner items. The link holds the project's number: renaming it changes nothing."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from halobus.streams import StreamName
from wizard_api import planner_decisions
from wizard_api.connected import live_state_of, state_of
from wizard_api.context import InWizard
from wizard_api.permissions import PlannerWriter
from wizard_api.planner_decisions import Decision
from wizard_api.planner_items import ItemId, entry_of, show
from wizard_api.planner_items import router as items
from wizard_api.planner_view import ItemView
from wizard_api.problems import invalid, not_found
from wizard_api.status import shown

router = APIRouter(prefix=items.prefix, tags=["planner"])


class ProjectIn(BaseModel):
    """``project``: its number in Halo."""

    model_config = ConfigDict(extra="forbid")

    project: Annotated[int, Field(ge=1, le=2**53)]


@router.put("/{id}/project", summary="Link a project to an item, in place of the one that it has")
async def link(id: ItemId, body: ProjectIn, caller: PlannerWriter, wizard: InWizard) -> ItemView:
    state = await live_state_of(wizard.database, caller.tenant)
    entry = await entry_of(wizard, state, id)
    query = {**shown(state, StreamName.PROJECTS), "id": str(body.project)}
    project = await wizard.database.projects.find_one(query, {"content.summary": 1})
    if project is None:
        raise invalid(("project", f"Halo shows no project {body.project}: choose from GET /projects"))
    if entry.choice.project != body.project:
        fields = {"project": body.project, "project_name": project["content"].get("summary", "")}
        told = {"project": body.project, "before": entry.choice.project}
        await planner_decisions.decide(
            wizard.database, caller, state, Decision(id, "planner.project-linked", fields, told)
        )
    return await show(id, caller, wizard)


@router.delete("/{id}/project", status_code=204, summary="Unlink an item's project; neither is changed in Halo")
async def unlink(id: ItemId, caller: PlannerWriter, wizard: InWizard) -> None:
    state = await state_of(wizard.database, caller.tenant)
    entry = await entry_of(wizard, state, id)
    if entry.choice.project is None:
        raise not_found("A project of this item")
    fields = {"project": None, "project_name": None}
    told = {"project": None, "before": entry.choice.project}
    await planner_decisions.decide(
        wizard.database, caller, state, Decision(id, "planner.project-unlinked", fields, told)
    )
