"""What goes over the bus, already clean of Halo's quirks. These models are the only definition of the contract.

A consumer ignores fields that it does not know; a removed or retyped field is a new ``ce_type``. Times are aware UTC.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Message(BaseModel):
    """Base of every value on the bus."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Ticket(Message):
    """A ticket of Halo (docs/halo.md, Tickets). ``team_id`` None: no team, or one that the reference list lacks."""

    id: int
    summary: str = ""
    details: str = ""
    status_id: int | None = None
    type_id: int | None = None
    sla_id: int | None = None
    priority_id: int | None = None
    client_id: int | None = None
    site_id: int | None = None
    user_id: int | None = None
    user_name: str | None = None
    user_email: str | None = None
    team: str | None = None
    team_id: int | None = None
    agent_id: int | None = None
    categories: list[str | None] = Field(default_factory=list)
    parent_id: int | None = None
    on_hold: bool = False
    occurred: datetime | None = None
    closed: datetime | None = None
    last_action: datetime | None = None
    last_update: datetime | None = None
    respond_by: datetime | None = None
    fix_by: datetime | None = None


class Comment(Message):
    """A visible action of a ticket. ``id`` is unique inside its ticket alone. ``text`` is plain.

    ``html``: as Halo gave it, None where it gave none or too much; not sanitized. ``origin``: the id of the command
    that wrote it, where it came from the portal.
    """

    id: int
    at: datetime
    author: str | None = None
    text: str = ""
    html: str | None = None
    by: Literal["agent", "user", "system", "portal"]
    origin: str | None = None


class TicketComments(Message):
    """What a client may read of a ticket's actions (docs/halo.md, Actions), oldest first, replaced at once.

    ``id`` is the ticket's. ``read_for``: the ticket's newest time of change that was known when they were read.
    ``truncated``: older ones, or parts, were left out for the record's size.
    """

    id: int
    read_for: datetime | None = None
    comments: list[Comment] = Field(default_factory=list)
    truncated: bool = False


class Company(Message):
    """A client of Halo (docs/halo.md, Clients)."""

    id: int
    name: str
    top_level_id: int | None = None
    top_level_name: str | None = None
    inactive: bool = False
    reference: str | None = None
    customer_type: int | None = None
    account_manager_id: int | None = None
    notes: str = ""
    last_update: datetime | None = None


class Contact(Message):
    """A contact of Halo's (docs/halo.md section 6.2). Only a ``person`` is stored with content: see ``kind``.

    ``email``: in small letters, None where Halo has none or what is no address; ``email_problem`` says which.
    """

    id: int
    client_id: int | None = None
    site_id: int | None = None
    name: str
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None
    email: str | None = None
    email_problem: Literal["blank", "invalid"] | None = None
    phone: str | None = None
    mobile: str | None = None
    inactive: bool = False
    kind: Literal["person", "general_user", "agent", "service_account", "prospect"] = "person"
    important: bool = False
    last_update: datetime | None = None


class Opportunity(Message):
    """An opportunity of Halo: a ticket of the domain ``opps``, in the same id space (docs/halo.md, Tickets).

    ``opptype``: Halo's free text. ``value``: in Halo's currency, None where Halo has none. ``probability``: 0 to 100.
    ``state``: what became of it. ``company_name``: of a prospect without a client record.
    """

    id: int
    summary: str = ""
    details: str = ""
    opptype: str | None = None
    value: float | None = None
    probability: int | None = None
    state: Literal["open", "won", "lost", "closed"] = "open"
    status_id: int | None = None
    type_id: int | None = None
    workflow_id: int | None = None
    workflow_step: int | None = None
    stage_id: int | None = None
    stage_name: str | None = None
    client_id: int | None = None
    site_id: int | None = None
    user_id: int | None = None
    company_name: str | None = None
    contact_name: str | None = None
    agent_id: int | None = None
    team: str | None = None
    categories: list[str | None] = Field(default_factory=list)
    occurred: datetime | None = None
    target: datetime | None = None
    closed: datetime | None = None
    last_update: datetime | None = None


class Project(Message):
    """A project of Halo: a ticket of the domain ``prjs``. Times in hours, money in Halo's currency; None: unknown."""

    id: int
    summary: str = ""
    details: str = ""
    status_id: int | None = None
    type_id: int | None = None
    client_id: int | None = None
    site_id: int | None = None
    agent_id: int | None = None
    team: str | None = None
    parent_id: int | None = None
    time_budget: float | None = None
    time_actual: float | None = None
    money_budget: float | None = None
    money_actual: float | None = None
    start: datetime | None = None
    target: datetime | None = None
    occurred: datetime | None = None
    closed: datetime | None = None
    last_update: datetime | None = None


class AssetField(Message):
    """One of the fields that an asset's type has."""

    id: int | None = None
    name: str
    value: str | None = None


class Asset(Message):
    """An asset of Halo. ``serial``: from its type's fields, None where it has none.

    ``name``: how Halo shows it (its key field, else its inventory number). ``with_fields``: whether ``fields``,
    ``serial``, ``manufacturer`` and ``model`` were read at all: only a read of one type gives them.
    """

    id: int
    inventory_number: str | None = None
    name: str = ""
    type_id: int | None = None
    type_name: str | None = None
    client_id: int | None = None
    site_id: int | None = None
    user_name: str | None = None
    status_id: int | None = None
    status_name: str | None = None
    inactive: bool = False
    serial: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    warranty_start: datetime | None = None
    warranty_end: datetime | None = None
    with_fields: bool = False
    fields: list[AssetField] = Field(default_factory=list)


class ReferenceItem(Message):
    """One row of a reference list. ``attributes``: what only some lists have, such as a priority's ``sla_id``."""

    id: int | str
    name: str
    inactive: bool = False
    sequence: int | None = None
    colour: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)


ReferenceName = Literal[
    "teams",
    "statuses",
    "ticket-types",
    "priorities",
    "slas",
    "outcomes",
    "workflows",
    "categories",
    "opportunity-types",
    "asset-types",
    "agents",
    "top-levels",
]


class ReferenceList(Message):
    """A whole list, replaced at once. Its record's id is its name.

    Attributes: teams ``department_id``, ``department_name``; priorities ``sla_id``, ``priority_id``; agents ``email``,
    ``job_title``, ``is_api_agent``; categories ``level`` 1 to 4; workflows ``stages``, ``steps``; ticket-types
    ``domain``; asset-types ``group_id``, ``group``, ``key_fields`` and ``fields`` (names).
    """

    name: ReferenceName
    items: list[ReferenceItem]


class Gone(Message):
    """Halo no longer shows this record, and the connector has proof of it."""

    id: str
    reason: Literal["deleted", "merged", "not_visible", "retyped"]
    merged_into: int | None = None


class Unreadable(Message):
    """A row that the connector could not clean, or that exceeds the record limit: its owner dead-letters it."""

    id: str
    reason: str
    row: str


class Fact(Message):
    """A fact on ``halo.integration-events``: a wake-up for our consumers, a feed for the host portal."""

    id: str
    type: str
    tenant: str
    connection: str | None = None
    at: datetime
    subject: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)


UPSERT_TICKET = "halobus.ticket.upsert.v1"
REPLACE_COMMENTS = "halobus.comments.replace.v1"
UPSERT_COMPANY = "halobus.company.upsert.v1"
UPSERT_CONTACT = "halobus.contact.upsert.v1"
UPSERT_OPPORTUNITY = "halobus.opportunity.upsert.v1"
UPSERT_PROJECT = "halobus.project.upsert.v1"
UPSERT_ASSET = "halobus.asset.upsert.v1"
REPLACE_REFERENCE = "halobus.reference.replace.v1"
GONE = "halobus.record.gone.v1"
UNREADABLE = "halobus.record.unreadable.v1"
FACT = "halobus.fact.v1"

MODELS: dict[str, type[Message]] = {
    UPSERT_TICKET: Ticket,
    REPLACE_COMMENTS: TicketComments,
    UPSERT_COMPANY: Company,
    UPSERT_CONTACT: Contact,
    UPSERT_OPPORTUNITY: Opportunity,
    UPSERT_PROJECT: Project,
    UPSERT_ASSET: Asset,
    REPLACE_REFERENCE: ReferenceList,
    GONE: Gone,
    UNREADABLE: Unreadable,
    FACT: Fact,
}
"""Every ``ce_type`` and its model; ``halobus.commands`` adds the commands."""
