"""What only opportunities and projects have: generated from the id, until it is changed (docs/halo.md 6.4, 6.5).

Times are epoch seconds, 0 for none; whoever makes a row writes them as Halo does.
"""

from __future__ import annotations

from typing import Any

from halo_simulator.data.columns import OPPORTUNITY, PROJECT
from halo_simulator.data.mix import mix, pick
from halo_simulator.data.words import TOWNS, TRADES
from halo_simulator.data.workflows import STEPS

Fields = dict[str, Any]
DAY = 86_400
TIMES = ("targetdate", "startdate", "oppconverteddate")
"""Fields that are times."""
_TYPES = (
    "New Business", "New Business", "new business", "Renewal", "RENEWAL ", "Upsell", "Cross-sell", "Hardware Refresh",
    "Cloud – Migration", "", "", "n/a",
)  # fmt: skip
"""Free text: blanks, and spellings that mean the same."""
_FLOWS = {21: 5, 22: 6}
_REASONS = ("Price", "Went with a competitor", "No budget this year", "No decision")


def fields(seed: int, ticket: int, values: dict[str, int], made: bool, prospect: bool) -> Fields:
    """Of one opportunity or project; of a plain ticket nothing. ``made``: created since, so nothing is generated.

    ``prospect``: there is no client, but a company's name.
    """
    bits = mix(seed, ticket, 51)
    if values["kind"] == OPPORTUNITY:
        return _BLANK_OPPORTUNITY if made else _opportunity(bits, values, prospect)
    if values["kind"] == PROJECT:
        return _BLANK_PROJECT if made else _project(bits, values)
    return {}


def stage(workflow: int, step: int, name: str) -> Fields:
    """Where in its workflow something stands."""
    number = workflow * 10 + step
    return {
        "workflow_id": workflow, "workflow_step": step, "workflow_stage_id": number, "pipeline_stage_id": number,
        "pipeline_stage_name": name,
    }  # fmt: skip


_NOWHERE = {"workflow_id": -1, "workflow_step": -1, "workflow_stage_id": -1, "pipeline_stage_id": -1}
_BLANK_OPPORTUNITY: Fields = _NOWHERE | {
    "pipeline_stage_name": "", "opptype": "", "oppvalue": 0.0, "oppvalueadjusted": 0.0, "oppconversionprobability": 0.0,
    "oppcompanyname": "", "oppcontactname": "", "oppemailaddress": "", "opptel": "", "oppreason": "",
    "oppclosurecategory": 0, "oppconverteddate": 0, "targetdate": 0, "use": "opportunity",
}  # fmt: skip
_BLANK_PROJECT: Fields = {
    "projecttimebudget": 0.0, "projecttimeactual": 0.0, "projectmoneybudget": 0.0, "projectmoneyactual": 0.0,
    "startdate": 0, "targetdate": 0, "use": "project",
}  # fmt: skip


def _opportunity(bits: int, values: dict[str, int], prospect: bool) -> Fields:
    """One in five is worth nothing yet, one in seven says nothing of it; one in four has no date."""
    flow = _FLOWS.get(values["type"], 5)
    step = 1 + (bits >> 9) % len(STEPS[flow])
    worth = 0.0 if bits % 5 == 0 else round(250 + (bits >> 12) % 90_000 + ((bits >> 3) % 4) * 0.25, 2)
    chance = float((bits >> 24) % 21 * 5)
    made = _BLANK_OPPORTUNITY | stage(flow, step, STEPS[flow][step - 1])
    made |= {
        "opptype": pick(bits, 30, _TYPES), "oppconversionprobability": chance,
        "oppvalueadjusted": round(worth * chance / 100, 2),
        "targetdate": 0 if (bits >> 36) % 4 == 0 else values["created"] + (30 + (bits >> 40) % 90) * DAY,
        "oppcompanyname": f"{pick(bits, 44, TOWNS)} {pick(bits, 52, TRADES)}" if prospect else "",
        "oppcontactname": "Pat Prospect" if prospect else "",
        "oppvalue": worth if (bits >> 33) % 7 else None,
    }  # fmt: skip
    return made | (_ended(bits, values) if values["closed"] else {})


def _ended(bits: int, values: dict[str, int]) -> Fields:
    """Won, lost, or closed without a word."""
    if (bits >> 50) % 7 == 0:
        return {}
    return won(values["closed"]) if (bits >> 53) % 2 else lost(1 + (bits >> 55) % 4)


def won(at: int) -> Fields:
    """What tells that an opportunity was won (invented)."""
    return {"oppconverteddate": at, "oppclosurecategory": 0, "oppreason": "", "oppconversionprobability": 100.0}


def lost(category: int = 1) -> Fields:
    """What tells that an opportunity was lost (invented)."""
    reason = _REASONS[(category - 1) % len(_REASONS)]
    return {
        "oppconverteddate": 0, "oppclosurecategory": category, "oppreason": reason, "oppconversionprobability": 0.0,
    }  # fmt: skip


def _project(bits: int, values: dict[str, int]) -> Fields:
    """One in five has no budget of hours, one in four none of money."""
    hours = 0.0 if bits % 5 == 0 else float(8 + (bits >> 5) % 300)
    money = 0.0 if (bits >> 15) % 4 == 0 else float(500 + (bits >> 18) % 50_000)
    return _BLANK_PROJECT | {
        "projecttimebudget": hours, "projecttimeactual": round(hours * ((bits >> 30) % 150) / 100, 2),
        "projectmoneybudget": money, "projectmoneyactual": round(money * ((bits >> 40) % 120) / 100, 2),
        "startdate": values["created"] + (bits >> 8) % 14 * DAY,
        "targetdate": 0 if (bits >> 50) % 5 == 0 else values["created"] + (40 + (bits >> 45) % 120) * DAY,
    }  # fmt: skip
