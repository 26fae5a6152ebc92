"""Tickets as the portal shows them."""

import re
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from halobus.decisions import Stage, TicketSettings
from halobus.store import DESCENDING, Document
from halobus.streams import StreamName
from wizard_api import names, ticket_view, visibility
from wizard_api.connected import state_of
from wizard_api.context import API, InWizard
from wizard_api.freshness import not_synced_since
from wizard_api.paging import Page, decode, page
from wizard_api.permissions import TicketReader
from wizard_api.problems import not_found
from wizard_api.ticket_view import TicketRow, TicketView

router = APIRouter(prefix=f"{API}/tickets", tags=["tickets"])
TicketId = Annotated[int, Path(ge=1, le=2**53, description="The number in Halo")]
LONG_TEXTS = {"content.details": 0}
ORDER = [("content.last_action", DESCENDING), ("content.id", DESCENDING)]


class Wanted(BaseModel):
    """Which tickets. ``stage`` *unmapped*: the status is in no stage."""

    model_config = ConfigDict(extra="forbid")

    status_id: list[int] = Field(default_factory=list, max_length=100)
    team_id: list[int] = Field(default_factory=list, max_length=100)
    client_id: list[int] = Field(default_factory=list, max_length=100)
    stage: Stage | Literal["unmapped"] | None = None
    closed: bool | None = None
    search: str | None = Field(None, max_length=100, description="Part of the summary, or the ticket's number")
    limit: int = Field(50, ge=1, le=100)
    cursor: str | None = Field(None, max_length=500)


class TicketPage(Page[TicketRow]):
    """``not_synced_since``: set while ticket sync is off or Halo is disconnected: what is shown is as of then."""

    not_synced_since: datetime | None = None


@router.get("", summary="Tickets, the one with the newest action first")
async def listing(wanted: Annotated[Wanted, Query()], caller: TicketReader, wizard: InWizard) -> TicketPage:
    state = await state_of(wizard.database, caller.tenant)
    query = {"$and": [*visibility.tickets(caller, state), *filters(wanted, state.tickets), *_after(wanted.cursor)]}
    documents = await wizard.database.tickets.find(query, LONG_TEXTS).sort(ORDER).to_list(wanted.limit + 1)
    companies = [document["content"].get("client_id") for document in documents]
    known = await names.load(wizard.database, state, companies)
    shown = page(documents, wanted.limit, lambda found: ticket_view.row(found, known, state.tickets), _place)
    return TicketPage(items=shown.items, next=shown.next, not_synced_since=not_synced_since(state, StreamName.TICKETS))


@router.get("/{id}", summary="A ticket")
async def show(id: TicketId, caller: TicketReader, wizard: InWizard) -> TicketView:
    state = await state_of(wizard.database, caller.tenant)
    query = {"$and": [{"_id": f"{caller.tenant}:{state.connection}:{id}"}, *visibility.tickets(caller, state)]}
    document = await wizard.database.tickets.find_one(query)
    if document is None:
        raise not_found(f"Ticket {id}")
    known = await names.load(wizard.database, state, [document["content"].get("client_id")])
    found = ticket_view.whole(document, known, state.tickets)
    return found.model_copy(update={"not_synced_since": not_synced_since(state, StreamName.TICKETS)})


def filters(wanted: Wanted, settings: TicketSettings) -> list[Document]:
    """The caller's filters; stage and closed flag become status ids, since they are stored nowhere."""
    found: list[Document] = [
        {f"content.{name}": {"$in": ids}}
        for name in ("status_id", "team_id", "client_id")
        if (ids := getattr(wanted, name))
    ]
    if wanted.stage == "unmapped":
        found.append({"content.status_id": {"$nin": sorted({id for ids in settings.stages.values() for id in ids})}})
    elif wanted.stage is not None:
        found.append({"content.status_id": {"$in": settings.stages.get(wanted.stage, [])}})
    if wanted.closed is not None:
        found.append({"content.status_id": {"$in" if wanted.closed else "$nin": settings.closed_statuses}})
    if wanted.search:
        found.append(_search(wanted.search.strip()))
    return found


def _search(text: str) -> Document:
    summary: Document = {"content.summary": {"$regex": re.escape(text), "$options": "i"}}
    return {"$or": [summary, {"content.id": int(text)}]} if text.isdecimal() and len(text) < 16 else summary


def _place(document: Document) -> tuple[datetime | None, int]:
    return document["content"].get("last_action"), document["content"]["id"]


def _after(cursor: str | None) -> list[Document]:
    if cursor is None:
        return []
    when, id = decode(cursor, (datetime, int))
    same = {"content.last_action": when, "content.id": {"$lt": id}}
    if when is None:
        return [same]
    # Tickets without a last action come after all others.
    return [{"$or": [same, {"content.last_action": {"$lt": when}}, {"content.last_action": None}]}]
