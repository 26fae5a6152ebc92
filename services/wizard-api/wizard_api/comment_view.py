"""A ticket's comments as the API shows them: what Halo has, and what is on its way there, each once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from halobus.messages import Comment, TicketComments
from halobus.runs import Problem
from halobus.store import Document

Delivery = Literal["sending", "sent", "refused", "needs_review"]
_ENDED: dict[str, Delivery] = {"sent": "sent", "needs_review": "needs_review"}


class CommentView(BaseModel):
    """``id``: Halo's number inside the ticket, null while Halo has not told one. ``html``: as it came, not sanitized.

    ``sent_as`` and ``state`` are set where it was written in the portal: where it is on its way to Halo. ``problem``:
    why it was refused, in Halo's words, or why nobody knows.
    """

    id: int | None
    at: datetime
    author: str | None
    by: Literal["agent", "user", "system", "portal"]
    text: str
    html: str | None
    sent_as: str | None
    state: Delivery | None
    problem: Problem | None


class CommentsView(BaseModel):
    """Oldest first. ``fresh``: the stored ticket shows no change since they were read; ``truncated``: older ones are
    left out.
    """

    items: list[CommentView]
    read_for: datetime | None
    fresh: bool
    truncated: bool


class SendingView(BaseModel):
    """A comment that was written in the portal: ``id`` to ask for it again, ``number`` Halo's, once it is *sent*."""

    id: str
    state: Delivery
    number: int | None = None
    problem: Problem | None = None


class WriteBack(BaseModel):
    """What is known of a comment on its way: its command, and its run as far as there is one."""

    id: str
    text: str
    author: str
    written: datetime
    state: str = "queued"
    problem: Problem | None = None
    result: Document = Field(default_factory=dict)

    @property
    def delivery(self) -> Delivery:
        """How the run's state is shown to people; what has not ended is *sending*."""
        if self.state in ("failed", "refused"):
            return "refused"
        return _ENDED.get(self.state, "sending")

    @property
    def number(self) -> int | None:
        """The action's number in its ticket, once Halo has said it."""
        return self.result.get("action_id")


def delivered(sent: WriteBack) -> SendingView:
    """One comment's way."""
    return SendingView(id=sent.id, state=sent.delivery, number=sent.number, problem=sent.problem)


def merged(stored: TicketComments | None, version: str, write_backs: Iterable[WriteBack]) -> list[CommentView]:
    """What Halo has and what is not seen there yet. ``version``: of the stored comments.

    One that was sent before they were read is not shown beside them: if they lack it, it is private or gone now.
    """
    comments = stored.comments if stored else []
    seen = {comment.id for comment in comments}
    origins = {comment.origin for comment in comments}
    own = list(write_backs)
    ours = {one.number: one.id for one in own if one.number is not None}
    shown = [_stored(comment, ours.get(comment.id)) for comment in comments]
    for one in own:
        read_later = one.delivery == "sent" and str(one.result.get("version", "")) < version
        if one.id not in origins and one.number not in seen and not read_later:
            shown.append(_on_its_way(one))
    return sorted(shown, key=lambda each: (each.at, each.id or 0))


def _stored(comment: Comment, sent_as: str | None) -> CommentView:
    origin = comment.origin or sent_as
    return CommentView(
        **comment.model_dump(include={"id", "at", "author", "text", "html"}),
        by="portal" if origin else comment.by,
        sent_as=origin,
        state="sent" if origin else None,
        problem=None,
    )


def _on_its_way(one: WriteBack) -> CommentView:
    return CommentView(
        id=one.number,
        at=one.written,
        author=one.author,
        by="portal",
        text=one.text,
        html=None,
        sent_as=one.id,
        state=one.delivery,
        problem=one.problem,
    )
