"""*Import* of assets: what a person chose becomes a decision; the importer makes the devices."""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel

from halobus.store import Database
from wizard_api import asset_choices, asset_staging
from wizard_api.asset_staging import Asset, Stage
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.problems import conflict, invalid


class Imported(BaseModel):
    """``imported`` and the others together are the chosen assets.

    ``held_back``: their clients are not linked. ``ignored``: their types are. ``retired``: inactive in Halo, and chosen
    with their whole type; by their ids they are imported.
    """

    imported: int = 0
    already_imported: int = 0
    held_back: int = 0
    ignored: int = 0
    retired: int = 0


async def of_ids(database: Database, caller: Principal, state: State, ids: Sequence[int]) -> Imported:
    """Those that stand in no other's way; ProblemError 422 names what Halo doesn't show."""
    found = await asset_staging.assets(database, state, {"content.id": {"$in": list(ids)}})
    chosen = [asset for asset, _name in found]
    unknown = sorted(set(ids) - {each.id for each in chosen})
    if unknown:
        some = ", ".join(map(str, unknown[:10])) + (f" and {len(unknown) - 10} more" if len(unknown) > 10 else "")
        raise invalid(("ids", f"Halo shows no asset {some}: choose from GET /assets"))
    return await _import(database, caller, state, chosen, {Stage.PENDING, Stage.RETIRED})


async def of_type(database: Database, caller: Principal, state: State, type_id: int) -> Imported:
    """All unimported ones of a type; ProblemError 409 where the type is ignored, 422 where Halo has none of it."""
    choices = await asset_choices.load(database, state)
    if choices.rules.get(type_id, asset_choices.Rule()).ignored:
        raise conflict("asset-type-ignored", f"Asset type {type_id} is ignored", "Stop ignoring it first.")
    found = await asset_staging.assets(database, state, {"content.type_id": type_id})
    if not found:
        raise invalid(("type", f"Halo shows no asset of type {type_id}: choose from GET /assets/types"))
    return await _import(database, caller, state, [asset for asset, _name in found], {Stage.PENDING})


async def _import(
    database: Database, caller: Principal, state: State, assets: Sequence[Asset], stages: set[Stage]
) -> Imported:
    staging = await asset_staging.load(database, state)
    stands = {asset.id: staging.stage(asset) for asset in assets}
    wanted = sorted(id for id, stage in stands.items() if stage in stages)
    await asset_choices.import_assets(database, caller, state, wanted)
    left = Counter(stage for stage in stands.values() if stage not in stages)
    return Imported(
        imported=len(wanted),
        already_imported=left[Stage.IMPORTED],
        held_back=left[Stage.HELD_BACK],
        ignored=left[Stage.IGNORED],
        retired=left[Stage.RETIRED],
    )
