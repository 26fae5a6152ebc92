"""*Import Opportunities*: opportunities that come into the planner by hand, however old they are."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from halobus.store import Document
from halobus.streams import StreamName
from wizard_api import planner_decisions, planner_view
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.context import API, InWizard, Wizard
from wizard_api.opportunity_ready import ready_state
from wizard_api.permissions import PlannerWriter
from wizard_api.planner_decisions import Decision
from wizard_api.planner_entries import id_of
from wizard_api.problems import invalid
from wizard_api.status import shown

router = APIRouter(prefix=f"{API}/opportunities", tags=["opportunities"])


class ImportIn(BaseModel):
    """``ids``: opportunities' numbers in Halo."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Annotated[int, Field(ge=1, le=2**53)]], Field(min_length=1, max_length=200)]


class Imported(BaseModel):
    """``importing``: their items are made within seconds (`item` in GET /opportunities). ``already``: they had one."""

    importing: list[int]
    already: list[int]


@router.post("/import", status_code=202, summary="Import opportunities into the planner, auto-import or not")
async def bring(body: ImportIn, caller: PlannerWriter, wizard: InWizard) -> Imported:
    state = await ready_state(wizard.database, caller.tenant)
    ids = sorted(set(body.ids))
    query = {**shown(state, StreamName.OPPORTUNITIES), "id": {"$in": [str(id) for id in ids]}}
    there = {each["content"]["id"] async for each in wizard.database.opportunities.find(query, {"content.id": 1})}
    lost = [str(id) for id in ids if id not in there]
    if lost:
        named = ", ".join(lost[:10])
        raise invalid(("ids", f"Halo shows no opportunity {named}: choose from GET /opportunities?imported=false"))
    entries = await planner_view.every(wizard.database, state)
    held = {entry.halo.opportunity for entry in entries if entry.halo is not None}
    wanted = [id for id in ids if id not in held]
    for id in wanted:
        await _decide(wizard, caller, state, id)
    return Imported(importing=wanted, already=sorted(held & set(ids)))


async def _decide(wizard: Wizard, caller: Principal, state: State, id: int) -> None:
    """Where the item was deleted, that is taken back: under its own id, where it was a person's."""
    own = {"_id": f"{caller.tenant}:{state.connection}:{id}"}
    found: Document = await wizard.database.planner_items.find_one(own, {"item": 1}) or {}
    fields = {"imported": True, "deleted": False, "detached": False}
    decision = Decision(found.get("item") or id_of(id), "planner.opportunity-imported", fields, {"opportunity": id})
    await planner_decisions.decide(wizard.database, caller, state, decision)
