"""Halo's projects as the portal shows them."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from halobus.messages import Project
from halobus.store import DESCENDING, Database, Document
from halobus.streams import StreamName
from wizard_api import names, planner_view, project_view, settings_store
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard
from wizard_api.freshness import not_synced_since
from wizard_api.paging import Page, decode, encode
from wizard_api.permissions import PlannerReader
from wizard_api.problems import not_found
from wizard_api.project_view import ProjectRow, ProjectView
from wizard_api.status import shown

router = APIRouter(prefix=f"{API}/projects", tags=["projects"])


class Wanted(BaseModel):
    """Which projects. ``linked``: to a planner item, or to none."""

    model_config = ConfigDict(extra="forbid")

    client_id: list[int] = Field(default_factory=list, max_length=100)
    status_id: list[int] = Field(default_factory=list, max_length=100)
    closed: bool | None = None
    overdue: bool | None = None
    over_budget: bool | None = None
    linked: bool | None = None
    search: str | None = Field(None, max_length=100, description="Part of the title, or the project's number")
    limit: int = Field(50, ge=1, le=100)
    cursor: str | None = Field(None, max_length=500)


class ProjectPage(Page[ProjectRow]):
    """``not_synced_since``: set while projects are off or Halo is disconnected: what is shown is as of then."""

    not_synced_since: datetime | None = None


@router.get("", summary="Projects, the newest first")
async def listing(wanted: Annotated[Wanted, Query()], caller: PlannerReader, wizard: InWizard) -> ProjectPage:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    items = await _items(database, state)
    clauses = [shown(state, StreamName.PROJECTS), *_filters(wanted, items.keys())]
    if wanted.cursor is not None:
        clauses.append({"content.id": {"$lt": decode(wanted.cursor, (int,))[0]}})
    found = database.projects.find({"$and": clauses}).sort([("content.id", DESCENDING)])
    documents = await found.to_list(wanted.limit + 1)
    views = await _views(database, state, documents[: wanted.limit], items)
    following = encode((views[-1].id,)) if len(documents) > wanted.limit else None
    since = not_synced_since(state, StreamName.PROJECTS)
    return ProjectPage(items=[project_view.row(view) for view in views], next=following, not_synced_since=since)


@router.get("/{id}", summary="A project with its budgets and planner items")
async def show(id: Annotated[int, Path(ge=1, le=2**53)], caller: PlannerReader, wizard: InWizard) -> ProjectView:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    document = await database.projects.find_one({**shown(state, StreamName.PROJECTS), "id": str(id)})
    if document is None:
        raise not_found(f"Project {id}")
    [view] = await _views(database, state, [document], await _items(database, state))
    return view


async def _views(
    database: Database, state: State, documents: list[Document], items: dict[int, list[str]]
) -> list[ProjectView]:
    projects = [Project.model_validate(document["content"]) for document in documents]
    named = await names.load(database, state, [project.client_id for project in projects])
    now = await settings_store.now(database)
    return [project_view.whole(project, named, items.get(project.id, []), now) for project in projects]


async def _items(database: Database, state: State) -> dict[int, list[str]]:
    """The planner items that each project is linked to."""
    linked: dict[int, list[str]] = {}
    for entry in await planner_view.every(database, state):
        if entry.choice.project is not None:
            linked.setdefault(entry.choice.project, []).append(entry.id)
    return linked


def _filters(wanted: Wanted, linked: Collection[int]) -> list[Document]:
    found: list[Document] = [
        {f"content.{name}": {"$in": ids}} for name in ("client_id", "status_id") if (ids := getattr(wanted, name))
    ]
    if wanted.search:
        found.append(search_of(wanted.search.strip()))
    if wanted.closed is not None:
        found.append({"content.closed": {"$ne": None} if wanted.closed else None})
    if wanted.linked is not None:
        found.append({"content.id": {"$in" if wanted.linked else "$nin": sorted(linked)}})
    if wanted.overdue is not None:
        found.append(_whether(wanted.overdue, _OVERDUE))
    if wanted.over_budget is not None:
        found.append(_whether(wanted.over_budget, {"$or": [_over("time"), _over("money")]}))
    return found


def search_of(text: str) -> Document:
    """Part of the summary, or the number."""
    summary: Document = {"content.summary": {"$regex": re.escape(text), "$options": "i"}}
    return {"$or": [summary, {"content.id": int(text)}]} if text.isdecimal() and len(text) < 16 else summary


_OVERDUE: Document = {
    "$and": [
        {"$eq": [{"$ifNull": ["$content.closed", None]}, None]},
        {"$ne": [{"$ifNull": ["$content.target", None]}, None]},
        {"$lt": ["$content.target", "$$NOW"]},
    ]
}


def _over(what: str) -> Document:
    """The same rule as ``project_view.budget``."""
    planned: Any = {"$ifNull": [f"$content.{what}_budget", 0]}
    actual: Any = {"$ifNull": [f"$content.{what}_actual", 0]}
    return {"$and": [{"$gt": [planned, 0]}, {"$gt": [actual, planned]}]}


def _whether(yes: bool, rule: Document) -> Document:
    return {"$expr": rule if yes else {"$not": [rule]}}
