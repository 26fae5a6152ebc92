"""Steps 2 and 3 of the wizard: what to sync, and how tickets are shown."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from halobus.decisions import Decision, SyncSettings, TicketSettings
from halobus.host_portal import roles_of
from halobus.store import Database
from wizard_api import live_counts, reference, settings_effect, settings_rules, settings_store
from wizard_api.auth import Principal
from wizard_api.connected import Saved, State, saved, state_of
from wizard_api.context import API, InWizard, Wizard
from wizard_api.permissions import Manager, Permission, Reader, require
from wizard_api.preconditions import Expected, required
from wizard_api.problems import invalid
from wizard_api.settings_effect import Effect
from wizard_api.settings_rules import Known, Verdict
from wizard_api.waiting import Prefer, seconds

router = APIRouter(prefix=f"{API}/integrations/halo/settings", tags=["settings"])
D = TypeVar("D", bound=Decision)
OF_USERS = ("auto_import", "default_role", "contact_type_roles")
"""Who becomes a user and with which role: not for everybody who may manage the integration."""
DryRun = Annotated[bool, Query(description="Only tell what the change would do; nothing is saved")]


class Settings(BaseModel, Generic[D]):
    """``revision`` is the ETag; 0 with the defaults where nothing was saved yet."""

    value: D
    revision: int
    changed_at: datetime | None = None
    changed_by: str | None = None
    warnings: list[str] = []


@router.get("/sync", summary="What is synced")
async def show_sync(caller: Reader, wizard: InWizard, response: Response) -> Settings[SyncSettings]:
    held = await show(wizard.database, caller, "sync", response, Settings[SyncSettings])
    known = Known(roles=await roles_of(wizard.database, caller.tenant))
    return held.model_copy(update={"warnings": settings_rules.role_warnings(held.value, known)})


@router.put("/sync", summary="Choose what is synced")
async def save_sync(
    body: SyncSettings,
    caller: Manager,
    wizard: InWizard,
    response: Response,
    expected: Expected,
    dry_run: DryRun = False,
    prefer: Prefer = None,
) -> Settings[SyncSettings] | Effect:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    verdict = passed(settings_rules.check_sync(body, state.tickets, await _known(database, state)))
    if dry_run:
        effect = await settings_effect.of_sync(database, state, body)
        if effect.adds.about is None and body.tickets:
            effect.adds.about = await _about(wizard, caller, state, body, effect, seconds(prefer))
        return effect.model_copy(update={"warnings": verdict.warnings})
    _check_users(caller, state.sync, body)
    kept = await settings_store.replace(database, caller, state, "sync", required(expected), body)
    return view_of(Settings[SyncSettings], kept, response, verdict.warnings)


def _check_users(caller: Principal, before: SyncSettings, after: SyncSettings) -> None:
    changed = [name for name in OF_USERS if getattr(before, name) != getattr(after, name)]
    if changed:
        require(
            caller, Permission.USERS_MANAGE, f"This changes {', '.join(changed)}: who becomes a user of the portal."
        )


async def _about(
    wizard: Wizard, caller: Principal, state: State, new: SyncSettings, effect: Effect, patience: float
) -> int | None:
    """What Halo holds of the new scope, less what is shown of it already."""
    [there] = await live_counts.ask(wizard, caller, state, [live_counts.of_settings(new)], patience)
    return None if there is None else max(effect.adds.known, there - effect.stays)


@router.get("/tickets", summary="Closed statuses, Client Comment Status and the stepper")
async def show_tickets(caller: Reader, wizard: InWizard, response: Response) -> Settings[TicketSettings]:
    return await show(wizard.database, caller, "tickets", response, Settings[TicketSettings])


@router.put("/tickets", summary="Map statuses to stages, choose closed statuses and the Client Comment Status")
async def save_tickets(
    body: TicketSettings,
    caller: Manager,
    wizard: InWizard,
    response: Response,
    expected: Expected,
    dry_run: DryRun = False,
) -> Settings[TicketSettings] | Effect:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    verdict = passed(settings_rules.check_tickets(body, state.sync, await _known(database, state)))
    if dry_run:
        return Effect(warnings=verdict.warnings)
    kept = await settings_store.replace(database, caller, state, "tickets", required(expected), body)
    return view_of(Settings[TicketSettings], kept, response, verdict.warnings)


def passed(verdict: Verdict) -> Verdict:
    """The verdict; 422 with its errors where it has some."""
    if verdict.errors:
        raise invalid(*verdict.errors)
    return verdict


async def _known(database: Database, state: State) -> Known:
    lists = await reference.load(database, state, ["teams", "statuses", "outcomes"])
    names = {name: {int(item.id): item.name for item in items} for name, items in lists.items()}
    unfit = {int(item.id): settings_rules.unfit_for_comments(item) for item in lists.get("outcomes", [])}
    roles = await roles_of(database, state.tenant.tenant)
    kept = settings_rules.roles_in(state.sync)
    return Known(names.get("teams"), names.get("statuses"), unfit if "outcomes" in lists else None, roles, kept)


async def show(
    database: Database, caller: Principal, kind: str, response: Response, view: type[Settings[D]]
) -> Settings[D]:
    """A kind's settings as they are stored."""
    state = await state_of(database, caller.tenant)
    return view_of(view, await saved(database, caller.tenant, state.connection, kind), response, [])


def view_of(view: type[Settings[D]], kept: Saved, response: Response, warnings: list[str]) -> Settings[D]:
    """Settings with their ETag."""
    response.headers["ETag"] = settings_store.etag(kept.revision)
    document = kept.document or {}
    return view(
        value=kept.value.model_dump(),
        revision=kept.revision,
        changed_at=document.get("changed_at"),
        changed_by=document.get("changed_by"),
        warnings=warnings,
    )
