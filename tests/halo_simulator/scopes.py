"""Scope strings, what implies what, and which scope guards which resource (docs/halo.md section 3)."""

from __future__ import annotations

from collections.abc import Iterable

_PAIRS = (
    "tickets calendar customers crm contracts suppliers items projects sales quotes sos pos invoices reporting "
    "software softwarelicensing kb assets distributionlists mailcampaign events"
)
KNOWN = frozenset(
    [f"{verb}:{area}" for area in _PAIRS.split() for verb in ("read", "edit")]
    + ["all", "all:standard", "all:teams", "admin", "admin:webhooks"]
    + ["read:timesheets", "editMine:timesheets", "edit:timesheets", "access:chat", "access:adpasswordreset"]
)
GUIDE = (
    "read:tickets",
    "edit:tickets",
    "read:calendar",
    "edit:calendar",
    "read:customers",
    "read:crm",
    "edit:crm",
    "read:contracts",
    "read:items",
    "read:projects",
    "edit:projects",
    "read:sales",
    "edit:sales",
    "read:quotes",
    "read:invoices",
    "edit:invoices",
    "read:timesheets",
    "read:softwarelicensing",
    "read:assets",
    "edit:assets",
)
"""The permissions that the product's guide tells its user to enable."""

AREAS = {
    **dict.fromkeys(
        ["tickets", "actions", "status", "tickettype", "team", "priority", "sla", "outcome", "category", "workflow"],
        "tickets",
    ),
    **dict.fromkeys(["client", "site", "users"], "customers"),
    **dict.fromkeys(["asset", "assettype", "assetgroup"], "assets"),
    "workflowstep": "tickets",
    "agent": "tickets",
    "opportunities": "sales",
    "projects": "projects",
    "item": "items",
    "invoice": "invoices",
}


def unknown(asked: Iterable[str]) -> list[str]:
    """The asked scopes that Halo has never heard of."""
    return [scope for scope in asked if scope not in KNOWN]


def allowed(asked: str, permissions: Iterable[str]) -> bool:
    """Whether an application with these permissions may ask for this scope; edit implies read."""
    held = set(permissions)
    return bool({"all", asked, asked.replace("read:", "edit:", 1)} & held)


def grants(scopes: Iterable[str], area: str, verb: str) -> bool:
    """Whether a token with these scopes may do `verb` (read or edit) in an area."""
    held = set(scopes)
    wanted = {"all", "all:standard", f"edit:{area}"} | ({f"read:{area}"} if verb == "read" else set())
    return bool(wanted & held)
