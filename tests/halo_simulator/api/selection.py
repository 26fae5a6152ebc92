"""Which tickets a list shows: filters, visibility and order, over the columns (docs/halo.md sections 5 and 9)."""

from __future__ import annotations

from collections.abc import Iterable

from halo_simulator.api.params import Params
from halo_simulator.api.viewer import Viewer
from halo_simulator.data.columns import DELETED, DOMAINS, LIVE, MERGED
from halo_simulator.data.selection import ALWAYS, Wanted
from halo_simulator.data.world import World
from halo_simulator.instance import Instance
from halo_simulator.times import TimeFormat

_BY_COLUMN = (
    ("team", "team"), ("status", "status"), ("status_id", "status"), ("requesttype", "type"),
    ("requesttype_id", "type"), ("priority", "priority"), ("sla", "sla"), ("agent", "agent"), ("agent_id", "agent"),
    ("client_id", "client"), ("client_ids", "client"), ("site_id", "site"), ("user_id", "user"),
)  # fmt: skip
_ORDERS = {
    "id": "", "last_update": "updated", "lastactiondate": "acted", "dateoccurred": "created", "status_id": "status",
    "client_id": "client", "agent_id": "agent", "priority_id": "priority", "dateclosed": "closed",
}  # fmt: skip


def wanted(params: Params, viewer: Viewer, instance: Instance, domain: str) -> Wanted:
    """Reads the parameters."""
    order = _ORDERS.get(params.text("order").lower())
    return Wanted(
        tuple(_within(params, viewer, instance, domain)),
        params.integers("ticketids") or params.integers("search_id"),
        params.integers("excludethese") or frozenset(),
        _updated(params, instance),
        _created(params, instance.times),
        (params.text("search") or params.text("search_summary")).lower(),
        order or "",
        params.flag("orderdesc") if order is not None else True,
    )


def _within(params: Params, viewer: Viewer, instance: Instance, domain: str) -> Iterable[tuple[str, frozenset[int]]]:
    """Each column that is limited to some values."""
    world, config = instance.world, instance.config
    removed = params.flag("deleted") and config.deleted_parameter
    yield "state", frozenset({DELETED, MERGED} if removed else {LIVE, MERGED} if config.merged_listed else {LIVE})
    chosen = domain or params.text("domain").lower()
    if chosen in DOMAINS:
        yield "kind", frozenset({DOMAINS[chosen]})
    for name, column in _BY_COLUMN:
        values = params.integers(name)
        if values is not None:
            yield column, values
    yield from _states(params, world)
    for column, visible in (("team", viewer.teams), ("client", viewer.clients)):
        if visible is not None:
            yield column, visible


def _states(params: Params, world: World) -> Iterable[tuple[str, frozenset[int]]]:
    """Open, closed, and the client's top level."""
    shut = world.closed & set(world.lists["status"])
    if params.flag("open_only") or not params.flag("includeclosed", default=True):
        yield "status", frozenset(world.lists["status"]) - shut
    if params.flag("closed_only"):
        yield "status", frozenset(shut)
    level = params.integers("toplevel_id")
    if level is not None:
        yield "client", frozenset(k for k, row in world.lists["client"].items() if row["toplevel_id"] in level)


def _updated(params: Params, instance: Instance) -> tuple[int, int]:
    """The window of last_update; a value that is no time is ignored."""
    edge = 0 if instance.config.inclusive else 1
    low = instance.times.read(params.text("lastupdatefromdate"))
    high = instance.times.read(params.text("lastupdatetodate"))
    return (ALWAYS[0] if low is None else low + edge, ALWAYS[1] if high is None else high - edge)


def _created(params: Params, times: TimeFormat) -> tuple[int, int]:
    """`startdate` and `enddate` count only with `datesearch=dateoccured`, in Halo's spelling."""
    if params.text("datesearch").lower() != "dateoccured":
        return ALWAYS
    low, high = times.read(params.text("startdate")), times.read(params.text("enddate"))
    return (ALWAYS[0] if low is None else low, ALWAYS[1] if high is None else high)
