"""Asset types, their groups and fields: what an asset says depends on its type (docs/halo.md section 6.6)."""

from __future__ import annotations

from typing import Any

from halo_simulator.data.mix import guid

Row = dict[str, Any]
SERIALS = ("Serial Number", "Serial No", "Service Tag", "S/N", "serial number ", "Device Serial Number")
"""The names under which the types keep what identifies a machine; an odd one with a blank at its end among them."""
MAKERS = ("Manufacturer", "Make", "Vendor")
MODELS = ("Model", "Model Number", "Product Model")
NAMES = ("Hostname", "Name", "Domain", "Certificate")
OTHERS = (
    "Operating System", "RAM", "IP Address", "MAC Address", "Firmware", "Location", "IMEI", "Phone Number",
    "Licence Key", "Seats", "Expiry Date", "Notes",
)  # fmt: skip
FIELD_IDS = {name: 200 + n for n, name in enumerate((*NAMES, *SERIALS, *MAKERS, *MODELS, *OTHERS))}
GROUPS = {1: "Computers", 2: "Network", 3: "Other"}

_PC = ("Hostname", "Serial Number", "Manufacturer", "Model", "Operating System", "RAM", "IP Address")
_BOX = ("Hostname", "Serial No", "Vendor", "Model", "Firmware", "MAC Address", "IP Address")
_THING = ("Name", "S/N", "Make", "Model Number", "Location")
TYPES: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("Workstation", 1, _PC),
    ("Laptop", 1, ("Hostname", "Service Tag", "Manufacturer", "Model", "Operating System", "RAM")),
    ("Server", 1, ("Hostname", "Serial Number", "Make", "Model Number", "Operating System", "RAM", "Notes")),
    ("Switch", 2, _BOX),
    ("Firewall", 2, _BOX),
    ("Printer", 3, _THING),
    ("Mobile", 3, ("Name", "IMEI", "Phone Number", "Device Serial Number", "Manufacturer", "Model")),
    ("Software Licence", 3, ("Name", "Licence Key", "Seats", "Expiry Date")),
    ("Access Point", 2, _BOX),
    ("Router", 2, _BOX),
    ("NAS", 1, ("Hostname", "Serial Number", "Vendor", "Product Model", "Firmware")),
    ("UPS", 3, _THING),
    ("Monitor", 3, ("Name", "serial number ", "Make", "Model")),
    ("Docking Station", 3, _THING),
    ("Tablet", 3, ("Name", "Device Serial Number", "Manufacturer", "Product Model", "IMEI")),
    ("Virtual Machine", 1, ("Hostname", "Operating System", "RAM", "IP Address")),
    ("Domain", 3, ("Domain", "Expiry Date", "Notes")),
    ("Certificate", 3, ("Certificate", "Expiry Date")),
    ("Camera", 2, _BOX),
    ("VoIP Phone", 2, ("Name", "MAC Address", "Serial No", "Vendor", "Model")),
    ("Projector", 3, _THING),
    ("Scanner", 3, _THING),
    ("Rack", 2, ("Name", "Location")),
    ("Point of Sale", 1, _PC),
    ("Other", 3, ()),
)
FIRST_TYPE = 101
COUNTS = {"small": 8, "office": 8, "medium": 25, "large": 25}
"""How many of the types there are, by the instance's size."""


def asset_types(seed: int, count: int) -> list[Row]:
    """`/AssetType`: the first `count` of them."""
    return [_type(seed, FIRST_TYPE + n, *entry) for n, entry in enumerate(TYPES[:count])]


def asset_groups(seed: int) -> list[Row]:
    """`/AssetGroup`."""
    return [{"id": key, "guid": guid(seed, key, 18), "name": name, "assettypes": []} for key, name in GROUPS.items()]


def field_id(name: str) -> int:
    """The id of a field, the same for every type that has it; of one that a test made up, 199."""
    return FIELD_IDS.get(name, 199)


def serial_field(names: tuple[str, ...]) -> str | None:
    """Under which of these names the serial number stands, None where there is none."""
    return next((name for name in names if name in SERIALS), None)


def _type(seed: int, key: int, name: str, group: int, fields: tuple[str, ...]) -> Row:
    """One type; its first field is its key, the second its second key."""
    first, second = (*fields, "", "")[:2]
    return {
        "id": key, "guid": guid(seed, key, 17), "name": name, "assetgroup_id": group, "assetgroup_name": GROUPS[group],
        "keyfield_id": field_id(first) if first else -1, "keyfield_name": first,
        "keyfield2_id": field_id(second) if second else -1, "keyfield2_name": second,
        "keyfield3_id": -1, "keyfield3_name": "",
        "fields": [{"id": field_id(field), "name": field, "mandatory": False} for field in fields], "icon": "desktop",
    }  # fmt: skip
