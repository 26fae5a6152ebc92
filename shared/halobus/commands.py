"""Commands: what wizard-api asks of the connector over ``halo.commands``."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from halobus.messages import Message
from halobus.streams import StreamName


class BaseCommand(Message):
    """``id`` is the run's id. ``dedup_key`` is ``{tenant}:{command}:{fingerprint}``, also the record's key."""

    id: str
    tenant: str
    dedup_key: str
    actor: str
    requested_at: datetime


class TestConnection(BaseCommand):
    """Test the draft credential of that revision and, where it works, make it the active one.

    ``replace``: the admin agreed to leave the connected Halo instance for another one.
    """

    kind: Literal["connection.test"] = "connection.test"
    draft_revision: int
    replace: bool = False


class Sync(BaseCommand):
    """Read streams. quick: what changed; resync: the same, every list too; clear: all anew, of a new generation."""

    kind: Literal["sync"] = "sync"
    connection: str
    mode: Literal["quick", "resync", "clear"]
    streams: list[StreamName]
    settings_revision: int
    scheduled: bool = False


class Refresh(BaseCommand):
    """*Sync PSA Data*: read the reference lists anew. ``lists`` empty means all."""

    kind: Literal["reference.refresh"] = "reference.refresh"
    connection: str
    lists: list[str] = Field(default_factory=list)


class Explain(BaseCommand):
    """One live read of a ticket: does Halo show it to the API agent, and in which team and status?"""

    kind: Literal["ticket.explain"] = "ticket.explain"
    connection: str
    ticket_id: int


class ReadComments(BaseCommand):
    """Read a ticket's comments now: somebody has opened it, and what is stored is older than the ticket."""

    kind: Literal["ticket.comments"] = "ticket.comments"
    connection: str
    ticket_id: int


class CommentOnTicket(BaseCommand):
    """Write a comment into Halo, visible to the client. ``outcome_id``: Halo's kind of action; ``new_status``: the
    status that the ticket gets with it, None to leave it. ``text`` is plain.
    """

    kind: Literal["ticket.comment"] = "ticket.comment"
    connection: str
    ticket_id: int
    text: str
    author: str
    outcome_id: int
    new_status: int | None = None


class CreateOpportunity(BaseCommand):
    """Write an opportunity into Halo, complete with the admin's defaults. ``item``: the planner item it comes from.

    ``categories``: level 1 to 4, as Halo's text; ``target``: when it is to be won.
    """

    kind: Literal["opportunity.create"] = "opportunity.create"
    connection: str
    item: str | None = None
    client_id: int
    summary: str
    details: str = ""
    value: float | None = None
    target: datetime | None = None
    opptype: str | None = None
    ticket_type_id: int | None = None
    workflow_id: int | None = None
    stage_id: int | None = None
    probability: int | None = None
    categories: list[str | None] = Field(default_factory=list, max_length=4)


class ScopeQuestion(Message):
    """How many tickets does Halo hold of these teams (None: of all), without those in the excluded statuses?"""

    teams: list[int] | None = None
    excluded_statuses: list[int] = Field(default_factory=list)


class CountScope(BaseCommand):
    """Ask Halo how many tickets a scope has, before anybody decides for it. Nothing is read or stored."""

    kind: Literal["scope.count"] = "scope.count"
    connection: str
    questions: list[ScopeQuestion] = Field(max_length=3)


class CancelSync(BaseCommand):
    """End a run that is still going."""

    kind: Literal["sync.cancel"] = "sync.cancel"
    run: str


class AcceptRemovals(BaseCommand):
    """An admin has agreed to the removals that a run holds back."""

    kind: Literal["sync.accept-removals"] = "sync.accept-removals"
    run: str


class Disconnect(BaseCommand):
    """Stop using the credential. ``delete``: mirrors go as well."""

    kind: Literal["connection.disconnect"] = "connection.disconnect"
    delete: bool = False


Command = Annotated[
    TestConnection
    | Sync
    | Refresh
    | Explain
    | ReadComments
    | CommentOnTicket
    | CreateOpportunity
    | CountScope
    | CancelSync
    | AcceptRemovals
    | Disconnect,
    Field(discriminator="kind"),
]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
COMMAND_TYPE = "halobus.command.v1"


def dedup_key(tenant: str, command: str, parts: Iterable[object]) -> str:
    """The key of "the same command": equal parts (order counts) give the same key."""
    fingerprint = sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:16]
    return f"{tenant}:{command}:{fingerprint}"
