"""Changes to assets from outside Halo's interface, and the truth about them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from halo_simulator.data.inventory import Inventory
from halo_simulator.times import utc


def apply(assets: Inventory, clock: int, op: Mapping[str, Any]) -> int:
    """One operation; the asset's id, after `reimport` the new one's. `{"op": "change", "id": 50001, "serial": "X"}`."""
    kind, values = op["op"], {key: value for key, value in op.items() if key not in ("op", "id", "at")}
    now = int(op.get("at") or clock)
    if kind == "create":
        return assets.create(values, now)
    asset = int(op["id"])
    if kind == "reimport":
        return assets.again(asset, now)
    if kind == "delete":
        assets.delete(asset)
    elif kind == "retype":
        assets.retype(asset, int(values["assettype_id"]), now)
    elif kind == "rename":
        assets.change(asset, {"fields": {assets.field_names(asset)[0]: values["name"]}}, now)
    elif kind in ("change", "move", "retire", "activate"):
        states = {"retire": {"inactive": True, "status_id": 3}, "activate": {"inactive": False, "status_id": 1}}
        assets.change(asset, values | states.get(kind, {}), now)
    else:
        raise ValueError(f"unknown operation {kind!r}")
    return asset


def dump(assets: Inventory, start: int, limit: int) -> dict[str, Any]:
    """Up to `limit` assets from id `start` that are there; `next` is where to go on, or null."""
    found = list(islice((asset for asset in assets.ids() if asset >= start), limit + 1))
    rows = [truth(assets, asset) for asset in found[:limit]]
    return {"assets": rows, "next": found[limit] if len(found) > limit else None}


def truth(assets: Inventory, asset: int) -> dict[str, Any]:
    """One asset as it is, its fields as texts by name; `deleted` is all that is told of one that is gone."""
    row = assets.row(asset)
    if row is None:
        return {"id": asset, "deleted": True}
    return {
        **assets.shown(asset, row), "serial": assets.serial(asset), "deleted": False, "sequence": row["_sequence"],
        "fields": {name: assets.text(asset, name) for name in assets.field_names(asset)},
        "warranty_start": utc(row["_bought"]) if row["_bought"] else None,
        "warranty_end": utc(row["_warranty"]) if row["_warranty"] else None, "last_update": utc(row["_updated"]),
    }  # fmt: skip
