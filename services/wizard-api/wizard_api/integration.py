"""The integration itself: its card, pausing it, and Complete Setup."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from halobus.store import Database, Document, Session, in_transaction
from wizard_api import audit, status
from wizard_api.auth import Principal
from wizard_api.connected import State, connections_of, state_of, tenant_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import Manager, Watcher
from wizard_api.problems import conflict, invalid

router = APIRouter(prefix=f"{API}/integrations/halo", tags=["integration"])


class IntegrationPatch(BaseModel):
    """``paused``: no scheduled syncs. ``step``: where the wizard shall resume."""

    model_config = ConfigDict(extra="forbid")

    paused: bool | None = None
    step: Literal["connect", "sync", "configure", "import", "done"] | None = None


@router.get("", summary="Status, wizard step, last and next sync, health per stream, budget")
async def show(caller: Watcher, wizard: InWizard) -> status.Integration:
    return await status.integration(wizard.database, caller.tenant)


@router.patch("", summary="Pause or resume the schedule; remember the wizard's step")
async def change(body: IntegrationPatch, caller: Manager, wizard: InWizard) -> status.Integration:
    wanted = body.model_dump(exclude_none=True)
    if not wanted:
        raise invalid(("body", "is empty: send paused or step"))
    if wanted.get("step") == "done":
        raise invalid(("step", "is set to done by POST /integrations/halo/complete"))
    before = (await connections_of(wizard.database, caller.tenant)).model_dump(include=set(wanted))
    await _save(wizard.database, caller, "integration.changed", {"$set": wanted}, before, wanted)
    return await status.integration(wizard.database, caller.tenant)


@router.post("/complete", summary="Complete Setup: the schedule begins")
async def complete(caller: Manager, wizard: InWizard) -> status.Integration:
    known = await tenant_of(wizard.database, caller.tenant)
    state = await state_of(wizard.database, caller.tenant) if known.connection else None
    missing = missing_for_completion(state)
    if missing or state is None:
        remedy = "Do what `missing` names, then complete the setup."
        raise conflict("incomplete", "The setup is not complete yet", remedy, missing=missing)
    minutes = state.sync.interval_minutes
    due = {"$dateAdd": {"startDate": "$$NOW", "unit": "minute", "amount": minutes}}
    done = {"completed": "$$NOW", "step": "done", "next_sync_at": due}
    before = state.connections.model_dump(include={"step", "completed"})
    await _save(wizard.database, caller, "integration.completed", [{"$set": done}], before, {"step": "done"})
    return await status.integration(wizard.database, caller.tenant)


def missing_for_completion(state: State | None) -> list[str]:
    """What is still to be done before the setup is complete, in the admin's words."""
    if state is None or state.tenant.active is None or state.tenant.state == "disconnected":
        return ["a connection whose test succeeded"]
    sync = state.sync
    # Of the wizard's own switches: what has none, such as assets, is on where its permission is granted.
    switched_on = sync.users or sync.companies or sync.tickets or sync.opportunities
    wants = {
        "at least one stream that is switched on": switched_on,
        "a team to sync tickets of, or All teams": bool(sync.teams) or not sync.tickets,
        "a role for contacts that are imported automatically": bool(sync.default_role) or not sync.auto_import,
    }
    return [what for what, there in wants.items() if not there]


async def _save(
    database: Database,
    caller: Principal,
    action: str,
    change: Document | list[Document],
    before: Document,
    after: Document,
) -> None:
    entry = audit.Entry(caller.tenant, caller.subject, action, "integration", before=before, after=after)

    async def work(session: Session) -> None:
        await database.connections.update_one({"_id": caller.tenant}, change, upsert=True, session=session)
        await audit.record(database, session, entry)

    await in_transaction(database, work)
