"""Assets: fields only for a list of one type, pages of 50 whatever is asked (docs/halo.md section 6.6)."""

from __future__ import annotations

from array import array
from typing import Any

from halo_simulator.api.call import Answer, Call
from halo_simulator.api.ids import ids_only
from halo_simulator.api.listing import dump
from halo_simulator.api.paging import listing, page_of
from halo_simulator.data.clients import site_id, site_name
from halo_simulator.data.inventory import Head
from halo_simulator.errors import HaloError

Row = dict[str, Any]


async def list_assets(call: Call) -> Answer:
    """`GET /Asset`."""
    found = _found(call)
    if call.params.flag("idonly"):
        return ids_only(call, "assets", found)
    ids = found[::-1] if call.params.flag("orderdesc") else found
    one_type = call.params.text("assettype_id") != ""
    fields = call.params.flag("includeassetfields") and one_type
    page = page_of(len(ids), call.params, call.instance.config, "asset")
    return listing("assets", ids, page, lambda asset: dump(_row(call, asset, fields)))


async def get_asset(call: Call) -> Answer:
    """`GET /Asset/{id}`: with its fields."""
    row = call.instance.world.assets.row(call.id())
    if row is None or not _seen(call, row["client_id"]):
        raise HaloError(404, "Not Found")
    return _row(call, call.id(), fields=True)


def _row(call: Call, asset: int, fields: bool) -> Row:
    """A row as a list shows it. No time of change, as in Halo's description."""
    assets, write = call.instance.world.assets, call.instance.times.write
    row = assets.row(asset)
    if row is None:
        raise HaloError(404, "Not Found")
    odd = call.instance.config.odd_ids and asset % 7 == 0
    return {
        **assets.shown(asset, row),
        "client_id": float(row["client_id"]) if odd else row["client_id"],
        "assettype_id": str(row["assettype_id"]) if odd else row["assettype_id"],
        "site_name": site_name(row["client_id"], row["site_id"] - site_id(row["client_id"], 0)),
        "warranty_start": write(row["_bought"]), "warranty_end": write(row["_warranty"]), "contract_ref": "",
        "supplier_id": -1, "parent_id": -1, "icon": "desktop", "colour": "#000000", "ninjarmm_id": -1, "datto_id": "",
        "intune_id": "", "use": "device",
        **({"fields": assets.fields(asset)} if fields else {}),
    }  # fmt: skip


def _found(call: Call) -> array[int]:
    """The ids of the rows that pass all filters."""
    params, inclusive = call.params, call.instance.config.inclusive
    both = params.text("activeinactive").lower() == "true,true"
    active, inactive = params.flag("includeactive", default=True), params.flag("includeinactive") or both
    types, groups = params.integers("assettype_id") or params.integers("assettypes"), _in_groups(call)
    owners, sites = params.integers("client_id"), params.integers("site_id")
    read, edge = call.instance.times.read, 0 if inclusive else 1
    low, high = read(params.text("lastupdatefromdate")), read(params.text("lastupdatetodate"))

    def passes(head: Head) -> bool:
        return (
            (inactive if head.inactive else active)
            and _seen(call, head.client)
            and (types is None or head.type in types)
            and (groups is None or head.type in groups)
            and (owners is None or head.client in owners)
            and (sites is None or head.site in sites)
            and (low is None or head.updated >= low + edge)
            and (high is None or head.updated <= high - edge)
        )

    wanted = (active, inactive, types, groups, owners, sites, low, high, edge, call.viewer.clients)
    return call.instance.world.assets.find(wanted, passes)


def _in_groups(call: Call) -> frozenset[int] | None:
    """The types of the groups that are asked for."""
    asked = call.params.integers("assetgroup_id") or call.params.integers("assetgroups")
    types = call.instance.world.lists["assettype"].values()
    return None if asked is None else frozenset(row["id"] for row in types if row["assetgroup_id"] in asked)


def _seen(call: Call, client: int) -> bool:
    """Whether the agent may see the asset's client."""
    return call.viewer.clients is None or client in call.viewer.clients
