"""A row of ``/Projects`` as a clean project (docs/halo.md section 6.5)."""

from datetime import datetime
from typing import Any

from connector.halo.clean import (
    Row,
    as_row,
    own_id,
    pick,
    to_amount,
    to_assigned,
    to_id,
    to_name,
    to_text,
    to_time,
)
from halobus.messages import Project


def project(row: Any, *, offset_minutes: int = 0) -> Project:
    """Clean one project; CleanError names the field that can't be read."""
    row = as_row(row)

    def time(name: str, *others: str) -> datetime | None:
        return to_time(pick(row, name, *others), name, offset_minutes)

    return Project(
        id=own_id(row),
        summary=to_text(row.get("summary"), "summary"),
        details=to_text(row.get("details"), "details"),
        **{name: to_id(row.get(name), name) for name in ("status_id", "site_id", "parent_id")},
        type_id=to_id(pick(row, "tickettype_id", "type_id"), "tickettype_id"),
        client_id=to_assigned(row.get("client_id"), "client_id"),
        agent_id=to_assigned(row.get("agent_id"), "agent_id"),
        team=to_name(row.get("team"), "team"),
        time_budget=_budget(row, "projecttimebudget"),
        time_actual=to_amount(row.get("projecttimeactual"), "projecttimeactual"),
        money_budget=_budget(row, "projectmoneybudget"),
        money_actual=to_amount(row.get("projectmoneyactual"), "projectmoneyactual"),
        start=time("startdate"),
        target=time("targetdate"),
        occurred=time("dateoccurred"),
        closed=time("dateclosed"),
        last_update=time("last_update", "lastupdate"),
    )


def _budget(row: Row, name: str) -> float | None:
    """A budget; 0 means that there is none."""
    return to_amount(row.get(name), name) or None
