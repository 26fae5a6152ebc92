"""Whether projects and assets are read: they are where Halo grants it, unless they are switched off here."""

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Response

from halobus.decisions import AssetSettings, Decision, ProjectSettings
from wizard_api import settings_store
from wizard_api.connected import state_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import Manager, Reader
from wizard_api.preconditions import Expected, required
from wizard_api.settings_effect import Effect
from wizard_api.settings_routes import DryRun, Settings, show, view_of

router = APIRouter(prefix=f"{API}/integrations/halo/settings", tags=["settings"])
READ, SAVE = "read", "save"
"""The routes' names: operation ids are made of them, and clients are generated from those."""
OFF: dict[type[Decision], str] = {
    ProjectSettings: "Projects are off: those that are stored, and their links to planner items, "
    "stay as they are and are not synced.",
    AssetSettings: "Assets are off: those that are stored, and the devices made of them, "
    "stay as they are and are not synced.",
}
Switch = TypeVar("Switch", ProjectSettings, AssetSettings)


@dataclass(frozen=True)
class Saving:
    """A request to save a switch, or to tell what that would do."""

    caller: Manager
    wizard: InWizard
    response: Response
    expected: Expected
    dry_run: DryRun = False

    async def of(self, kind: str, new: Switch, view: type[Settings[Switch]]) -> Settings[Switch] | Effect:
        """The settings as saved, or with ``dry_run`` what they would do; ProblemError 412 or 428 about the revision."""
        database = self.wizard.database
        state = await state_of(database, self.caller.tenant)
        if self.dry_run:
            return Effect(warnings=_warnings(new))
        kept = await settings_store.replace(database, self.caller, state, kind, required(self.expected), new)
        return view_of(view, kept, self.response, _warnings(new))


@router.get("/projects", name=READ, summary="Whether projects are synced")
async def read_projects(caller: Reader, wizard: InWizard, response: Response) -> Settings[ProjectSettings]:
    return _told(await show(wizard.database, caller, "projects", response, Settings[ProjectSettings]))


@router.put("/projects", name=SAVE, summary="Switch projects on or off")
async def save_projects(
    body: ProjectSettings, saving: Annotated[Saving, Depends()]
) -> Settings[ProjectSettings] | Effect:
    return await saving.of("projects", body, Settings[ProjectSettings])


@router.get("/assets", name=READ, summary="Whether assets are synced")
async def read_assets(caller: Reader, wizard: InWizard, response: Response) -> Settings[AssetSettings]:
    return _told(await show(wizard.database, caller, "assets", response, Settings[AssetSettings]))


@router.put("/assets", name=SAVE, summary="Switch assets on or off")
async def save_assets(body: AssetSettings, saving: Annotated[Saving, Depends()]) -> Settings[AssetSettings] | Effect:
    return await saving.of("assets", body, Settings[AssetSettings])


def _told(held: Settings[Switch]) -> Settings[Switch]:
    return held.model_copy(update={"warnings": _warnings(held.value)})


def _warnings(value: ProjectSettings | AssetSettings) -> list[str]:
    return [] if value.enabled else [OFF[type(value)]]
