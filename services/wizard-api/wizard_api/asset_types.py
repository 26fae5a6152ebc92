"""*Device Type Mappings*: what Halo's asset types become, Auto-Sync, Ignore, and importing all of a type."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from halobus.streams import StreamName
from wizard_api import asset_choices, asset_import, asset_type_rows
from wizard_api.asset_choices import Rule
from wizard_api.asset_import import Imported
from wizard_api.asset_type_rows import AssetTypeRow
from wizard_api.connected import live_state_of, state_of
from wizard_api.context import API, InWizard
from wizard_api.freshness import not_synced_since
from wizard_api.permissions import AssetReader, Manager
from wizard_api.problems import invalid, not_found

router = APIRouter(prefix=f"{API}/assets/types", tags=["assets"])
TypeId = Annotated[int, Path(ge=1, le=2**53, description="The asset type's number in Halo")]


class AssetTypes(BaseModel):
    """All types, by name. ``pending``: assets of all types that could be imported now."""

    items: list[AssetTypeRow]
    pending: int
    not_synced_since: datetime | None = None


class RuleIn(BaseModel):
    """What is left out stays. ``device_type`` null: unmap, which ends Auto-Sync; devices that were made stay.

    ``auto_sync``: needs a mapping. ``ignored``: nothing of this type is pending any more; ends Auto-Sync.
    """

    model_config = ConfigDict(extra="forbid")

    device_type: str | None = Field(None, max_length=60)
    auto_sync: bool = False
    ignored: bool = False


@router.get("", summary="Device Type Mappings")
async def listing(caller: AssetReader, wizard: InWizard) -> AssetTypes:
    state = await state_of(wizard.database, caller.tenant)
    rows = list((await asset_type_rows.load(wizard.database, state)).rows.values())
    return AssetTypes(
        items=sorted(rows, key=lambda row: (row.name.casefold(), row.id)),
        pending=sum(row.pending for row in rows),
        not_synced_since=not_synced_since(state, StreamName.ASSETS),
    )


@router.patch("/{id}", summary="Map an asset type, switch its Auto-Sync, ignore it")
async def change(id: TypeId, body: RuleIn, caller: Manager, wizard: InWizard) -> AssetTypeRow:
    database = wizard.database
    state = await live_state_of(database, caller.tenant)
    table = await asset_type_rows.load(database, state)
    if id not in table.rows:
        raise not_found(f"Asset type {id}")
    if body.device_type is not None and body.device_type not in table.device_types:
        raise invalid(("device_type", f"there is no device type {body.device_type}: choose from GET /device-types"))
    sent = body.model_dump(exclude_unset=True)
    await asset_choices.decide_types(database, caller, state, {id: lambda held: changed(held, sent)})
    return (await asset_type_rows.load(database, state)).rows[id]


@router.post("/{id}/import", summary="Import all assets of a type that are pending")
async def import_all(id: TypeId, caller: Manager, wizard: InWizard) -> Imported:
    database = wizard.database
    state = await live_state_of(database, caller.tenant)
    if id not in (await asset_type_rows.load(database, state)).rows:
        raise not_found(f"Asset type {id}")
    return await asset_import.of_type(database, caller, state, id)


def changed(held: Rule, sent: Mapping[str, object]) -> Rule:
    """The rule with what was sent; ProblemError 422 where Auto-Sync is asked for and can't be."""
    new = Rule(**{**held.__dict__, **sent})
    possible = new.device_type is not None and not new.ignored
    if new.auto_sync and not possible and sent.get("auto_sync"):
        why = "is not for an ignored type: stop ignoring it" if new.ignored else "needs a mapping: choose a device type"
        raise invalid(("auto_sync", f"{why} first, or in the same request"))
    return Rule(new.device_type, new.auto_sync and possible, new.ignored)
