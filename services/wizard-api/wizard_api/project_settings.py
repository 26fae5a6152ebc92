"""Whether projects are read: they are where Halo grants it, unless they are switched off here."""

from fastapi import APIRouter, Response

from halobus.decisions import ProjectSettings
from wizard_api import settings_store
from wizard_api.connected import state_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import Manager, Reader
from wizard_api.preconditions import Expected, required
from wizard_api.settings_effect import Effect
from wizard_api.settings_routes import DryRun, Settings, show, view_of

router = APIRouter(prefix=f"{API}/integrations/halo/settings/projects", tags=["settings"])
OFF = "Projects are off: those that are stored, and their links to planner items, stay as they are and are not synced."


@router.get("", summary="Whether projects are synced")
async def read(caller: Reader, wizard: InWizard, response: Response) -> Settings[ProjectSettings]:
    held = await show(wizard.database, caller, "projects", response, Settings[ProjectSettings])
    return held.model_copy(update={"warnings": _warnings(held.value)})


@router.put("", summary="Switch projects on or off")
async def save(
    body: ProjectSettings,
    caller: Manager,
    wizard: InWizard,
    response: Response,
    expected: Expected,
    dry_run: DryRun = False,
) -> Settings[ProjectSettings] | Effect:
    state = await state_of(wizard.database, caller.tenant)
    if dry_run:
        return Effect(warnings=_warnings(body))
    kept = await settings_store.replace(wizard.database, caller, state, "projects", required(expected), body)
    return view_of(Settings[ProjectSettings], kept, response, _warnings(body))


def _warnings(value: ProjectSettings) -> list[str]:
    return [] if value.enabled else [OFF]
