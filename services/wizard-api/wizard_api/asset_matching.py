"""*Quick Match* and *Quick Create*: mappings for the asset types that have none, by their names."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from wizard_api import asset_choices, asset_match, asset_type_rows
from wizard_api.asset_choices import Change, Rule
from wizard_api.asset_match import Match
from wizard_api.asset_type_rows import AssetTypeRow, MapsTo, TypeTable
from wizard_api.connected import live_state_of
from wizard_api.context import API, InWizard
from wizard_api.device_types import own_id
from wizard_api.permissions import Manager
from wizard_api.problems import invalid

router = APIRouter(prefix=f"{API}/assets/types", tags=["assets"])
Number = Annotated[int, Field(ge=1, le=2**53)]


class QuickMatchIn(BaseModel):
    """``dry_run``: only tell."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = False


class QuickCreateIn(BaseModel):
    """``types``: these asset types, even where a device type is like them; left out: all that nothing is like."""

    model_config = ConfigDict(extra="forbid")

    types: list[Number] | None = Field(None, max_length=1000)
    dry_run: bool = False


class TypeMatch(BaseModel):
    """An asset type, and the device type that it is mapped to."""

    id: int
    name: str
    maps_to: MapsTo


class TypeChoice(BaseModel):
    """An asset type that a person has to map; ``candidates`` may be it, none where nothing is like it."""

    id: int
    name: str
    candidates: list[MapsTo]


class QuickMatched(BaseModel):
    """``matched``: mapped now, or with ``dry_run`` would be. ``ambiguous``: to choose from; never guessed."""

    matched: list[TypeMatch]
    ambiguous: list[TypeChoice]
    unmatched: list[TypeChoice]


class QuickCreated(BaseModel):
    """``created``: each asset type with its new device type. ``ambiguous``: left, since a device type is like them."""

    created: list[TypeMatch]
    ambiguous: list[TypeChoice]


@router.post("/quick-match", summary="Quick Match: map the types whose names are those of device types")
async def quick_match(caller: Manager, wizard: InWizard, body: QuickMatchIn | None = None) -> QuickMatched:
    database = wizard.database
    state = await live_state_of(database, caller.tenant)
    table = await asset_type_rows.load(database, state)
    found = {row.id: asset_match.match(row.name, table.device_types) for row in _open(table)}
    certain = {id: match.certain for id, match in found.items() if match.certain is not None}
    if not (body and body.dry_run):
        changes = {id: _mapping_to(device_type) for id, device_type in certain.items()}
        done = await asset_choices.decide_types(database, caller, state, changes)
        certain = {id: device_type for id, device_type in certain.items() if id in done}
    left = {id: match for id, match in found.items() if match.certain is None}
    return QuickMatched(
        matched=[_matched(table, id, to, table.device_types[to]) for id, to in certain.items()],
        ambiguous=[_choice(table, id, match) for id, match in left.items() if match.candidates],
        unmatched=[_choice(table, id, match) for id, match in left.items() if not match.candidates],
    )


@router.post("/quick-create", summary="Quick Create: make device types for asset types that have none, and map them")
async def quick_create(caller: Manager, wizard: InWizard, body: QuickCreateIn | None = None) -> QuickCreated:
    database, asked = wizard.database, body or QuickCreateIn()
    state = await live_state_of(database, caller.tenant)
    table = await asset_type_rows.load(database, state)
    rows = {row.id: row for row in _open(table)}
    strangers = [id for id in asked.types or [] if id not in rows]
    if strangers:
        raise invalid(("types", f"asset type {strangers[0]} is not here, mapped already, ignored, or not in Halo"))
    found = {id: asset_match.match(row.name, table.device_types) for id, row in rows.items()}
    alone = [id for id, match in found.items() if match == Match(None)]
    chosen = sorted(alone if asked.types is None else set(asked.types), key=lambda id: (rows[id].name, id))
    names = {own_id(rows[id].name): rows[id].name for id in reversed(chosen)}
    if not asked.dry_run:
        changes = {id: _mapping_to(own_id(rows[id].name)) for id in chosen}
        done = await asset_choices.decide_types(database, caller, state, changes, names)
        chosen = [id for id in chosen if id in done]
    left = [id for id in found if id not in chosen and asked.types is None and found[id].candidates]
    return QuickCreated(
        created=[_matched(table, id, to := own_id(rows[id].name), names[to]) for id in chosen],
        ambiguous=[_choice(table, id, found[id]) for id in left],
    )


def _open(table: TypeTable) -> list[AssetTypeRow]:
    """The types that miss a mapping, by name: those in Halo, or in use, that nobody ignores."""
    rows = [row for row in table.rows.values() if row.maps_to is None and not row.ignored]
    return sorted((row for row in rows if row.exists or row.devices), key=lambda row: (row.name.casefold(), row.id))


def _mapping_to(device_type: str) -> Change:
    """Unless somebody has decided meanwhile."""

    def change(held: Rule) -> Rule:
        return held if held.device_type is not None or held.ignored else replace(held, device_type=device_type)

    return change


def _matched(table: TypeTable, id: int, to: str, name: str) -> TypeMatch:
    return TypeMatch(id=id, name=table.rows[id].name, maps_to=MapsTo(id=to, name=name))


def _choice(table: TypeTable, id: int, match: Match) -> TypeChoice:
    candidates = [MapsTo(id=each, name=table.device_types[each]) for each in match.candidates]
    return TypeChoice(id=id, name=table.rows[id].name, candidates=candidates)
