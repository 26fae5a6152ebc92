"""Devices: what was imported, and what has become of it."""

import re
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from halobus.devices import Device
from halobus.store import ASCENDING, Document
from wizard_api import asset_choices, device_types, names
from wizard_api.asset_type_rows import MapsTo
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard
from wizard_api.names import Named, Names
from wizard_api.paging import Cursor, Limit, Page, decode, page
from wizard_api.permissions import AssetReader
from wizard_api.problems import not_found

router = APIRouter(prefix=f"{API}/devices", tags=["assets"])
States = Literal["active", "retired", "held", "gone", "merged"]


class DeviceRow(BaseModel):
    """A device in a list. ``device_type``: with ``mapped`` false the last one; null where it never had one.

    ``state``: *held* is out of sight while its client is not linked (or it has none), *retired* inactive in Halo,
    *gone* no more in Halo, *merged* the same as ``merged_into``; ``reason`` says why. ``conflict``: the active assets
    that claim its serial number, where they are several.
    """

    id: str
    name: str
    device_type: MapsTo | None
    mapped: bool
    serial_number: str | None
    client: Named | None
    portal_company: str | None
    state: States
    reason: str | None
    conflict: list[int]


class DeviceView(DeviceRow):
    """A device, whole. ``assets``: Halo's numbers for it; ``asset`` the one that is shown."""

    assets: list[int]
    asset: int | None
    merged_into: str | None
    origin: Literal["auto_sync", "person"]
    type: Named | None
    site_id: int | None
    inventory_number: str | None
    manufacturer: str | None
    model: str | None
    user_name: str | None
    status_name: str | None
    warranty_start: datetime | None
    warranty_end: datetime | None
    created: datetime | None
    changed: datetime | None


@router.get("", summary="Devices by name")
async def listing(
    caller: AssetReader,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    device_type: Annotated[str | None, Query(max_length=60, description="Of one device type")] = None,
    client_id: Annotated[int | None, Query(ge=1, le=2**53, description="Of one Halo client")] = None,
    state: Annotated[States | None, Query(description="Only those in this state")] = None,
    mapped: Annotated[bool | None, Query(description="Only with, or only without a mapping of their type")] = None,
    conflict: Annotated[bool | None, Query(description="Only those in conflict, or only the others")] = None,
    search: Annotated[str | None, Query(max_length=100, description="Part of a name, serial number or user")] = None,
) -> Page[DeviceRow]:
    database = wizard.database
    standing = await state_of(database, caller.tenant)
    equal = {"device_type": device_type, "client_id": client_id, "state": state, "mapped": mapped}
    clauses = [_all(standing), {name: value for name, value in equal.items() if value is not None}]
    clauses += [{"conflict.0": {"$exists": conflict}}] if conflict is not None else []
    clauses += [*_searched(search), *_after(cursor)]
    found = database.devices.find({"$and": clauses})
    documents = await found.sort([("name", ASCENDING), ("id", ASCENDING)]).to_list(limit + 1)
    named = await names.load(database, standing, (each.get("client_id") for each in documents))
    types = device_types.names(await asset_choices.load(database, standing))
    return page(
        documents, limit, lambda each: DeviceRow(**_fields(each, named, types)), lambda last: (last["name"], last["id"])
    )


@router.get("/{id}", summary="A device")
async def show(
    id: Annotated[str, Path(pattern=r"^[0-9a-f]{1,40}$")], caller: AssetReader, wizard: InWizard
) -> DeviceView:
    database = wizard.database
    standing = await state_of(database, caller.tenant)
    document = await database.devices.find_one({**_all(standing), "id": id})
    if document is None:
        raise not_found(f"Device {id}")
    named = await names.load(database, standing, [document.get("client_id")])
    return DeviceView(**_fields(document, named, device_types.names(await asset_choices.load(database, standing))))


def _fields(document: Document, named: Names, types: dict[str, str]) -> Document:
    device = Device.model_validate(document)
    to = device.device_type
    return {
        **device.model_dump(),
        "device_type": MapsTo(id=to, name=types.get(to, to)) if to is not None else None,
        "client": named.company(device.client_id),
        "type": Named(id=device.type_id, name=device.type_name) if device.type_id is not None else None,
    }


def _all(state: State) -> Document:
    return {"tenant": state.tenant.tenant, "connection": state.connection}


def _searched(search: str | None) -> list[Document]:
    part = {"$regex": re.escape(search or ""), "$options": "i"}
    return [{"$or": [{name: part} for name in ("name", "serial_number", "user_name")]}] if search else []


def _after(cursor: str | None) -> list[Document]:
    if cursor is None:
        return []
    name, id = decode(cursor, (str, str))
    return [{"$or": [{"name": {"$gt": name}}, {"name": name, "id": {"$gt": id}}]}]
