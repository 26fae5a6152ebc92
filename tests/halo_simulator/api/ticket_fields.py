"""What a posted ticket may set, and how it lands in columns and texts (docs/halo.md section 9)."""

from __future__ import annotations

from typing import Any

from halo_simulator.api.call import Call
from halo_simulator.api.fields import Fields
from halo_simulator.errors import HaloError

_COLUMNS = {
    "status_id": "status", "tickettype_id": "type", "client_id": "client", "site_id": "site", "user_id": "user",
    "agent_id": "agent", "priority_id": "priority", "sla_id": "sla",
}  # fmt: skip
_LISTS = {"status_id": "status", "tickettype_id": "tickettype", "client_id": "client", "agent_id": "agent"}
_STRINGS = (
    "summary", "details", "details_html", "category_1", "category_2", "category_3", "category_4", "targetdate",
    "startdate", "opptype", "oppcompanyname", "oppcontactname", "oppemailaddress", "reportedby",
)  # fmt: skip
_NUMBERS = ("oppvalue", "oppconversionprobability", "oppvalueadjusted", "estimate", "projectmoneybudget")
_INTEGERS = ("workflow_id", "workflow_step", "workflow_stage_id", "pipeline_stage_id", "parent_id", "impact", "urgency")


def numbers(call: Call, fields: Fields) -> dict[str, int]:
    """Flat references that have a column; nested objects and `team_id` are silently ignored."""
    found: dict[str, int] = {}
    for name, column in _COLUMNS.items():
        value = fields.integer(name)
        if value is None:
            continue
        if value <= 0 or (name in _LISTS and value not in call.instance.world.lists[_LISTS[name]]):
            raise HaloError(400, f"{name} {value} is not valid")
        found[column] = value
    return found | _team(call, fields)


def _team(call: Call, fields: Fields) -> dict[str, int]:
    """A team by its name; of two of one name the first (invented)."""
    name = fields.text("team")
    if not name:
        return {}
    rows = call.instance.world.lists["team"].values()
    key = next((int(row["id"]) for row in rows if row["name"] == name), None)
    if key is None:
        raise HaloError(400, f"The team {name} does not exist")
    return {"team": key}


def texts(call: Call, fields: Fields) -> dict[str, Any]:
    """Everything else that may be set."""
    found: dict[str, Any] = {name: fields.text(name) for name in _STRINGS}
    found |= {name: fields.number(name) for name in _NUMBERS}
    found |= {name: fields.integer(name) for name in _INTEGERS}
    found |= {
        f"category_{level}": _category(call, fields, level) or found[f"category_{level}"] for level in (1, 2, 3, 4)
    }
    kept = {name: value for name, value in found.items() if value is not None}
    if "details_html" in kept and "details" not in kept:
        kept["details"] = kept["details_html"]
    return kept


def _category(call: Call, fields: Fields, level: int) -> str | None:
    """A category given by id."""
    key = fields.integer(f"categoryid_{level}")
    row = call.instance.world.lists["category"].get(key)
    return str(row["value"]) if row else None


def missing(call: Call, values: dict[str, int], words: dict[str, Any]) -> list[str]:
    """The mandatory fields of the ticket's type that are empty."""
    row = call.instance.world.lists["tickettype"].get(values["type"], {})
    return [name for name in ("summary", *row.get("_mandatory", [])) if not words.get(name)]
