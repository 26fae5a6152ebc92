"""Runs: history, progress, cancel, and agreeing to removals."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from halobus.commands import AcceptRemovals, CancelSync
from halobus.runs import Run
from halobus.store import DESCENDING
from wizard_api import outbox
from wizard_api.context import API, InWizard
from wizard_api.dedup import Request
from wizard_api.issuing import ACCEPTED, Accepted, accepted, head_of
from wizard_api.paging import Cursor, Limit, Page, older, page
from wizard_api.permissions import Manager, Watcher
from wizard_api.problems import conflict
from wizard_api.run_lookup import view_of
from wizard_api.run_view import RunView, run_view

router = APIRouter(prefix=f"{API}/syncs", tags=["syncs"])
Kind = Literal["sync", "reference.refresh", "connection.test", "connection.disconnect"]
SHOWN: list[Kind] = ["sync", "reference.refresh"]


@router.get("", summary="Runs, newest first")
async def history(
    caller: Watcher,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    kind: Annotated[list[Kind] | None, Query(description="syncs and refreshes where not given")] = None,
) -> Page[RunView]:
    query = {"tenant": caller.tenant, "kind": {"$in": kind or SHOWN}, **older("created", cursor)}
    found = wizard.database.runs.find(query).sort([("created", DESCENDING), ("_id", DESCENDING)])
    documents = await found.to_list(limit + 1)
    return page(
        documents,
        limit,
        lambda document: run_view(Run.model_validate(document)),
        lambda last: (last["created"], last["_id"]),
    )


@router.get("/{id}", summary="A run: state, progress, sums, problem")
async def show(id: str, caller: Watcher, wizard: InWizard) -> RunView:
    return await view_of(wizard.database, caller.tenant, id)


@router.post("/{id}/cancel", status_code=202, responses=ACCEPTED, summary="End a run that is still going")
async def cancel(id: str, caller: Manager, wizard: InWizard, response: Response) -> Accepted:
    run = await view_of(wizard.database, caller.tenant, id)
    if run.ended:
        raise conflict("ended", f"The run has ended already ({run.state})", "There is nothing to cancel.")
    command = CancelSync(**head_of(caller, "sync.cancel", run.id), run=run.id)
    return accepted(response, await outbox.issue(wizard, Request(command)))


@router.post(
    "/{id}/accept-removals", status_code=202, responses=ACCEPTED, summary="Agree to the removals that a run holds back"
)
async def accept_removals(id: str, caller: Manager, wizard: InWizard, response: Response) -> Accepted:
    run = await view_of(wizard.database, caller.tenant, id)
    if run.approval is None:
        raise conflict("nothing-held-back", "The run holds no removals back", "There is nothing to agree to.")
    if run.approval.accepted_by is not None:
        raise conflict("accepted", "The removals were agreed to already", f"{run.approval.accepted_by} did it.")
    command = AcceptRemovals(**head_of(caller, "sync.accept-removals", run.id), run=run.id)
    return accepted(response, await outbox.issue(wizard, Request(command)))
