"""Device types: what an asset of Halo's can become in the portal. A list that is always there, and the portal's own."""

from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, StringConstraints

from halobus.store import Database, Document
from wizard_api import asset_choices
from wizard_api.asset_names import plain
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import AssetReader, Manager
from wizard_api.problems import ProblemError, conflict, not_found

router = APIRouter(prefix=f"{API}/device-types", tags=["assets"])
BUILT_IN: dict[str, str] = {
    name.lower().replace(" ", "-"): name
    for name in (
        *("Workstation", "Laptop", "Server", "Virtual Machine", "Network Device", "Router", "Firewall", "Switch"),
        *("Access Point", "Storage", "Printer", "Mobile", "Tablet", "Phone", "Monitor", "Camera", "UPS", "Other"),
    )
}
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
TypeId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$", description="The device type's id")]


class DeviceTypeIn(BaseModel):
    """``name``: as people will see it."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class DeviceType(BaseModel):
    """``built_in``: always there. ``asset_types``: so many types of Halo's are mapped to it; ``devices`` have it."""

    id: str
    name: str
    built_in: bool
    asset_types: int = 0
    devices: int = 0


class DeviceTypes(BaseModel):
    """All of them, by name."""

    items: list[DeviceType]


@router.get("", summary="What an asset can become")
async def listing(caller: AssetReader, wizard: InWizard) -> DeviceTypes:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    choices = await asset_choices.load(database, state)
    mapped = [rule.device_type for rule in choices.rules.values()]
    devices = await _devices(database, state)
    items = [
        DeviceType(id=id, name=name, built_in=id in BUILT_IN, asset_types=mapped.count(id), devices=devices.get(id, 0))
        for id, name in names(choices).items()
    ]
    return DeviceTypes(items=sorted(items, key=lambda each: (each.name.casefold(), each.id)))


@router.post("", status_code=201, summary="Add a device type of your own")
async def create(body: DeviceTypeIn, caller: Manager, wizard: InWizard) -> DeviceType:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    held = names(await asset_choices.load(database, state))
    same = next((id for id, name in held.items() if plain(name) == plain(body.name)), None)
    id = own_id(body.name)
    if same is not None or not await asset_choices.create_device_type(database, caller, state, id, body.name):
        there = same or id
        title = f"There is a device type “{held.get(there, body.name)}”"
        raise conflict("device-type-exists", title, "Map to that one, or choose another name.", device_type=there)
    return DeviceType(id=id, name=body.name, built_in=False)


@router.delete("/{id}", status_code=204, summary="Delete a device type of your own that nothing uses")
async def delete(id: TypeId, caller: Manager, wizard: InWizard) -> None:
    state = await state_of(wizard.database, caller.tenant)
    if id in BUILT_IN:
        raise conflict("device-type-built-in", f"“{BUILT_IN[id]}” is always there", "Map nothing to it, or leave it.")
    if id not in (await asset_choices.load(wizard.database, state)).own:
        raise not_found(f"Device type {id}")
    used = await asset_choices.delete_device_type(wizard.database, caller, state, id)
    if used:
        raise ProblemError(
            409,
            "device-type-in-use",
            "The device type is in use",
            f"{used} asset types or devices have it.",
            "Map those asset types to another device type first.",
        )


def names(choices: asset_choices.Choices) -> dict[str, str]:
    """The names of all device types, by id."""
    return {**BUILT_IN, **choices.own}


def own_id(name: str) -> str:
    """The id of the portal's own device type of that name: the same however it is written, so that two make one."""
    return f"{asset_choices.OWN}{blake2b(plain(name).encode() or name.encode(), digest_size=6).hexdigest()}"


async def _devices(database: Database, state: State) -> dict[str, int]:
    mine = {"tenant": state.tenant.tenant, "connection": state.connection}
    counted: list[Document] = [{"$match": mine}, {"$group": {"_id": "$device_type", "n": {"$sum": 1}}}]
    return {each["_id"]: each["n"] async for each in database.devices.aggregate(counted) if each["_id"]}
