"""How far imports of accounts are: of *Import Companies*, of *Import Users*, and of what the syncs bring."""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path

from halobus.accounts import Import, Outcomes
from halobus.runs import Problem
from halobus.store import DESCENDING, Database, Document
from wizard_api import accounts_choices
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard, Wizard
from wizard_api.paging import Cursor, Limit, Page, older, page
from wizard_api.permissions import ContactCounter
from wizard_api.problems import not_found
from wizard_api.waiting import POLL_SECONDS, Prefer, pause, seconds

router = APIRouter(prefix=f"{API}/users/imports", tags=["users"])
ImportId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$", description="What the import was answered with")]


class ImportView(Outcomes):
    """``id``: ``auto`` is what the syncs bring by themselves. *queued*: nobody has begun with it.

    Counted in contacts or agents; once *done*, ``total`` is the sum of all from ``created`` to ``refused``.
    ``problem``: what a *waiting* or *stopped* one waits for.
    """

    id: str
    kind: Literal["contacts", "agents"]
    state: Literal["queued", "running", "done", "waiting", "stopped"]
    total: int
    done: int = 0
    refused: int = 0
    problem: Problem | None = None
    started: datetime | None = None
    finished: datetime | None = None


@router.get("", summary="Imports of accounts, newest first")
async def listing(
    caller: ContactCounter, wizard: InWizard, limit: Limit = 50, cursor: Cursor = None
) -> Page[ImportView]:
    state = await state_of(wizard.database, caller.tenant)
    mine = {"tenant": caller.tenant, "connection": state.connection, **older("started", cursor)}
    found = wizard.database.imports.find(mine).sort([("started", DESCENDING), ("_id", DESCENDING)])
    return page(await found.to_list(limit + 1), limit, view_of, lambda last: (last["started"], last["_id"]))


@router.get("/{id}", summary="An import's progress")
async def show(id: ImportId, caller: ContactCounter, wizard: InWizard, prefer: Prefer = None) -> ImportView:
    state = await state_of(wizard.database, caller.tenant)
    return await _ended(wizard, state, id, seconds(prefer))


async def _ended(wizard: Wizard, state: State, id: str, patience: float) -> ImportView:
    """The import once it is done or stopped, or as it is after ``patience`` seconds."""
    view = await _one(wizard.database, state, id)
    try:
        async with asyncio.timeout(patience):
            while view.state in ("queued", "running") and patience > 0 and not wizard.closing.is_set():
                await pause(wizard, POLL_SECONDS)
                view = await _one(wizard.database, state, id)
    except TimeoutError:
        return view
    return view


async def _one(database: Database, state: State, id: str) -> ImportView:
    found = await database.imports.find_one({"_id": f"{state.tenant.tenant}:{state.connection}:{id}"})
    if found is not None:
        return view_of(found)
    mine = {"tenant": state.tenant.tenant, "connection": state.connection, "import": id}
    agents = await accounts_choices.size_of(database, state, id)
    if agents:
        return ImportView(id=id, kind="agents", state="queued", total=agents)
    if await database.company_links.find_one(mine, {"_id": 1}) is not None:
        return ImportView(id=id, kind="contacts", state="queued", total=0)
    raise not_found("This import")


def view_of(document: Document) -> ImportView:
    """An import as it is stored."""
    held = Import.model_validate(document)
    return ImportView(id=held.event, **held.model_dump(exclude={"tenant", "connection", "event", "facts"}))
