"""The integration itself: its card, pausing it, and Complete Setup."""

from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from halobus.account_gate import is_company_role
from halobus.host_portal import PortalRole, roles_of
from halobus.store import Database, Document, Session, in_transaction
from wizard_api import audit, status
from wizard_api.auth import Principal
from wizard_api.connected import State, connections_of, state_of, tenant_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import Manager, Watcher
from wizard_api.problems import conflict, invalid

router = APIRouter(prefix=f"{API}/integrations/halo", tags=["integration"])
SUBJECT = "integration"
COMPLETED = "setup.completed"


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
    entry = audit.Entry(caller.tenant, caller.subject, "integration.changed", SUBJECT, before=before, after=wanted)
    await _save(wizard.database, {"$set": wanted}, entry)
    return await status.integration(wizard.database, caller.tenant)


@router.post("/complete", summary="Complete Setup: the schedule begins")
async def complete(caller: Manager, wizard: InWizard) -> status.Integration:
    known = await tenant_of(wizard.database, caller.tenant)
    state = await state_of(wizard.database, caller.tenant) if known.connection else None
    missing = missing_for_completion(state, await roles_of(wizard.database, caller.tenant))
    if missing or state is None:
        remedy = "Do what `missing` names, then complete the setup."
        raise conflict("incomplete", "The setup is not complete yet", remedy, missing=missing)
    minutes = state.sync.interval_minutes
    due = {"$dateAdd": {"startDate": "$$NOW", "unit": "minute", "amount": minutes}}
    done = {"completed": "$$NOW", "step": "done", "next_sync_at": due}
    await _save(wizard.database, [{"$set": done}], _completed(caller, state))
    return await status.integration(wizard.database, caller.tenant)


def missing_for_completion(state: State | None, roles: Mapping[str, PortalRole]) -> list[str]:
    """What is still to be done before the setup is complete, in the admin's words. ``roles``: the portal's, by id."""
    if state is None or state.tenant.active is None or state.tenant.state == "disconnected":
        return ["a connection whose test succeeded"]
    sync = state.sync
    # Of the wizard's own switches: what has none, such as assets, is on where its permission is granted.
    switched_on = sync.users or sync.companies or sync.tickets or sync.opportunities
    # A role that the portal has deleted since is none: auto-import would begin stopped.
    has_role = sync.default_role is not None and is_company_role(roles, sync.default_role)
    wants = {
        "at least one stream that is switched on": switched_on,
        "a team to sync tickets of, or All teams": bool(sync.teams) or not sync.tickets,
        "a role for contacts that are imported automatically": has_role or not sync.auto_import,
    }
    return [what for what, there in wants.items() if not there]


def _completed(caller: Principal, state: State) -> audit.Entry:
    """Told as a fact: the importer brings in at once who has waited for it."""
    return audit.Entry(
        caller.tenant,
        caller.subject,
        "integration.completed",
        SUBJECT,
        state.connection,
        before=state.connections.model_dump(include={"step", "completed"}),
        after={"step": "done"},
        fact=COMPLETED,
    )


async def _save(database: Database, change: Document | list[Document], entry: audit.Entry) -> None:
    async def work(session: Session) -> None:
        await database.connections.update_one({"_id": entry.tenant}, change, upsert=True, session=session)
        await audit.record(database, session, entry)

    await in_transaction(database, work)
