"""What devices should be: from Halo's assets, the links of their clients, and what people decided. Pure."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from halobus.devices import Device
from importer.device_groups import AssetNow, Group, group, new_id

BOOKKEEPING = {"created", "changed", "revision", "told"}
"""What is not decided here."""
_ONLY_WITH_FIELDS = ("serial_number", "manufacturer", "model")


@dataclass(frozen=True)
class TypeRule:
    """What was decided of an asset type."""

    device_type: str | None = None
    auto_sync: bool = False
    ignored: bool = False


@dataclass(frozen=True)
class Decided:
    """``links``: portal company by Halo client. ``chosen``: assets that a person imported. ``gone``: why some left."""

    tenant: str
    connection: str
    links: Mapping[int, str] = field(default_factory=dict)
    types: Mapping[int, TypeRule] = field(default_factory=dict)
    chosen: Set[int] = frozenset()
    gone: Mapping[int, str] = field(default_factory=dict)

    def rule(self, type_id: int | None) -> TypeRule:
        """What was decided of an asset's type; a rule that wants nothing where nobody has."""
        return self.types.get(type_id, TypeRule()) if type_id is not None else TypeRule()

    def is_linked(self, asset: AssetNow) -> bool:
        """Whether the asset's client is linked to a portal company; an asset without a client is not."""
        return asset.client_id in self.links


@dataclass(frozen=True)
class Change:
    """``before`` None: a new device."""

    before: Device | None
    after: Device


def plan(assets: Sequence[AssetNow], devices: Sequence[Device], decided: Decided) -> list[Change]:
    """What has to be written; nothing where all is as it should be. No device is ever deleted."""
    groups = group(assets, devices)
    taken = {each.id for each in devices}
    changes: list[Change] = []
    owner: dict[int, str] = {}
    for each in groups:
        device = each.device
        if device is None:
            if not (wanted := [asset for asset in each.assets if is_wanted(asset, decided)]):
                continue
            id = new_id(each, taken)
            taken.add(id)
            device = _new(id, wanted, decided)
        owner |= {asset.id: device.id for asset in each.assets}
        changes.append(Change(each.device, _become(device, each, decided)))
    present = {each.after.id for each in changes}
    left = [each for each in devices if each.id not in present]
    changes += [Change(device, _without_assets(device, owner, decided)) for device in left]
    return [change for change in changes if _differs(change)]


def is_wanted(asset: AssetNow, decided: Decided) -> bool:
    """Whether a device is to be made of it: chosen, or in use and of a type with Auto-Sync; never while it is held back
    or ignored."""
    rule = decided.rule(asset.type_id)
    if rule.ignored or not decided.is_linked(asset):
        return False
    return asset.id in decided.chosen or (rule.auto_sync and rule.device_type is not None and not asset.inactive)


def _new(id: str, wanted: Sequence[AssetNow], decided: Decided) -> Device:
    chosen = any(asset.id in decided.chosen for asset in wanted)
    origin = "person" if chosen else "auto_sync"
    return Device(tenant=decided.tenant, connection=decided.connection, id=id, origin=origin)


def _become(device: Device, found: Group, decided: Decided) -> Device:
    asset = _shown(device, found, decided)
    rule = decided.rule(asset.type_id)
    active = [each.id for each in found.assets if not each.inactive]
    kept = () if asset.known else _ONLY_WITH_FIELDS
    changes: dict[str, Any] = {
        **{name: value for name, value in asset.shown.items() if name not in kept},
        **_state(asset, decided),
        "serial": found.serial or device.serial,
        "assets": [each.id for each in found.assets],
        "asset": asset.id,
        "conflict": active if len(active) > 1 else [],
        "merged_into": None,
        "type_id": asset.type_id,
        "client_id": asset.client_id,
        "device_type": rule.device_type or device.device_type,
        "mapped": rule.device_type is not None,
    }
    return device.model_copy(update=changes)


def _shown(device: Device, found: Group, decided: Decided) -> AssetNow:
    """One in use before a retired one; then the one shown so far, one to import, one of a linked client, the newest."""

    def weight(asset: AssetNow) -> tuple[bool, bool, bool, bool, int]:
        wanted, linked = is_wanted(asset, decided), decided.is_linked(asset)
        return not asset.inactive, asset.id == device.asset, wanted, linked, asset.id

    return max(found.assets, key=weight)


def _state(asset: AssetNow, decided: Decided) -> dict[str, Any]:
    company = decided.links.get(asset.client_id) if asset.client_id is not None else None
    if company is None:
        reason = "no_client" if asset.client_id is None else "client_not_linked"
        return {"state": "held", "reason": reason, "portal_company": None}
    state = "retired" if asset.inactive else "active"
    return {"state": state, "reason": None, "portal_company": company}


def _without_assets(device: Device, owner: Mapping[int, str], decided: Decided) -> Device:
    """Its assets are all gone, or have turned out to be another device's."""
    mine = [asset for asset in device.assets if asset not in owner]
    if device.assets and not mine:
        merged = {"state": "merged", "reason": None, "merged_into": owner[device.assets[0]]}
        return device.model_copy(update={**merged, "assets": [], "conflict": []})
    if not mine or device.state == "gone":
        return device.model_copy(update={"assets": mine})
    reason = decided.gone.get(device.asset, "deleted") if device.asset is not None else "deleted"
    return device.model_copy(update={"state": "gone", "reason": reason, "assets": mine, "conflict": []})


def _differs(change: Change) -> bool:
    # A copy keeps the bookkeeping, so it plays no part; models compare far slower than their fields.
    return change.before is None or change.before.__dict__ != change.after.__dict__
