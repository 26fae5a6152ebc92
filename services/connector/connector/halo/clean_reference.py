"""Rows of Halo's reference lists as clean items, one function a list."""

from typing import Any

from connector.halo.clean import (
    CleanError,
    Row,
    as_row,
    own_id,
    pick,
    required_name,
    to_bool,
    to_id,
    to_int,
    to_name,
)
from halobus.messages import ReferenceItem


def plain(row: Any) -> ReferenceItem:
    """A list with nothing of its own: statuses, SLAs, top levels."""
    return _item(as_row(row), {})


def team(row: Any) -> ReferenceItem:
    """A team; its department tells apart teams of one name."""
    row = as_row(row)
    department = {
        "department_id": to_id(row.get("department_id"), "department_id"),
        "department_name": to_name(row.get("department_name"), "department_name"),
    }
    return _item(row, department)


def ticket_type(row: Any, domain: str | None) -> ReferenceItem:
    """A ticket type of a domain (reqs, opps, prjs; None where Halo lists it in several)."""
    return _item(as_row(row), {"domain": domain})


def asset_type(row: Any) -> ReferenceItem:
    """A type of assets: its group, the names of its key fields in their order, and of all its fields."""
    row = as_row(row)
    keys = [to_name(row.get(f"{key}_name"), f"{key}_name") for key in ("keyfield", "keyfield2", "keyfield3")]
    attributes = {
        "group_id": to_id(row.get("assetgroup_id"), "assetgroup_id"),
        "group": to_name(row.get("assetgroup_name"), "assetgroup_name"),
        "key_fields": [name for name in keys if name],
        "fields": [name for part in _parts(row, "fields") if (name := to_name(as_row(part).get("name"), "name"))],
    }
    return _item(row, attributes)


def priority(row: Any) -> ReferenceItem:
    """A priority: its number repeats across SLAs, so the pair is its id; Halo's own id is a GUID that nothing uses."""
    row = as_row(row)
    sla, number = own_id(row, "slaid", "sla_id"), own_id(row, "priorityid", "priority_id")
    return ReferenceItem(
        id=f"{sla}:{number}",
        name=required_name(row, "name"),
        inactive=to_bool(row.get("ishidden"), "ishidden"),
        sequence=to_int(row.get("sequence"), "sequence"),
        colour=to_name(row.get("colour"), "colour"),
        attributes={"sla_id": sla, "priority_id": number},
    )


def outcome(row: Any) -> ReferenceItem:
    """An outcome: the button that makes an action, whether it is private and whether only the system uses it."""
    row = as_row(row)
    attributes = {
        "hidden_from_user": to_bool(row.get("defaulthidefromuser"), "defaulthidefromuser"),
        "system": (to_int(row.get("systemuse"), "systemuse") or 0) > 0,
    }
    return _item(row, attributes, name=required_name(row, "outcome", "buttonname", "name"))


def category(row: Any, level: int) -> ReferenceItem:
    """A category of a level from 1 to 4; its name is a path such as ``Hardware>Laptop``."""
    row = as_row(row)
    return _item(row, {"level": level}, name=required_name(row, "value", "category_name", "name"))


def agent(row: Any) -> ReferenceItem:
    """An agent; a disabled one is inactive."""
    row = as_row(row)
    attributes = {
        "email": to_name(pick(row, "email", "emailaddress"), "email"),
        "job_title": to_name(row.get("jobtitle"), "jobtitle"),
        "is_api_agent": to_bool(row.get("isapiagent"), "isapiagent"),
    }
    item = _item(row, attributes)
    return item.model_copy(update={"inactive": item.inactive or to_bool(row.get("isdisabled"), "isdisabled")})


def workflow(row: Any) -> ReferenceItem:
    """A workflow with its stages and steps, which only ``/Workflow/{id}`` carries."""
    row = as_row(row)
    attributes = {
        "stages": [_stage(as_row(part)) for part in _parts(row, "stages")],
        "steps": [_step(as_row(part)) for part in _parts(row, "steps")],
    }
    active = row.get("active")
    item = _item(row, attributes)
    return item if active is None or to_bool(active, "active") else item.model_copy(update={"inactive": True})


def _parts(row: Row, name: str) -> list[Any]:
    """A list inside a row; absent is empty."""
    value = row.get(name)
    if value is not None and not isinstance(value, list):
        raise CleanError(name, f"is no list but a {type(value).__name__}")
    return value or []


def _stage(row: Row) -> dict[str, Any]:
    return {
        "id": own_id(row),
        "name": required_name(row, "name"),
        "sequence": to_int(row.get("sequence"), "sequence"),
    }


def _step(row: Row) -> dict[str, Any]:
    """A step; ``probability`` is the percentage that it sets by itself, None where it sets none."""
    overrides = to_bool(row.get("overrideprobabiliywhenatthisstep"), "overrideprobabiliywhenatthisstep")
    probability = to_int(row.get("probabilityoverridevalue"), "probabilityoverridevalue")
    return {
        "id": own_id(row, "step_id", "id"),
        "name": required_name(row, "name"),
        "is_start": to_bool(row.get("isstart"), "isstart"),
        "is_end": to_bool(row.get("isend"), "isend"),
        "stage_number": to_int(row.get("stage_number"), "stage_number"),
        "pipeline_stage_id": to_id(row.get("pipeline_stage_id"), "pipeline_stage_id"),
        "probability": probability if overrides else None,
    }


def _item(row: Row, attributes: dict[str, Any], *, name: str | None = None) -> ReferenceItem:
    """What every list has."""
    return ReferenceItem(
        id=own_id(row),
        name=name or required_name(row, "name"),
        inactive=to_bool(pick(row, "inactive", "hidden"), "inactive"),
        sequence=to_int(row.get("sequence"), "sequence"),
        colour=to_name(row.get("colour"), "colour"),
        attributes=attributes,
    )
