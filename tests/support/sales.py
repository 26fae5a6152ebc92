"""What should be stored of Halo's opportunities and projects, from the simulator's own account, and what is."""

from datetime import datetime
from typing import Any

from halo_simulator.control import Control
from halobus.store import Database

Rows = dict[int, dict[str, Any]]


async def should_be(control: Control, domain: str) -> Rows:
    """All that are there, cleaned as they should be, by id. ``domain``: opps or prjs."""
    clean = opportunity if domain == "opps" else project
    return {row["id"]: clean(row) async for row in control.tickets(domain) if not row["deleted"]}


async def stored(database: Database, collection: str) -> Rows:
    """The live mirrors' content, by id."""
    return {doc["content"]["id"]: doc["content"] async for doc in database[collection].find({"state": "live"})}


async def reason(database: Database, collection: str, id: int) -> str | None:
    """Why there is but a stub."""
    found = await database[collection].find_one({"id": str(id), "state": {"$ne": "live"}})
    return str(found["reason"]) if found else None


def opportunity(row: dict[str, Any]) -> dict[str, Any]:
    """What should be stored of an opportunity."""
    return _common(row) | {
        "opptype": row["opptype"].strip() or None, "value": row["oppvalue"],
        "probability": round(row["oppconversionprobability"]), "state": state(row),
        "workflow_id": _id(row["workflow_id"]), "workflow_step": _id(row["workflow_step"]),
        "stage_id": _id(row["workflow_stage_id"]), "stage_name": row["pipeline_stage_name"] or None,
        "user_id": row["user_id"], "company_name": row["oppcompanyname"] or None,
        "contact_name": row["oppcontactname"] or None,
        "categories": [row[f"category_{level}"] or None for level in (1, 2, 3, 4)],
    }  # fmt: skip


def state(row: dict[str, Any]) -> str:
    """The simulator closes an opportunity as won with a date of conversion, as lost with a category."""
    if row["closed"] is None:
        return "open"
    ended = "won" if row["oppconverteddate"] else "lost" if row["oppclosurecategory"] else None
    return ended or ("won" if row["oppconversionprobability"] == 100 else "closed")


def project(row: dict[str, Any]) -> dict[str, Any]:
    """What should be stored of a project."""
    return _common(row) | {
        "parent_id": None, "start": _time(row["startdate"]),
        "time_budget": row["projecttimebudget"] or None, "time_actual": row["projecttimeactual"],
        "money_budget": row["projectmoneybudget"] or None, "money_actual": row["projectmoneyactual"],
    }  # fmt: skip


def _common(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"], "summary": row["summary"], "details": row["details"], "status_id": row["status_id"],
        "type_id": row["tickettype_id"], "client_id": row["client_id"] if row["client_id"] > 1 else None,
        "site_id": row["site_id"], "agent_id": row["agent_id"] if row["agent_id"] > 1 else None, "team": row["team"],
        "target": _time(row["targetdate"]), "occurred": _time(row["created"]), "closed": _time(row["closed"]),
        "last_update": _time(row["last_update"]),
    }  # fmt: skip


def _id(value: int) -> int | None:
    return value if value > 0 else None


def _time(text: str | None) -> datetime | None:
    """Aware UTC, as the driver gives it."""
    return datetime.fromisoformat(text) if text else None
