"""A row of ``/Client`` as a clean company."""

from typing import Any

from connector.halo.clean import (
    as_row,
    own_id,
    pick,
    required_name,
    to_assigned,
    to_bool,
    to_id,
    to_name,
    to_text,
    to_time,
)
from halobus.messages import Company


def company(row: Any, *, offset_minutes: int = 0) -> Company:
    """Clean one client; CleanError names the field that can't be read."""
    row = as_row(row)
    return Company(
        id=own_id(row),
        name=required_name(row, "name"),
        top_level_id=to_id(row.get("toplevel_id"), "toplevel_id"),
        top_level_name=to_name(row.get("toplevel_name"), "toplevel_name"),
        inactive=to_bool(row.get("inactive"), "inactive"),
        reference=to_name(row.get("ref"), "ref"),
        customer_type=to_id(row.get("customertype"), "customertype"),
        account_manager_id=to_assigned(row.get("accountmanagertech"), "accountmanagertech"),
        notes=to_text(row.get("notes"), "notes"),
        last_update=to_time(pick(row, "last_update", "lastupdate"), "last_update", offset_minutes),
    )
