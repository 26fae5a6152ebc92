"""A row of ``/Opportunities`` as a clean opportunity (docs/halo.md section 6.4)."""

from datetime import datetime
from typing import Any, Literal

from connector.halo.clean import (
    Row,
    as_row,
    to_amount,
    to_categories,
    to_id,
    to_name,
    to_time,
)
from connector.halo.clean_shared import shared
from halobus.messages import Opportunity

State = Literal["open", "won", "lost", "closed"]


def opportunity(row: Any, *, offset_minutes: int = 0) -> Opportunity:
    """Clean one opportunity; CleanError names the field that can't be read."""
    row = as_row(row)
    fields = shared(row, offset_minutes)
    return Opportunity(
        **fields,
        **{name: to_id(row.get(name), name) for name in ("workflow_id", "workflow_step", "user_id")},
        opptype=to_name(row.get("opptype"), "opptype"),
        value=to_amount(row.get("oppvalue"), "oppvalue"),
        probability=_percent(row),
        state=_state(row, fields["closed"]),
        stage_id=to_id(row.get("workflow_stage_id"), "workflow_stage_id")
        or to_id(row.get("pipeline_stage_id"), "pipeline_stage_id"),
        stage_name=to_name(row.get("pipeline_stage_name"), "pipeline_stage_name"),
        company_name=to_name(row.get("oppcompanyname"), "oppcompanyname"),
        contact_name=to_name(row.get("oppcontactname"), "oppcontactname"),
        categories=to_categories(row),
        target=to_time(row.get("targetdate"), "targetdate", offset_minutes),
    )


def _percent(row: Row) -> int | None:
    """The probability; None for what is none, such as -1."""
    number = to_amount(row.get("oppconversionprobability"), "oppconversionprobability")
    return round(number) if number is not None and 0 <= number <= 100 else None


def _state(row: Row, closed: datetime | None) -> State:
    """What became of it. No source says how Halo tells won from lost: the rule is ours (docs/halo.md section 6.4)."""
    if closed is None:
        return "open"
    if to_time(row.get("oppconverteddate"), "oppconverteddate") is not None:
        return "won"
    if to_id(row.get("oppclosurecategory"), "oppclosurecategory") is not None:
        return "lost"
    return "won" if _percent(row) == 100 else "closed"
