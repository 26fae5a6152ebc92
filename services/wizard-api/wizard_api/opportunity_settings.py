"""Step 3 of the wizard for opportunities: what a new one is made with, and which ones come into the planner."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from halobus.decisions import OpportunitySettings
from halobus.planner import AutoImport
from halobus.store import Database
from halobus.streams import StreamName
from wizard_api import opportunity_types, reference, settings_store
from wizard_api.connected import Saved, State, saved, state_of
from wizard_api.context import API, InWizard
from wizard_api.opportunity_rules import SYNC_OFF, Lists, check_opportunities, held, missing, stages
from wizard_api.permissions import Manager, Reader
from wizard_api.preconditions import Expected, required
from wizard_api.problems import FieldError
from wizard_api.settings_routes import DryRun, Settings, passed, view_of
from wizard_api.status import shown

router = APIRouter(prefix=f"{API}/integrations/halo/settings/opportunities", tags=["settings"])
KIND = "opportunities"


class Shown(BaseModel):
    """The defaults by the names that Halo's agents see; null where none is chosen or Halo does not have it."""

    workflow: str | None = None
    stage: str | None = None
    ticket_type: str | None = None
    categories: list[str | None] = []


class OpportunitySettingsView(Settings[OpportunitySettings]):
    """``flags``: the defaults that have vanished from Halo since they were chosen, by field."""

    shown: Shown = Shown()
    flags: list[FieldError] = Field(default_factory=list)


class OpportunityEffect(BaseModel):
    """The answer to ``?dry_run=true``; nothing was saved.

    ``matches``: opportunities that are open, of a chosen type and worth the minimum now, whenever they were made.
    ``brings``: how many of those would come into the planner at once.
    """

    matches: int
    brings: int
    warnings: list[str] = []


@router.get("", summary="Opportunity defaults and auto-import")
async def show(caller: Reader, wizard: InWizard, response: Response) -> OpportunitySettingsView:
    state = await state_of(wizard.database, caller.tenant)
    lists = await _lists(wizard.database, state)
    kept = await saved(wizard.database, caller.tenant, state.connection, KIND)
    return _view(kept, lists, response, [] if state.sync.opportunities else [SYNC_OFF])


@router.put("", summary="Choose the defaults of new opportunities, and which ones come into the planner")
async def save(
    body: OpportunitySettings,
    caller: Manager,
    wizard: InWizard,
    response: Response,
    expected: Expected,
    dry_run: DryRun = False,
) -> OpportunitySettingsView | OpportunityEffect:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    lists = await _lists(database, state)
    verdict = passed(check_opportunities(body, state.sync.opportunities, lists))
    before = await saved(database, caller.tenant, state.connection, KIND)
    new = _since(body, before.value, await settings_store.now(database))
    if dry_run:
        return (await _effect(database, state, new)).model_copy(update={"warnings": verdict.warnings})
    # The time stands only if nobody has saved since it was told: the revision sees to that.
    kept = await settings_store.replace(database, caller, state, KIND, required(expected), new)
    return _view(kept, lists, response, verdict.warnings)


def _since(new: OpportunitySettings, before: object, now: datetime) -> OpportunitySettings:
    """With the time since which auto-import is on: that of switching it on, whatever was sent."""
    assert isinstance(before, OpportunitySettings)
    kept = before.auto_import_since if before.auto_import else None
    return new.model_copy(update={"auto_import_since": (kept or now) if new.auto_import else None})


async def _lists(database: Database, state: State) -> Lists:
    held = await reference.load(database, state, ["workflows", "ticket-types", "categories"])
    by_id = {name: {item.id: item for item in items} for name, items in held.items()}
    types = [each.name for each in await opportunity_types.seen(database, state)]
    return Lists(by_id.get("workflows"), by_id.get("ticket-types"), by_id.get("categories"), types)


def _view(kept: Saved, lists: Lists, response: Response, warnings: list[str]) -> OpportunitySettingsView:
    value = kept.value
    assert isinstance(value, OpportunitySettings)
    plain = view_of(Settings[OpportunitySettings], kept, response, warnings)
    flags = missing(value, lists)
    return OpportunitySettingsView(
        **{**plain.model_dump(), "warnings": [*warnings, *(f"{field} {message}" for field, message in flags)]},
        shown=_names(value, lists),
        flags=[FieldError(field=field, message=message) for field, message in flags],
    )


def _names(value: OpportunitySettings, lists: Lists) -> Shown:
    workflow, kind = held(lists.workflows, value.workflow_id), held(lists.ticket_types, value.ticket_type_id)
    categories = [held(lists.categories, id) for id in value.categories]
    return Shown(
        workflow=workflow.name if workflow else None,
        stage=None if value.stage_id is None else stages(workflow).get(value.stage_id),
        ticket_type=kind.name if kind else None,
        categories=[item.name if item else None for item in categories],
    )


async def _effect(database: Database, state: State, new: OpportunitySettings) -> OpportunityEffect:
    auto = AutoImport.of(new, state.sync.opportunities)
    fields = {f"content.{name}": 1 for name in ("id", "state", "opptype", "value", "occurred")}
    open_ones = {**shown(state, StreamName.OPPORTUNITIES), "content.state": "open"}
    own = {"tenant": state.tenant.tenant, "connection": state.connection}
    there = {item["opportunity"] async for item in database.planner_items.find(own, {"opportunity": 1})}
    fitting = [
        found["content"]
        async for found in database.opportunities.find(open_ones, fields)
        if auto.fits(found["content"])
    ]
    coming = [content for content in fitting if auto.brings(content) and content["id"] not in there]
    return OpportunityEffect(matches=len(fitting), brings=len(coming))
