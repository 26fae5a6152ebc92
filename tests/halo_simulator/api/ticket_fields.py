"""What a posted ticket may set, and how it lands in columns and texts (docs/halo.md section 9)."""

from __future__ import annotations

from typing import Any

from halo_simulator.api.call import Call
from halo_simulator.api.fields import Fields
from halo_simulator.api.markup import kept as kept_markup
from halo_simulator.data import sales
from halo_simulator.data.columns import DOMAINS
from halo_simulator.data.workflows import STEPS
from halo_simulator.errors import BindingError, HaloError

_COLUMNS = {
    "status_id": "status", "tickettype_id": "type", "client_id": "client", "site_id": "site", "user_id": "user",
    "agent_id": "agent", "priority_id": "priority", "sla_id": "sla",
}  # fmt: skip
_LISTS = {"status_id": "status", "tickettype_id": "tickettype", "client_id": "client", "agent_id": "agent"}
_STRINGS = (
    "summary", "details", "details_html", "category_1", "category_2", "category_3", "category_4",
    "opptype", "oppcompanyname", "oppcontactname", "oppemailaddress",
    "opptel", "oppreason", "reportedby",
)  # fmt: skip
_NUMBERS = (
    "oppvalue",
    "oppconversionprobability",
    "oppvalueadjusted",
    "estimate",
    "projectmoneybudget",
    "projecttimebudget",
)
_INTEGERS = ("parent_id", "impact", "urgency", "oppclosurecategory")


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
    found |= {name: _time(call, fields, name) for name in sales.TIMES}
    kept = {name: value for name, value in found.items() if value is not None} | _stage(call, fields)
    if "details_html" in kept:
        kept["details_html"] = kept_markup(call, kept["details_html"])
        kept.setdefault("details", kept["details_html"])
    return kept


def _time(call: Call, fields: Fields, name: str) -> int | None:
    """A time, as epoch seconds."""
    value = fields.text(name)
    if value is None:
        return None
    at = call.instance.times.read(value)
    if at is None:
        raise BindingError(f"[{fields.position}].{name}", value)
    return max(0, at)


def _stage(call: Call, fields: Fields) -> dict[str, Any]:
    """The workflow with its first step, or the step or stage that is asked for; what is unknown is refused."""
    flow = fields.integer("workflow_id")
    asked = {name: fields.integer(name) for name in ("workflow_step", "workflow_stage_id", "pipeline_stage_id")}
    if flow is None or flow == -1:
        return {}
    if flow not in call.instance.world.lists["workflow"]:
        raise HaloError(400, f"workflow_id {flow} is not valid")
    steps = STEPS.get(flow, ("Start",))
    step = 1
    for name, value in asked.items():
        if value is None:
            continue
        step = value if name == "workflow_step" else value - flow * 10
        if not 1 <= step <= len(steps):
            raise HaloError(400, f"{name} {value} is not valid for workflow {flow}")
    return sales.stage(flow, step, steps[step - 1])


def domain_of(call: Call, type: int) -> int:
    """The domain of a ticket type: what a row is follows its type (docs/halo.md section 6.4)."""
    row = call.instance.world.lists["tickettype"].get(type, {})
    return DOMAINS.get(str(row.get("_domain")), 0)


def _category(call: Call, fields: Fields, level: int) -> str | None:
    """A category given by id."""
    key = fields.integer(f"categoryid_{level}")
    row = call.instance.world.lists["category"].get(key)
    return str(row["value"]) if row else None


def missing(call: Call, values: dict[str, int], words: dict[str, Any]) -> list[str]:
    """The mandatory fields of the ticket's type that are empty."""
    row = call.instance.world.lists["tickettype"].get(values["type"], {})
    return [name for name in ("summary", *row.get("_mandatory", [])) if not words.get(name)]
