"""Assets, generated from their ids: of every type, with every sort of serial number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from halo_simulator.data.asset_types import MAKERS, MODELS, NAMES, SERIALS
from halo_simulator.data.clients import UNKNOWN, site_count, site_id
from halo_simulator.data.mix import mix, pick
from halo_simulator.data.words import FAMILY, GIVEN

Row = dict[str, Any]
FIRST_ASSET = 50_001
COUNTS = {"small": 120, "office": 400, "medium": 6_000, "large": 30_000}
"""How many assets there are, by the instance's size."""
STATUSES = {1: "Active", 2: "In Stock", 3: "Retired"}
MAKER_NAMES = ("Dell", "HP", "Lenovo", "Cisco", "Ubiquiti", "Apple")
_PLACEHOLDERS = ("", "To be filled by O.E.M.", "0", "N/A", "Default string", "None", "System Serial Number")
_PERIOD = 500 * 86_400
_DAY = 86_400
_WORDS = {
    "Operating System": ("Windows 11 Pro", "Windows Server 2022", "Ubuntu 24.04"),
    "RAM": ("8 GB", "16 GB", "32 GB"),
    "Firmware": ("7.2.1", "16.9", "4.4.57"),
    "Location": ("Reception", "Server room", "Warehouse"),
    "Seats": ("5", "25", "100"),
    "Notes": ("", "Replaced <disk> & fan", "x" * 3000),
}


def asset_row(seed: int, asset: int, types: Sequence[int], owners: Sequence[int], anchor: int) -> Row:
    """An asset without its fields; the names of what it refers to are added where it is shown."""
    bits = mix(seed, asset, 51)
    client = UNKNOWN if bits % 41 == 0 else pick(bits, 6, owners)
    site = 0 if client == UNKNOWN else (bits >> 30) % site_count(seed, client)
    retired = (bits >> 33) % 11 == 0
    bought = anchor - 30 * _DAY - (bits >> 20) % (900 * _DAY) if (bits >> 36) % 3 else 0
    return {
        "id": asset, "inventory_number": f"A{asset:06d}", "assettype_id": _type_of(bits, types), "client_id": client,
        "site_id": site_id(client, site), "inactive": retired,
        "status_id": 3 if retired else 1 + (bits >> 40) % 2,
        "username": f"{pick(bits, 44, GIVEN)} {pick(bits, 50, FAMILY)}" if bits & 1 else "",
        "_bought": bought, "_warranty": bought and bought + 1095 * _DAY,
        "_updated": anchor - 2 * _DAY - bits % _PERIOD, "_sequence": 0,
    }  # fmt: skip


def generated(seed: int, asset: int, name: str) -> str:
    """What a field says of an asset that nobody changed."""
    bits = mix(seed, asset, 52)
    if name in SERIALS:
        return _serial(bits, asset)
    if name in MAKERS:
        return pick(bits, 3, MAKER_NAMES)
    if name in MODELS:
        return f"{pick(bits, 9, ('Pro', 'Edge', 'Latitude'))} {100 + bits % 900}"
    if name in NAMES:
        return f"{'ABCDEFG'[bits % 7]}-{asset}" if bits % 19 else ""
    if name == "Expiry Date":
        return "1900-01-01T00:00:00"
    if name in _WORDS:
        return pick(bits, 14, _WORDS[name])
    return f"{mix(seed, asset, len(name)):016X}"[:12]


def _type_of(bits: int, types: Sequence[int]) -> int:
    """The first types have most of the assets."""
    return types[min((bits >> 12) % len(types), (bits >> 24) % len(types))]


def _serial(bits: int, asset: int) -> str:
    """Most are one of a kind; some are none, some stand at several assets, some carry blanks or small letters."""
    luck = (bits >> 24) % 30
    if luck < 3:
        return pick(bits, 33, _PLACEHOLDERS)
    if luck == 3:
        return f"SHARED{bits % 4}"
    plain = f"{bits % 36**4:06d}{asset}"
    return f"  sn-{plain} " if luck == 4 else f"SN{plain}"
