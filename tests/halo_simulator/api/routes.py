"""Halo's paths: singular or plural exactly as Halo has them, in any case (docs/halo.md section 1)."""

from __future__ import annotations

from dataclasses import dataclass

from halo_simulator.api import action_write, actions, assets, crm, frames, reference, ticket_write, tickets, users
from halo_simulator.api.call import Handler
from halo_simulator.data.columns import OPPORTUNITY, PROJECT, REQUEST


@dataclass(frozen=True, slots=True)
class Route:
    """What serves a path."""

    handler: Handler
    resource: str
    verb: str


def table() -> dict[tuple[str, str, bool], Route]:
    """Method, resource and whether an id follows, to the handler."""
    routes: dict[tuple[str, str, bool], Route] = {}
    for resource, domain, kind in _DOMAINS:
        _add(routes, resource, tickets.lister(resource, domain), tickets.getter(domain))
        routes["POST", resource, False] = Route(ticket_write.poster(kind), resource, "edit")
        routes["DELETE", resource, True] = Route(ticket_write.delete, resource, "edit")
    for resource in _REFERENCE:
        _add(routes, resource, reference.lister(resource), reference.getter(resource))
    _add(routes, "client", crm.list_clients, crm.get_client)
    _add(routes, "site", crm.list_sites, crm.get_site)
    _add(routes, "users", users.list_users, users.get_user)
    _add(routes, "asset", assets.list_assets, assets.get_asset)
    _add(routes, "actions", actions.list_actions, actions.get_action)
    routes["POST", "actions", False] = Route(action_write.post_actions, "actions", "edit")
    for resource, key in _FRAMES.items():
        _add(routes, resource, frames.empty(resource, key), frames.nothing)
    routes["GET", "agent/me", False] = Route(reference.me, "agent/me", "read")
    return routes


_DOMAINS = (("tickets", "", REQUEST), ("opportunities", "opps", OPPORTUNITY), ("projects", "prjs", PROJECT))
_REFERENCE = (
    "team", "agent", "status", "tickettype", "sla", "priority", "outcome", "category", "assettype",
    "assetgroup", "workflow",
)  # fmt: skip
_FRAMES = {
    "item": "items",
    "invoice": "invoices",
    "workflowstep": "",
}


def _add(routes: dict[tuple[str, str, bool], Route], resource: str, many: Handler, one: Handler) -> None:
    """The two GET routes of a resource."""
    routes["GET", resource, False] = Route(many, resource, "read")
    routes["GET", resource, True] = Route(one, resource, "read")
