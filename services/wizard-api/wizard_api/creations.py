"""Opportunities that were written here and are on their way to Halo: commands without a run yet, and runs."""

from collections.abc import Collection
from typing import Literal

from pydantic import BaseModel, Field

from halobus.runs import Problem
from halobus.store import Database, Document
from wizard_api.problems import FieldError

KIND = "opportunity.create"
Delivery = Literal["sending", "sent", "refused", "needs_review"]
_ENDED: dict[str, Delivery] = {
    "sent": "sent",
    "needs_review": "needs_review",
    "refused": "refused",
    "failed": "refused",
    "cancelled": "refused",
}
_OURS = {"summary": "title", "details": "description", "target": "due", "opptype": "type"}
"""The names of a command's fields as whoever asked knows them, of a planner item or of the settings."""


class CreationView(BaseModel):
    """Where it is on its way. ``opportunity``: Halo's number once it is *sent*; ``item``: the item that it comes from.

    ``problem``: why it was refused, or why nobody knows; ``errors``: Halo's own words by the field they are about.
    """

    id: str
    state: Delivery
    opportunity: int | None = None
    item: str | None = None
    title: str = ""
    problem: Problem | None = None
    errors: list[FieldError] = Field(default_factory=list)


async def many(database: Database, tenant: str, ids: Collection[str]) -> dict[str, CreationView]:
    """Those that are known, by id."""
    if not ids:
        return {}
    # The runs come last: a command that is accepted meanwhile is then found among them.
    recorded = {"tenant": tenant, "command_id": {"$in": list(ids)}, "command.kind": KIND}
    found = {each["command_id"]: _recorded(each) async for each in database.commands.find(recorded)}
    runs = database.runs.find({"_id": {"$in": list(ids)}, "tenant": tenant, "kind": KIND})
    return {**found, **{each["_id"]: _run(each) async for each in runs}}


async def one(database: Database, tenant: str, id: str) -> CreationView | None:
    """By the id that its POST was answered with."""
    return (await many(database, tenant, [id])).get(id)


def errors_of(problem: Problem | None) -> list[FieldError]:
    """Halo's words, untouched, for each field that they are about; ``halo`` where no field is named."""
    if problem is None or not problem.halo:
        return []
    return [FieldError(field=_OURS.get(field, field), message=problem.halo) for field in problem.fields or ["halo"]]


def _recorded(document: Document) -> CreationView:
    command = document["command"]
    return CreationView(id=document["command_id"], state="sending", item=command.get("item"), title=command["summary"])


def _run(document: Document) -> CreationView:
    command = document["command"]
    problem = Problem.model_validate(document["problem"]) if document.get("problem") else None
    return CreationView(
        id=document["_id"],
        state=_ENDED.get(document["state"], "sending"),
        opportunity=(document.get("result") or {}).get("opportunity_id"),
        item=command.get("item"),
        title=command["summary"],
        problem=problem,
        errors=errors_of(problem),
    )
