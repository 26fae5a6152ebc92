"""Comments, both ways: reading those that a client may see, and writing one into Halo."""

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from halobus import version
from halobus.commands import CommentOnTicket, ReadComments, dedup_key
from halobus.messages import TicketComments
from halobus.mirror import visible
from halobus.store import Document
from halobus.streams import StreamName
from wizard_api import outbox, visibility, write_backs
from wizard_api.auth import Principal
from wizard_api.comment_rules import check_open, chosen_outcome, where_merged
from wizard_api.comment_view import CommentsView, SendingView, delivered, merged
from wizard_api.connected import State, live_state_of, state_of
from wizard_api.context import API, InWizard, Wizard
from wizard_api.dedup import KEPT_DAYS, Request
from wizard_api.idempotency import Idempotency, IdempotencyKey
from wizard_api.issuing import head_of
from wizard_api.permissions import Commenter, TicketReader
from wizard_api.problems import ProblemError, not_found
from wizard_api.tickets import TicketId
from wizard_api.waiting import Prefer, ended_run, seconds

router = APIRouter(prefix=f"{API}/tickets", tags=["comments"])
PATIENCE = 5.0
AGAIN_SECONDS = 10
"""A ticket whose comments were just asked for is not asked for again: it may be that Halo does not show them."""
LONGEST = 20_000
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
CommentId = Annotated[str, Path(max_length=64, description="What the POST was answered with")]


class CommentIn(BaseModel):
    """``text`` is plain: line breaks are kept, markup is shown as it is written."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=LONGEST)

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str) -> str:
        text = text.replace("\r\n", "\n").strip()
        if not text:
            raise ValueError("is empty: write something")
        if _UNPRINTABLE.search(text):
            raise ValueError("holds characters that can't be shown: take them out")
        return text


@router.get("/{id}/comments", summary="What a client may read of a ticket's actions, and comments on their way")
async def listing(id: TicketId, caller: TicketReader, wizard: InWizard, prefer: Prefer = None) -> CommentsView:
    state = await state_of(wizard.database, caller.tenant)
    moment = _moment(await _ticket(wizard, caller, state, id))
    stored = await _stored(wizard, state, id)
    if not _is_fresh(stored, moment) and state.tenant.state != "disconnected":
        await _read_again(wizard, caller, state, id, seconds(prefer, PATIENCE))
        stored = await _stored(wizard, state, id)
    held = TicketComments.model_validate(stored["content"]) if stored else None
    own = await write_backs.of_ticket(wizard.database, caller.tenant, state.connection, id)
    return CommentsView(
        items=merged(held, stored["version"] if stored else "", own),
        read_for=held.read_for if held else None,
        fresh=_is_fresh(stored, moment),
        truncated=held.truncated if held else False,
    )


@router.post("/{id}/comments", status_code=202, summary="Write a comment into Halo")
async def write(
    id: TicketId,
    body: CommentIn,
    caller: Commenter,
    wizard: InWizard,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> SendingView:
    if idempotency_key is None:
        raise ProblemError(
            428,
            "idempotency-key-required",
            "A comment needs an Idempotency-Key",
            remedy="Send a new random Idempotency-Key with each comment, and the same one when you repeat a request.",
        )
    state = await live_state_of(wizard.database, caller.tenant)
    ticket = await _ticket(wizard, caller, state, id)
    check_open(ticket, state.tickets)
    command = _command(caller, state, id, body.text, idempotency_key)
    said = {"ticket": id, "text": body.text, "by": caller.subject}
    key = Idempotency.of(caller.tenant, idempotency_key, said)
    # The dedup key holds the caller's own key: as long as the command is kept, that key makes no second comment.
    request = Request(command, KEPT_DAYS * 24 * 3600, state.connection, idempotency=key)
    recorded = await outbox.issue(wizard, request)
    response.headers["Location"] = f"{API}/tickets/{id}/comments/{recorded.id}"
    found = await write_backs.one(wizard.database, caller.tenant, id, recorded.id)
    return delivered(found) if found else SendingView(id=recorded.id, state="sending")


@router.get("/{id}/comments/{comment}", summary="Where a comment that was written here is on its way to Halo")
async def follow(
    id: TicketId, comment: CommentId, caller: TicketReader, wizard: InWizard, prefer: Prefer = None
) -> SendingView:
    state = await state_of(wizard.database, caller.tenant)
    await _ticket(wizard, caller, state, id)
    await ended_run(wizard, caller.tenant, comment, seconds(prefer))
    found = await write_backs.one(wizard.database, caller.tenant, id, comment)
    if found is None:
        raise not_found("This comment")
    return delivered(found)


def _command(caller: Principal, state: State, id: int, text: str, key: str) -> CommentOnTicket:
    head = head_of(caller, write_backs.KIND)
    head["dedup_key"] = dedup_key(caller.tenant, write_backs.KIND, (caller.subject, id, key))
    return CommentOnTicket(
        **head,
        connection=state.connection,
        ticket_id=id,
        text=text,
        author=caller.name or caller.subject,
        outcome_id=chosen_outcome(state.tickets),
        new_status=state.tickets.client_comment_status,
    )


async def _ticket(wizard: Wizard, caller: Principal, state: State, id: int) -> Document:
    """The ticket's content; 404 where the caller may not see it, 409 where it was merged into one that they may."""
    own = {"_id": f"{caller.tenant}:{state.connection}:{id}"}
    seen = visibility.tickets(caller, state)
    found = await wizard.database.tickets.find_one({"$and": [own, *seen]})
    if found is None:
        await where_merged(wizard.database, own["_id"], seen)
        raise not_found(f"Ticket {id}")
    content: Document = found["content"]
    return content


async def _stored(wizard: Wizard, state: State, id: int) -> Document | None:
    shown = visible(state.tenant.tenant, state.connection, state.generation(StreamName.COMMENTS))
    found: Document | None = await wizard.database.comments.find_one(
        {"_id": f"{state.tenant.tenant}:{state.connection}:{id}", **shown}
    )
    return found


def _moment(ticket: Document) -> datetime | None:
    return max((time for name in ("last_action", "last_update") if (time := ticket.get(name))), default=None)


def _is_fresh(stored: Document | None, moment: datetime | None) -> bool:
    if stored is None:
        return False
    read_for = stored["content"].get("read_for")
    return moment is None or (read_for is not None and read_for >= moment)


async def _read_again(wizard: Wizard, caller: Principal, state: State, id: int, patience: float) -> None:
    """Have them read, or wait for whoever has asked already. What is stored is shown if it takes too long."""
    head = head_of(caller, "ticket.comments", state.connection, id, version.floor(state.generation(StreamName.TICKETS)))
    command = ReadComments(**head, connection=state.connection, ticket_id=id)
    recorded = await outbox.issue(wizard, Request(command, AGAIN_SECONDS, state.connection))
    await ended_run(wizard, caller.tenant, recorded.id, patience)
