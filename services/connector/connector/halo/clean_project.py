"""A row of ``/Projects`` as a clean project (docs/halo.md section 6.5)."""

from typing import Any

from connector.halo.clean import Row, as_row, to_amount, to_id, to_time
from connector.halo.clean_shared import shared
from halobus.messages import Project


def project(row: Any, *, offset_minutes: int = 0) -> Project:
    """Clean one project; CleanError names the field that can't be read."""
    row = as_row(row)
    return Project(
        **shared(row, offset_minutes),
        parent_id=to_id(row.get("parent_id"), "parent_id"),
        time_budget=_budget(row, "projecttimebudget"),
        time_actual=to_amount(row.get("projecttimeactual"), "projecttimeactual"),
        money_budget=_budget(row, "projectmoneybudget"),
        money_actual=to_amount(row.get("projectmoneyactual"), "projectmoneyactual"),
        start=to_time(row.get("startdate"), "startdate", offset_minutes),
        target=to_time(row.get("targetdate"), "targetdate", offset_minutes),
    )


def _budget(row: Row, name: str) -> float | None:
    """A budget; 0 means that there is none."""
    return to_amount(row.get(name), name) or None
