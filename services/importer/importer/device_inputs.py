"""What the devices of a connection follow from: live assets, links, decisions, and the devices that there are."""

from dataclasses import dataclass
from typing import Any

from halobus.devices import AssetChoice, Device
from halobus.mirror import visible
from halobus.standing import Standing
from halobus.store import Database, Document
from importer.device_groups import AssetNow
from importer.device_identity import serial_key
from importer.device_policy import Decided, TypeRule

_SHOWN = (
    *("name", "inventory_number", "manufacturer", "model", "user_name", "status_name", "type_name"),
    *("site_id", "warranty_start", "warranty_end"),
)
_WANTED = (*_SHOWN, "id", "serial", "with_fields", "type_id", "client_id", "inactive")


@dataclass(frozen=True)
class Inputs:
    """One look at all of it."""

    assets: list[AssetNow]
    devices: list[Device]
    decided: Decided


async def read(database: Database, standing: Standing) -> Inputs:
    """The devices are read first: what changes them meanwhile is noticed by their revisions."""
    mine: Document = {"tenant": standing.tenant, "connection": standing.connection}
    devices = [Device.model_validate(each) async for each in database["devices"].find(mine)]
    live = visible(standing.tenant, standing.connection, standing.generation)
    fields = {f"content.{name}": 1 for name in _WANTED}
    found = database["assets"].find(live, fields, batch_size=2000)
    assets = [asset_now(each["content"]) async for each in found]
    return Inputs(assets, devices, await _decided(database, mine))


def asset_now(content: Document) -> AssetNow:
    """An asset as stored."""
    shown: dict[str, Any] = {name: content.get(name) for name in _SHOWN}
    return AssetNow(
        id=content["id"],
        serial=serial_key(content.get("serial")),
        known=bool(content.get("with_fields")),
        type_id=content.get("type_id"),
        client_id=content.get("client_id"),
        inactive=bool(content.get("inactive")),
        shown={**shown, "name": shown["name"] or "", "serial_number": content.get("serial")},
    )


async def _decided(database: Database, mine: Document) -> Decided:
    choices = [AssetChoice.model_validate(each) async for each in database["asset_choices"].find(mine)]
    links = {each["company"]: each["portal_company"] async for each in database["company_links"].find(mine)}
    stubs = database["assets"].find({**mine, "state": "gone"}, {"id": 1, "reason": 1})
    return Decided(
        mine["tenant"],
        mine["connection"],
        links=links,
        types={
            number: TypeRule(each.device_type, each.auto_sync, each.ignored)
            for each in choices
            if (number := _number(each, "type")) is not None
        },
        chosen={number for each in choices if each.imported and (number := _number(each, "asset")) is not None},
        gone={int(each["id"]): each["reason"] async for each in stubs},
    )


def _number(choice: AssetChoice, kind: str) -> int | None:
    found, _, number = choice.subject.partition("/")
    return int(number) if found == kind else None
