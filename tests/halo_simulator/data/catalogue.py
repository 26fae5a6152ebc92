"""Statuses, ticket types, SLAs with priorities, outcomes and categories (docs/halo.md section 6)."""

from __future__ import annotations

from typing import Any

from halo_simulator.data.mix import guid

Row = dict[str, Any]

_STATUSES = (
    (1, "New", "New", "#fcc400"),
    (2, "In Progress", "WIP", "#68bc00"),
    (3, "Action Required", "Action", "#f44e3b"),
    (4, "With User", "User", "#7b64ff"),
    (5, "With Supplier", "Supplier", "#fe9200"),
    (6, "Scheduled", "Sched", "#009ce0"),
    (8, "Resolved", "Resolved", "#16a5a5"),
    (9, "Closed", "Closed", "#000000"),
    (21, "Updated", "Updated", "#d33115"),
    (22, "On Hold", "Hold", "#808900"),
    (23, "Triaged", "Triaged", "#aea1ff"),
    (24, "Vendor", "Vendor", "#653294"),
)
CLOSED = frozenset({8, 9})
"""Statuses that count as closed for `open_only` and `closed_only` (invented: Halo marks none of them)."""

TYPES = (
    (1, "Incident", "reqs", ()),
    (2, "Service Request", "reqs", ()),
    (3, "Change Request", "reqs", ("details", "category_1")),
    (4, "Alert", "reqs", ()),
    (21, "Opportunity", "opps", ("category_1", "category_4")),
    (22, "Renewal", "opps", ("category_1",)),
    (31, "Project", "prjs", ()),
)
"""Id, name, domain, and the fields that a create must carry."""

_SLAS = {
    1: ("Standard", ("Critical", "High", "Medium", "Low")),
    2: ("Premium", ("Urgent", "High", "Normal")),
    3: ("Projects", ("Fast track", "Planned")),
}
PRIORITIES_OF = {sla: len(names) for sla, (_, names) in _SLAS.items()}
OUTCOMES = (
    (1, "First User Email", False, True),
    (2, "Email User", False, False),
    (4, "Portal Comment", False, False),
    (7, "Internal Note", True, False),
    (9, "Re-Open", False, False),
    (12, "Close", False, False),
    (15, "SLA Hold", True, True),
)
"""Id, name, hidden from the user, made by the system."""

CATEGORIES = {
    1: ("Hardware>Laptop", "Hardware>Printer", "Software>Office", "Network>Wi-Fi", "Security>Phishing", "User>Starter"),
    2: ("Break/Fix", "How-To", "Request"),
    3: ("Onsite", "Remote"),
    4: ("Contract", "Chargeable", "Goodwill"),
}


def statuses(seed: int) -> list[Row]:
    """`/Status`: `type` is 0 for open and closed alike."""
    return [
        {"id": key, "guid": guid(seed, key, 11), "name": name, "shortname": short, "type": 0, "sequence": key,
         "colour": colour, "slaaction": "H" if key in (4, 5, 22) else "N", "ticket_count": 0}
        for key, name, short, colour in _STATUSES
    ]  # fmt: skip


def ticket_types(seed: int) -> list[Row]:
    """`/TicketType`; the fields that only the detail shows are kept under `_detail`."""
    return [_ticket_type(seed, *entry) for entry in TYPES]


def _ticket_type(seed: int, key: int, name: str, domain: str, mandatory: tuple[str, ...]) -> Row:
    """One ticket type with its mandatory fields."""
    detail = {"workflow_id": 5 if domain == "opps" else -1, "initial_status": 1, "statusafteruserupdate": 21,
              "reopenedstatus": 3, "allowed_status": [], "allowed_teams": [],
              "fields": [{"fieldinfo": {"name": field}, "techmandatory": True} for field in mandatory]}  # fmt: skip
    return {"id": key, "guid": guid(seed, key, 12), "name": name, "use": "reqtype", "sequence": key, "group_id": 1,
            "default_sla": 1, "workflow_name": "", "visible": True, "cancreate": True, "agentscanselect": True,
            "itilrequesttype": 1, "hasmandatorytechfields": bool(mandatory), "_domain": domain,
            "_mandatory": list(mandatory), "_detail": detail}  # fmt: skip


def slas(seed: int) -> list[Row]:
    """`/SLA`."""
    return [
        {"id": key, "guid": guid(seed, key, 13), "name": name, "workday_id": 1, "hoursareworkhours": True}
        for key, (name, _) in _SLAS.items()
    ]


def priorities(seed: int) -> list[Row]:
    """`/Priority`: the id is a GUID, `priorityid` repeats over the SLAs."""
    return [
        {"id": guid(seed, sla * 10 + number, 14), "slaid": sla, "priorityid": number, "name": name,
         "fixtime": number * 4.0, "fixunits": "H", "responsetime": float(number), "responseunits": "H",
         "ishidden": False, "colour": "#f44e3b"}
        for sla, (_, names) in _SLAS.items() for number, name in enumerate(names, 1)
    ]  # fmt: skip


def outcomes(seed: int) -> list[Row]:
    """`/Outcome`: the buttons that make an action."""
    return [
        {"id": key, "guid": guid(seed, key, 15), "outcome": name, "buttonname": name, "labellong": name,
         "sequence": key, "hidden": False, "defaulthidefromuser": hidden, "systemuse": 1 if system else 0}
        for key, name, hidden, system in OUTCOMES
    ]  # fmt: skip


def categories(seed: int) -> list[Row]:
    """`/Category`: `type_id` is the level."""
    return [
        {"id": level * 100 + number, "guid": guid(seed, level * 100 + number, 16), "value": value,
         "category_name": value, "type_id": level, "sla_id": -1, "priority_id": -1, "category_group_id": 0,
         "itilrequesttype": 0}
        for level, values in CATEGORIES.items() for number, value in enumerate(values, 1)
    ]  # fmt: skip
