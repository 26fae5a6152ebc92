"""A ticket as the API shows it: stage and closed flag are told at the time of reading, from status and settings."""

from datetime import datetime

from pydantic import BaseModel

from halobus.decisions import Stage, TicketSettings
from halobus.messages import Ticket
from halobus.store import Document
from wizard_api.names import Named, Names


class TicketRow(BaseModel):
    """A ticket in a list. ``closed``: its status is one of the closed ones; ``stage`` null: mapped to none."""

    id: int
    summary: str
    status: Named | None
    stage: Stage | None
    closed: bool
    team: Named | None
    type: Named | None
    priority: Named | None
    agent: Named | None
    company: Named | None
    user_name: str | None
    on_hold: bool
    occurred: datetime | None
    last_action: datetime | None
    respond_by: datetime | None
    fix_by: datetime | None


class Stored(BaseModel):
    """Where the stored ticket comes from."""

    version: str
    run: str | None
    trace: str | None


class TicketView(TicketRow):
    """A ticket, whole. ``not_synced_since`` as in the list."""

    details: str
    user_email: str | None
    categories: list[str | None]
    parent_id: int | None
    closed_at: datetime | None
    last_update: datetime | None
    stored: Stored
    not_synced_since: datetime | None = None


def row(document: Document, names: Names, settings: TicketSettings) -> TicketRow:
    """A mirror as a list's row."""
    return TicketRow(**_common(Ticket.model_validate(document["content"]), names, settings))


def whole(document: Document, names: Names, settings: TicketSettings) -> TicketView:
    """A mirror as the ticket's page shows it."""
    ticket = Ticket.model_validate(document["content"])
    return TicketView(
        **_common(ticket, names, settings),
        details=ticket.details,
        user_email=ticket.user_email,
        categories=ticket.categories,
        parent_id=ticket.parent_id,
        closed_at=ticket.closed,
        last_update=ticket.last_update,
        stored=Stored(version=document["version"], run=document.get("run"), trace=document.get("trace")),
    )


def _common(ticket: Ticket, names: Names, settings: TicketSettings) -> Document:
    return {
        "id": ticket.id,
        "summary": ticket.summary,
        "status": names.of("statuses", ticket.status_id),
        "stage": settings.stage_of(ticket.status_id),
        "closed": ticket.status_id in settings.closed_statuses,
        "team": names.of("teams", ticket.team_id),
        "type": names.of("ticket-types", ticket.type_id),
        "priority": names.priority(ticket),
        "agent": names.of("agents", ticket.agent_id),
        "company": names.company(ticket.client_id),
        "user_name": ticket.user_name,
        "on_hold": ticket.on_hold,
        "occurred": ticket.occurred,
        "last_action": ticket.last_action,
        "respond_by": ticket.respond_by,
        "fix_by": ticket.fix_by,
    }
