"""Planner items with the names of their companies and projects, and what is on its way to Halo."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from halobus.planner import Outcome, PlannerChoice, PlannerItem
from halobus.store import Database, Document
from halobus.streams import StreamName
from wizard_api import creations, names
from wizard_api.connected import State
from wizard_api.creations import CreationView
from wizard_api.names import Named
from wizard_api.planner_entries import Entry, Source, Sync, entries
from wizard_api.status import shown


class ProjectLink(BaseModel):
    """``name``: as Halo calls it now, or called it when it was linked, where it is gone (``exists`` false)."""

    id: int
    name: str | None
    exists: bool


class ItemRow(BaseModel):
    """An item in a list. ``sync``: *managed* and *stopped* ones are Halo's in title, description, due date and value.

    *stopped*: its opportunity is won, lost, closed or gone (``state``), and is followed no more. ``creation``: the
    opportunity that is on its way, or why it was refused.
    """

    id: str
    source: Source
    sync: Sync
    state: Outcome
    title: str
    due: datetime | None
    value: float | None
    company: Named | None
    opportunity: int | None
    project: ProjectLink | None
    estimated_hours: float | None
    period: str | None
    creation: CreationView | None
    created: datetime


class ItemView(ItemRow):
    """An item, whole."""

    description: str
    notes: str


async def every(database: Database, state: State) -> list[Entry]:
    """All items of the planner, the newest first. A tenant's planner is small enough to be read whole."""
    own = {"tenant": state.tenant.tenant, "connection": state.connection}
    choices = [PlannerChoice.model_validate(found) async for found in database.planner_choices.find(own)]
    items = [PlannerItem.model_validate(found) async for found in database.planner_items.find(own, {"facts": 0})]
    return entries(choices, items)


async def companies_of(database: Database, state: State, found: Sequence[Entry]) -> dict[str, int | None]:
    """Whose each item is: Halo's word where its opportunity is shown, else what was known or chosen."""
    ids = [str(entry.halo.opportunity) for entry in found if entry.halo]
    query = {**shown(state, StreamName.OPPORTUNITIES), "id": {"$in": ids}}
    told = {
        each["content"]["id"]: each["content"].get("client_id")
        async for each in database.opportunities.find(query, {"content.id": 1, "content.client_id": 1})
    }
    return {entry.id: _company(entry, told) for entry in found}


def _company(entry: Entry, told: dict[int, int | None]) -> int | None:
    if entry.halo is None:
        return entry.choice.client_id
    return told.get(entry.halo.opportunity, entry.halo.client_id)


async def views(database: Database, state: State, found: Sequence[Entry]) -> list[ItemView]:
    """The items of one page, whole."""
    companies = await companies_of(database, state, found)
    named = await names.load(database, state, companies.values())
    projects = await _projects(database, state, {entry.choice.project for entry in found} - {None})
    waiting = {entry.choice.creation for entry in found if entry.choice.creation and entry.halo is None} - {None}
    written = await creations.many(database, state.tenant.tenant, [id for id in waiting if id])
    return [
        ItemView(
            id=entry.id,
            source=entry.source,
            sync=entry.sync,
            state=entry.state,
            **entry.fields(),
            company=named.company(companies[entry.id]),
            opportunity=entry.halo.opportunity if entry.halo else None,
            project=_link(entry.choice, projects),
            notes=entry.choice.notes,
            estimated_hours=entry.choice.hours,
            period=entry.choice.period,
            creation=written.get(entry.choice.creation or ""),
            created=entry.created,
        )
        for entry in found
    ]


def row(view: ItemView) -> ItemRow:
    """The part that a list shows."""
    return ItemRow(**view.model_dump(exclude={"description", "notes"}))


async def _projects(database: Database, state: State, ids: set[int | None]) -> dict[int, str]:
    query: Document = {**shown(state, StreamName.PROJECTS), "id": {"$in": [str(id) for id in ids]}}
    found = database.projects.find(query, {"content.id": 1, "content.summary": 1})
    return {each["content"]["id"]: each["content"].get("summary", "") async for each in found}


def _link(choice: PlannerChoice, projects: dict[int, str]) -> ProjectLink | None:
    if choice.project is None:
        return None
    there = choice.project in projects
    name = projects[choice.project] if there else choice.project_name
    return ProjectLink(id=choice.project, name=name, exists=there)
