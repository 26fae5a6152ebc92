"""A row of ``/Tickets`` as a clean ticket."""

from collections.abc import Mapping
from typing import Any

from connector.halo.clean import (
    as_row,
    pick,
    to_bool,
    to_categories,
    to_id,
    to_name,
    to_time,
)
from connector.halo.clean_shared import shared
from halobus.messages import Ticket


def ticket(row: Any, team_ids: Mapping[str, int], *, team_id: int | None = None, offset_minutes: int = 0) -> Ticket:
    """Clean one ticket; CleanError names the field that can't be read.

    ``team_ids``: the id of every team whose name is unique (Halo's tickets carry the name alone). ``team_id``: the
    team where the caller knows it, because the row was asked for by team. ``offset_minutes``: zone of naive times.
    """
    row = as_row(row)
    fields = shared(row, offset_minutes)
    known = team_ids.get(fields["team"]) if fields["team"] is not None else None
    return Ticket(
        **fields,
        **{name: to_id(row.get(name), name) for name in ("sla_id", "priority_id", "user_id", "parent_id")},
        user_name=to_name(row.get("user_name"), "user_name"),
        user_email=to_name(pick(row, "user_email", "useremail"), "user_email"),
        team_id=known if team_id is None else team_id,
        categories=to_categories(row),
        on_hold=to_bool(row.get("onhold"), "onhold"),
        last_action=to_time(row.get("lastactiondate"), "lastactiondate", offset_minutes),
        respond_by=to_time(row.get("respondbydate"), "respondbydate", offset_minutes),
        fix_by=to_time(row.get("fixbydate"), "fixbydate", offset_minutes),
    )
