"""Why is this ticket (not) here? From what is stored; where nothing is, by one live read of Halo."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response

from halobus import version
from halobus.commands import Explain
from halobus.runs import OPEN, Run
from halobus.store import ASCENDING, Database, Document, find_one
from halobus.streams import STREAMS, StreamName
from wizard_api import eta, explanation, names, outbox, plan, scope_history, visibility
from wizard_api.auth import Principal
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard, Wizard
from wizard_api.dedup import Request
from wizard_api.explanation import Explanation
from wizard_api.issuing import ACCEPTED, Accepted, accepted, head_of
from wizard_api.permissions import TicketReader
from wizard_api.problems import ProblemError, not_found
from wizard_api.tickets import TicketId
from wizard_api.waiting import Prefer, ended_run, seconds

router = APIRouter(prefix=f"{API}/tickets", tags=["tickets"])
PATIENCE = 10.0
TICKETS = StreamName.TICKETS


@router.get(
    "/{id}/explain",
    response_model=None,
    responses={**ACCEPTED, 200: {"model": Explanation}},
    summary="Why is this ticket (not) here?",
)
async def explain(
    id: TicketId, caller: TicketReader, wizard: InWizard, response: Response, prefer: Prefer = None
) -> Explanation | Accepted:
    state = await state_of(wizard.database, caller.tenant)
    await _check_own(wizard.database, caller, state, id)
    found = await _stored(wizard.database, state, id)
    if found is None and state.tenant.state == "disconnected":
        found = await _without_halo(wizard.database, state, id)
    if found is not None:
        return await _complete(wizard.database, state, found)
    return await _ask_halo(wizard, caller, state, id, response, seconds(prefer, PATIENCE))


async def _check_own(database: Database, caller: Principal, state: State, id: int) -> None:
    """A client's user is told of their own tickets alone: of any other, not even that it is there."""
    own = {"_id": f"{caller.tenant}:{state.connection}:{id}"}
    if caller.companies is not None and not await database.tickets.find_one(
        {"$and": [own, *visibility.tickets(caller, state)]}, {"_id": 1}
    ):
        raise not_found(f"Ticket {id}")


async def _stored(database: Database, state: State, id: int) -> Explanation | None:
    """What mirror and rejects say; None where only Halo can tell."""
    tenant = state.tenant.tenant
    document = await _mirror(database, state, id)
    reject = await database[STREAMS[TICKETS].rejects].find_one({"_id": f"{tenant}:{state.connection}:{TICKETS}:{id}"})
    floor = version.floor(state.generation(TICKETS))
    newest = document["version"] if document else ""
    if reject is not None and reject["version"] >= floor and reject["version"] > newest:
        return explanation.dead_lettered(id, reject)
    if document is None:
        return None
    if document["version"] < floor:
        return explanation.cleared(id, document)
    return await _of_mirror(database, state, id, document)


async def _of_mirror(database: Database, state: State, id: int, document: Document) -> Explanation | None:
    match document["state"]:
        case "gone":
            found = explanation.gone(id, document["reason"], document.get("merged_into"))
        case "live":
            found = await _of_scope(database, state, id, document["content"]) or Explanation(
                id=id, here=True, reason="visible", sentence="The ticket is in the portal."
            )
        case _:
            return None  # A stub keeps no team and status, so whether today's scope includes it is Halo's to tell.
    return found.model_copy(update=_origin(document))


def _origin(document: Document) -> Document:
    """Where what is stored came from."""
    return {name: document.get(name) for name in ("version", "run", "trace")}


async def _without_halo(database: Database, state: State, id: int) -> Explanation:
    """What can be said while Halo can't be asked."""
    document = await _mirror(database, state, id)
    if document is None:
        return explanation.not_read_yet(id, connected=False)
    return explanation.outside_when_read(id, document["reason"]).model_copy(update=_origin(document))


async def _mirror(database: Database, state: State, id: int) -> Document | None:
    return await find_one(database, "tickets", f"{state.tenant.tenant}:{state.connection}:{id}")


async def _of_scope(database: Database, state: State, id: int, ticket: Document) -> Explanation | None:
    known = await names.load(database, state, [])
    found = explanation.out_of_scope(id, ticket, state, known)
    if found is not None:
        found.changed = await scope_history.who_excluded(database, state, ticket)
    return found


async def _complete(database: Database, state: State, found: Explanation) -> Explanation:
    if found.reason in ("not_read_yet", "cleared"):
        found.next_sync_at = (await plan.next_sync(database, state.connections, state)).at
        await _add_reading(database, state, found)
    return found


async def _add_reading(database: Database, state: State, found: Explanation) -> None:
    """The sync that is reading tickets now, and when it will be through."""
    query = {"tenant": state.tenant.tenant, "kind": "sync", "state": {"$in": sorted(OPEN)}, "command.streams": TICKETS}
    document = await database.runs.find_one(query, sort=[("created", ASCENDING)])
    if document is None:
        return
    run, now = Run.model_validate(document), datetime.now(UTC)
    left = eta.seconds_left(run, now, await eta.pace_of(database, state.tenant.instance))
    found.reading = run.id
    found.expected_at = now + timedelta(seconds=left) if left is not None else None
    found.sentence += " A sync is reading tickets now."


async def _ask_halo(
    wizard: Wizard, caller: Principal, state: State, id: int, response: Response, patience: float
) -> Explanation | Accepted:
    head = head_of(caller, "ticket.explain", state.connection, id)
    command = Explain(**head, connection=state.connection, ticket_id=id)
    recorded = await outbox.issue(wizard, Request(command, connection=state.connection))
    run = await ended_run(wizard, caller.tenant, recorded.id, patience)
    if run is None:
        response.status_code = 202
        return accepted(response, recorded)
    _refuse_failed(run)
    found = await _of_result(wizard.database, state, id, run.result)
    found.live, found.asked = True, run.id
    stored = await _mirror(wizard.database, state, id)
    return await _complete(wizard.database, state, found.model_copy(update=_origin(stored) if stored else {}))


def _refuse_failed(run: Run) -> None:
    if run.state == "done":
        return
    problem = run.problem
    raise ProblemError(
        502,
        "halo",
        problem.title if problem else "Halo could not be asked",
        problem.detail if problem else "",
        problem.remedy if problem else "Try again in a minute.",
        more={"halo": problem.halo if problem else None, "run": run.id},
    )


async def _of_result(database: Database, state: State, id: int, result: dict[str, Any]) -> Explanation:
    if result.get("reason") == "unreadable":
        sentence = "Halo shows the ticket, but it can't be read."
        return Explanation(id=id, here=False, reason="unreadable", sentence=sentence, error=result.get("error"))
    if not result.get("found") or result.get("reason"):
        return explanation.gone(id, result.get("reason"), result.get("merged_into"))
    outside = await _of_scope(database, state, id, result)
    if outside is not None:
        return outside
    return explanation.not_read_yet(id, connected=True) if state.sync.tickets else explanation.switched_off(id)
