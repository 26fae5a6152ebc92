"""Whether assets are read: they are where Halo grants it, unless they are switched off here."""

from fastapi import APIRouter, Response

from halobus.decisions import AssetSettings
from wizard_api import settings_store
from wizard_api.connected import state_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import Manager, Reader
from wizard_api.preconditions import Expected, required
from wizard_api.settings_effect import Effect
from wizard_api.settings_routes import DryRun, Settings, show, view_of

router = APIRouter(prefix=f"{API}/integrations/halo/settings/assets", tags=["settings"])
OFF = "Assets are off: those that are stored, and the devices made of them, stay as they are and are not synced."


@router.get("", summary="Whether assets are synced")
async def read(caller: Reader, wizard: InWizard, response: Response) -> Settings[AssetSettings]:
    held = await show(wizard.database, caller, "assets", response, Settings[AssetSettings])
    return held.model_copy(update={"warnings": _warnings(held.value)})


@router.put("", summary="Switch assets on or off")
async def save(
    body: AssetSettings,
    caller: Manager,
    wizard: InWizard,
    response: Response,
    expected: Expected,
    dry_run: DryRun = False,
) -> Settings[AssetSettings] | Effect:
    state = await state_of(wizard.database, caller.tenant)
    if dry_run:
        return Effect(warnings=_warnings(body))
    kept = await settings_store.replace(wizard.database, caller, state, "assets", required(expected), body)
    return view_of(Settings[AssetSettings], kept, response, _warnings(body))


def _warnings(value: AssetSettings) -> list[str]:
    return [] if value.enabled else [OFF]
