"""The rows of *Device Type Mappings*: each asset type with its count, its mapping, and what stands where."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from pydantic import BaseModel

from halobus.store import Database
from wizard_api import asset_staging, reference
from wizard_api.asset_choices import Rule
from wizard_api.asset_staging import Stage, Staging
from wizard_api.connected import State
from wizard_api.device_types import names


class MapsTo(BaseModel):
    """A device type."""

    id: str
    name: str


class AssetTypeRow(BaseModel):
    """``name``: Provider Type. ``devices``: Device Count, all of that type that Halo shows: the sum of the five states.

    ``exists``: whether Halo's list still has the type; null until the list has been read. ``maps_to`` null: unmapped.
    """

    id: int
    name: str
    exists: bool | None
    devices: int
    pending: int
    imported: int
    held_back: int
    ignored_devices: int
    retired: int
    maps_to: MapsTo | None
    auto_sync: bool
    ignored: bool


@dataclass(frozen=True)
class TypeTable:
    """``rows`` by type. ``device_types``: names of all device types, by id."""

    rows: dict[int, AssetTypeRow]
    staging: Staging
    device_types: dict[str, str]

    def rule(self, id: int) -> Rule:
        return self.staging.choices.rules.get(id, Rule())


async def load(database: Database, state: State) -> TypeTable:
    """Every type that Halo's list has, that an asset has, or that something was decided of."""
    staging = await asset_staging.load(database, state)
    listed = await _listed(database, state)
    counts: dict[int, Counter[Stage]] = defaultdict(Counter)
    seen: dict[int, str] = {}
    for asset, name in await asset_staging.assets(database, state):
        if asset.type_id is not None:
            counts[asset.type_id][staging.stage(asset)] += 1
            seen.setdefault(asset.type_id, name or f"Type {asset.type_id}")
    device_types = names(staging.choices)
    known = {id: f"Type {id}" for id in staging.choices.rules} | seen | (listed or {})
    rows = {
        id: _row(id, name, None if listed is None else id in listed, counts[id], staging, device_types)
        for id, name in known.items()
    }
    return TypeTable(rows, staging, device_types)


async def _listed(database: Database, state: State) -> dict[int, str] | None:
    items = (await reference.load(database, state, ["asset-types"])).get("asset-types")
    return None if items is None else {int(item.id): item.name for item in items}


def _row(
    id: int, name: str, exists: bool | None, counts: Counter[Stage], staging: Staging, device_types: dict[str, str]
) -> AssetTypeRow:
    rule = staging.choices.rules.get(id, Rule())
    to = rule.device_type
    return AssetTypeRow(
        id=id,
        name=name,
        exists=exists,
        devices=counts.total(),
        pending=counts[Stage.PENDING],
        imported=counts[Stage.IMPORTED],
        held_back=counts[Stage.HELD_BACK],
        ignored_devices=counts[Stage.IGNORED],
        retired=counts[Stage.RETIRED],
        maps_to=MapsTo(id=to, name=device_types.get(to, to)) if to is not None else None,
        auto_sync=rule.auto_sync,
        ignored=rule.ignored,
    )
