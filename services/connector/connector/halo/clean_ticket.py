"""A row of ``/Tickets`` as a clean ticket."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connector.halo.clean import (
    as_row,
    own_id,
    pick,
    to_assigned,
    to_bool,
    to_categories,
    to_id,
    to_name,
    to_text,
    to_time,
)
from halobus.messages import Ticket


def ticket(row: Any, team_ids: Mapping[str, int], *, team_id: int | None = None, offset_minutes: int = 0) -> Ticket:
    """Clean one ticket; CleanError names the field that can't be read.

    ``team_ids``: the id of every team whose name is unique (Halo's tickets carry the name alone). ``team_id``: the
    team where the caller knows it, because the row was asked for by team. ``offset_minutes``: zone of naive times.
    """
    row = as_row(row)
    team = to_name(row.get("team"), "team")

    def time(name: str, *others: str) -> datetime | None:
        return to_time(pick(row, name, *others), name, offset_minutes)

    return Ticket(
        id=own_id(row),
        summary=to_text(row.get("summary"), "summary"),
        details=to_text(row.get("details"), "details"),
        **{name: to_id(row.get(name), name) for name in ("status_id", "sla_id", "priority_id", "site_id", "user_id")},
        type_id=to_id(pick(row, "tickettype_id", "type_id"), "tickettype_id"),
        client_id=to_assigned(row.get("client_id"), "client_id"),
        user_name=to_name(row.get("user_name"), "user_name"),
        user_email=to_name(pick(row, "user_email", "useremail"), "user_email"),
        team=team,
        team_id=team_id if team_id is not None or team is None else team_ids.get(team),
        agent_id=to_assigned(row.get("agent_id"), "agent_id"),
        categories=to_categories(row),
        parent_id=to_id(row.get("parent_id"), "parent_id"),
        on_hold=to_bool(row.get("onhold"), "onhold"),
        occurred=time("dateoccurred"),
        closed=time("dateclosed"),
        last_action=time("lastactiondate"),
        last_update=time("last_update", "lastupdate"),
        respond_by=time("respondbydate"),
        fix_by=time("fixbydate"),
    )
