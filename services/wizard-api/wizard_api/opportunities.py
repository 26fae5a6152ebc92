"""Halo's opportunities as the portal shows them, imported into the planner or not."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from halobus.messages import Opportunity
from halobus.planner import opportunity_of, same_type
from halobus.store import DESCENDING, Database, Document
from halobus.streams import StreamName
from wizard_api import names, opportunity_view, planner_view, reference
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard
from wizard_api.freshness import not_synced_since
from wizard_api.opportunity_view import OpportunityRow, OpportunityView
from wizard_api.paging import Page, decode, encode
from wizard_api.permissions import PlannerReader
from wizard_api.problems import not_found
from wizard_api.projects import search_of
from wizard_api.status import shown

router = APIRouter(prefix=f"{API}/opportunities", tags=["opportunities"])
OpportunityId = Annotated[int, Path(ge=1, le=2**53, description="The number in Halo")]


class Wanted(BaseModel):
    """Which opportunities. ``imported``: those that have a planner item, or those without. ``type``: in any case."""

    model_config = ConfigDict(extra="forbid")

    client_id: list[int] = Field(default_factory=list, max_length=100)
    state: list[Literal["open", "won", "lost", "closed"]] = Field(default_factory=list)
    type: list[str] = Field(default_factory=list, max_length=100)
    imported: bool | None = None
    minimum_value: float | None = Field(None, ge=0, description="Equal passes; one without a value counts as 0")
    search: str | None = Field(None, max_length=100, description="Part of the title, or the number")
    limit: int = Field(50, ge=1, le=100)
    cursor: str | None = Field(None, max_length=500)


class OpportunityPage(Page[OpportunityRow]):
    """``not_synced_since``: set while opportunity sync is off or Halo is disconnected: what is shown is as of then."""

    not_synced_since: datetime | None = None


@router.get("", summary="Opportunities, the newest first")
async def listing(wanted: Annotated[Wanted, Query()], caller: PlannerReader, wizard: InWizard) -> OpportunityPage:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    items = await items_of(database, state)
    clauses = [shown(state, StreamName.OPPORTUNITIES), *_filters(wanted)]
    if wanted.type:
        clauses.append({"content.opptype": {"$in": await _spellings(database, state, wanted.type)}})
    if wanted.imported is not None:
        clauses.append({"content.id": {"$in" if wanted.imported else "$nin": sorted(items)}})
    if wanted.cursor is not None:
        clauses.append({"content.id": {"$lt": decode(wanted.cursor, (int,))[0]}})
    found = database.opportunities.find({"$and": clauses}).sort([("content.id", DESCENDING)])
    documents = await found.to_list(wanted.limit + 1)
    views = await _views(database, state, documents[: wanted.limit], items)
    following = encode((views[-1].id,)) if len(documents) > wanted.limit else None
    since = not_synced_since(state, StreamName.OPPORTUNITIES)
    rows = [opportunity_view.row(view) for view in views]
    return OpportunityPage(items=rows, next=following, not_synced_since=since)


@router.get("/{id}", summary="An opportunity")
async def show(id: OpportunityId, caller: PlannerReader, wizard: InWizard) -> OpportunityView:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    document = await database.opportunities.find_one({**shown(state, StreamName.OPPORTUNITIES), "id": str(id)})
    if document is None:
        raise not_found(f"Opportunity {id}")
    [view] = await _views(database, state, [document], await items_of(database, state))
    return view


async def items_of(database: Database, state: State) -> dict[int, str]:
    """The planner item of each opportunity that has one."""
    entries = await planner_view.every(database, state)
    return {entry.halo.opportunity: entry.id for entry in entries if entry.halo is not None}


async def _views(
    database: Database, state: State, documents: list[Document], items: dict[int, str]
) -> list[OpportunityView]:
    found = [Opportunity.model_validate(document["content"]) for document in documents]
    named = await names.load(database, state, [each.client_id for each in found])
    lists = await reference.load(database, state, ["workflows"])
    workflows = {item.id: item for item in lists.get("workflows", [])}
    own = {"tenant": state.tenant.tenant, "connection": state.connection, "imported": True}
    chosen = {opportunity_of(each["subject"]) async for each in database.planner_choices.find(own, {"subject": 1})}
    return [opportunity_view.whole(each, named, workflows, items.get(each.id), each.id in chosen) for each in found]


async def _spellings(database: Database, state: State, types: list[str]) -> list[str]:
    """Every way in which Halo's data writes these types."""
    wanted = {same_type(name) for name in types}
    written = await database.opportunities.distinct("content.opptype", shown(state, StreamName.OPPORTUNITIES))
    return [name for name in written if name is not None and same_type(name) in wanted]


def _filters(wanted: Wanted) -> list[Document]:
    found: list[Document] = []
    if wanted.client_id:
        found.append({"content.client_id": {"$in": wanted.client_id}})
    if wanted.state:
        found.append({"content.state": {"$in": wanted.state}})
    if wanted.minimum_value:
        found.append({"content.value": {"$gte": wanted.minimum_value}})
    if wanted.search:
        found.append(search_of(wanted.search.strip()))
    return found
