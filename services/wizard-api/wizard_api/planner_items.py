"""The planner: its items, a person's own and those of Halo's opportunities."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from halobus.planner import Outcome
from halobus.store import Document, Session
from halobus.streams import StreamName
from wizard_api import company_matching, planner_decisions, planner_view
from wizard_api.auth import Principal
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard, Wizard
from wizard_api.freshness import not_synced_since
from wizard_api.idempotency import Idempotency, IdempotencyKey
from wizard_api.paging import Page, decode, encode
from wizard_api.permissions import PlannerReader, PlannerWriter
from wizard_api.planner_decisions import Decision
from wizard_api.planner_entries import Entry, Source
from wizard_api.planner_fields import ItemIn, ItemPatch, changes, refusals
from wizard_api.planner_view import ItemRow, ItemView, row, views
from wizard_api.problems import conflict, invalid, not_found

router = APIRouter(prefix=f"{API}/planner/items", tags=["planner"])
ItemId = Annotated[str, Path(max_length=64, pattern=r"^[\w-]+$", description="`id` of the item")]


class Wanted(BaseModel):
    """Which items. ``status``: what became of the opportunity; *open* as well for items without one."""

    model_config = ConfigDict(extra="forbid")

    status: list[Outcome] = Field(default_factory=list)
    client_id: list[int] = Field(default_factory=list, max_length=100)
    project: int | None = Field(None, description="Linked to this project")
    linked: bool | None = Field(None, description="Linked to a project, or to none")
    source: list[Literal["own", "auto-import", "import", "created"]] = Field(default_factory=list)
    search: str | None = Field(None, max_length=100, description="Part of the title")
    limit: int = Field(50, ge=1, le=100)
    cursor: str | None = Field(None, max_length=500)


class ItemPage(Page[ItemRow]):
    """``not_synced_since``: set while opportunity sync is off or Halo is disconnected: Halo's part is as of then."""

    not_synced_since: datetime | None = None


@router.get("", summary="Planner items, the newest first")
async def listing(wanted: Annotated[Wanted, Query()], caller: PlannerReader, wizard: InWizard) -> ItemPage:
    state = await state_of(wizard.database, caller.tenant)
    found = await planner_view.every(wizard.database, state)
    if wanted.client_id:
        companies = await planner_view.companies_of(wizard.database, state, found)
        found = [entry for entry in found if companies[entry.id] in wanted.client_id]
    found = [entry for entry in found if _is_wanted(entry, wanted)]
    if wanted.cursor is not None:
        when, id = decode(wanted.cursor, (datetime, str))
        found = [entry for entry in found if (entry.created, entry.id) < (when, id)]
    shown = found[: wanted.limit]
    following = encode((shown[-1].created, shown[-1].id)) if len(found) > len(shown) else None
    items = [row(view) for view in await views(wizard.database, state, shown)]
    since = not_synced_since(state, StreamName.OPPORTUNITIES)
    return ItemPage(items=items, next=following, not_synced_since=since)


def _is_wanted(entry: Entry, wanted: Wanted) -> bool:
    project = entry.choice.project
    sources: list[Source] = list(wanted.source)
    return (
        (not wanted.status or entry.state in wanted.status)
        and (wanted.project is None or project == wanted.project)
        and (wanted.linked is None or (project is not None) == wanted.linked)
        and (not sources or entry.source in sources)
        and (wanted.search or "").strip().casefold() in entry.fields()["title"].casefold()
    )


@router.get("/{id}", summary="A planner item")
async def show(id: ItemId, caller: PlannerReader, wizard: InWizard) -> ItemView:
    state = await state_of(wizard.database, caller.tenant)
    return await _shown(wizard, state, id)


@router.post("", status_code=201, summary="Make an item of your own; Halo hears nothing of it")
async def create(
    body: ItemIn, caller: PlannerWriter, wizard: InWizard, response: Response, idempotency_key: IdempotencyKey = None
) -> ItemView:
    state = await state_of(wizard.database, caller.tenant)
    await check_company(wizard, caller, state, body.client_id)
    id = uuid4().hex
    key = Idempotency.of(caller.tenant, idempotency_key, {"item": body.model_dump(), "by": caller.subject})

    async def first(session: Session) -> None:
        answered = await key.known(wizard.database, session) if key else None
        if answered is not None:
            raise _KnownError(answered)
        if key:
            await key.remember(wizard.database, session, id)

    decision = Decision(id, "planner.item-made", changes(body), {"fields": sorted(body.model_fields_set)})
    try:
        await planner_decisions.decide(wizard.database, caller, state, decision, first)
    except _KnownError as earlier:
        id = earlier.id
    response.headers["Location"] = f"{API}/planner/items/{id}"
    return await _shown(wizard, state, id)


class _KnownError(Exception):
    """The request was made before: with this id."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.id = id


@router.patch("/{id}", summary="Change an item; what Halo manages is changed in Halo")
async def change(id: ItemId, body: ItemPatch, caller: PlannerWriter, wizard: InWizard) -> ItemView:
    state = await state_of(wizard.database, caller.tenant)
    entry = await entry_of(wizard, state, id)
    refused = refusals(body, entry)
    if refused:
        raise invalid(*refused)
    if "client_id" in body.model_fields_set:
        await check_company(wizard, caller, state, body.client_id)
    fields: Document = changes(body)
    if fields:
        decision = Decision(id, "planner.item-changed", fields, {"fields": sorted(fields)})
        await planner_decisions.decide(wizard.database, caller, state, decision)
    return await _shown(wizard, state, id)


@router.delete("/{id}", status_code=204, summary="Delete an item of your own, or one that is detached from Halo")
async def delete(id: ItemId, caller: PlannerWriter, wizard: InWizard) -> None:
    state = await state_of(wizard.database, caller.tenant)
    entry = await entry_of(wizard, state, id)
    if entry.is_managed:
        raise conflict(
            "managed-by-halo",
            "Halo manages this item",
            "Detach it first (POST …/detach); then it can be deleted and does not come back by itself.",
        )
    [view] = await views(wizard.database, state, [entry])
    if view.creation is not None and view.creation.state == "sending":
        raise conflict("creation-under-way", "Its opportunity is on its way to Halo", "Wait until that has ended.")
    # What a person wrote goes; that it was deleted stays, so that no sync brings it back.
    gone = dict.fromkeys(("title", "due", "value", "hours", "period", "project", "project_name"))
    fields = {**gone, "description": "", "notes": "", "deleted": True, "detached": False, "imported": False}
    await planner_decisions.decide(wizard.database, caller, state, Decision(id, "planner.item-deleted", fields))


async def entry_of(wizard: Wizard, state: State, id: str) -> Entry:
    """The item; 404 where there is none."""
    found = next((entry for entry in await planner_view.every(wizard.database, state) if entry.id == id), None)
    if found is None:
        raise not_found("This planner item")
    return found


async def check_company(wizard: Wizard, caller: Principal, state: State, client_id: int | None) -> None:
    """422 where Halo shows no such client."""
    if client_id is not None and not await company_matching.clients(wizard.database, caller, state, [client_id]):
        raise company_matching.unknown_clients("client_id", [client_id])


async def _shown(wizard: Wizard, state: State, id: str) -> ItemView:
    [view] = await views(wizard.database, state, [await entry_of(wizard, state, id)])
    return view
