"""A run: one command being carried out, as it stands in ``runs`` (written by the connector, read by everyone)."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from halobus.streams import StreamName

State = Literal[
    "queued",
    "running",
    "reading",
    "waiting",
    "applying",
    "sending",
    "unknown",
    "applied",
    "done",
    "failed",
    "cancelled",
    "superseded",
    "sent",
    "refused",
    "needs_review",
]
"""Of a write-back: queued, sending (Halo may have it), unknown (nobody knows whether it has), then sent, refused or
needs_review.
"""
OPEN: frozenset[str] = frozenset({"queued", "running", "reading", "waiting", "applying", "sending", "unknown"})
ENDED: frozenset[str] = frozenset(
    {"applied", "done", "failed", "cancelled", "superseded", "sent", "refused", "needs_review"}
)
KEY_IS_FREE: frozenset[str] = frozenset({"failed", "cancelled", "superseded"})
"""States after which the same command may run again at once (design: promise 6)."""


class Part(BaseModel):
    """Base of what a run's document is made of; a document of a later version may hold more."""

    model_config = ConfigDict(extra="ignore")


class Checkpoint(Part):
    """Where a read goes on after a restart: moved only when the broker has acknowledged what came before.

    ``size``: rows on the first page, which may be fewer than asked for. ``shared``: names met that two teams share,
    and types of assets met.
    ``offsets``: partition to the offset after the last record that this read published there.
    """

    page: int = 0
    size: int = 0
    highest_id: int = 0
    complete: bool = False
    shared: list[str] = Field(default_factory=list)
    offsets: dict[str, int] = Field(default_factory=dict)


class Sums(Part):
    """Promise 2: ``listed`` = written + unchanged + filtered + stale + dead_lettered, once all is applied."""

    written: int = 0
    unchanged: int = 0
    filtered: int = 0
    stale: int = 0
    dead_lettered: int = 0

    @property
    def applied(self) -> int:
        """Everything that is accounted for: equal to ``listed`` once a read is applied."""
        return self.written + self.unchanged + self.filtered + self.stale + self.dead_lettered


ReadKind = Literal["lists", "recent", "full", "incremental", "repair", "deleted", "census", "removals", "comments"]


class Read(Part):
    """One read of one stream. ``total``: Halo's own count; ``listed``: distinct ids that it gave us.

    ``since``: the window's lower bound (aware). ``teams``/``statuses``/``types``: the filter sent, None where there was
    none; assets of one type come with their fields.
    ``lists``: the reference lists to read, empty means all. ``ids``: the records to look at, for accepted removals
    and comments. ``gaps``: versions between these were published by an attempt that ended before its checkpoint, and
    are no part of the read. ``elsewhere``: rows left to the reads that ask for one team each, because two teams share
    their team's name, or for one type of asset each.
    """

    stream: StreamName
    kind: ReadKind
    state: Literal["queued", "reading", "applying", "applied", "failed"] = "queued"
    since: datetime | None = None
    teams: list[int] | None = None
    statuses: list[int] | None = None
    types: list[int] | None = None
    started: datetime | None = None
    finished: datetime | None = None
    date: datetime | None = None
    newest: datetime | None = None
    total: int | None = None
    listed: int = 0
    elsewhere: int = 0
    pages: int = 0
    repaired: int = 0
    removed: int = 0
    requests: int = 0
    first_version: str | None = None
    last_version: str | None = None
    gaps: list[tuple[str, str]] = Field(default_factory=list)
    checkpoint: Checkpoint = Field(default_factory=Checkpoint)
    sums: Sums = Field(default_factory=Sums)
    waiting_for: str | None = None
    difference: int = 0
    ids: list[int] = Field(default_factory=list)
    lists: list[str] = Field(default_factory=list)


class Problem(Part):
    """Why something failed, in the admin's words, with what to do and Halo's own text (design: promise 9).

    ``fields``: what it concerns, by the command's names (``summary``, ``categories.3``); empty where it can't be told.
    """

    kind: Literal["credentials", "permission", "validation", "rate_limit", "outage", "address", "setup", "internal"]
    title: str
    detail: str = ""
    remedy: str = ""
    halo: str | None = None
    status: int | None = None
    fields: list[str] = Field(default_factory=list)


class Finding(Part):
    """One row of the diagnosis: a permission of the guide's table, or a condition of the connection."""

    name: str
    state: Literal["granted", "missing", "unknown", "ok", "warning"]
    how: str
    remedy: str = ""
    stream: StreamName | None = None
    needed: bool = True


class Diagnosis(Part):
    """The result of *Test Connection*."""

    connected: bool
    problem: Problem | None = None
    findings: list[Finding] = Field(default_factory=list)
    instance: dict[str, Any] = Field(default_factory=dict)
    agent: str | None = None


class Approval(Part):
    """Removals held back until an admin agrees: the ids Halo no longer lists, ``asked`` when."""

    stream: StreamName
    ids: list[int]
    asked: datetime
    accepted_by: str | None = None


class Waiting(Part):
    """What a run waits for, and until when where that is known."""

    reason: Literal["budget", "halo", "consumer"]
    detail: str = ""
    until: datetime | None = None


class Sending(Part):
    """A write-back on its way: ``attempt`` from 1; ``sent_at`` in the database's time, stored before Halo is asked."""

    attempt: int = 0
    sent_at: datetime | None = None


class RunFact(Part):
    """A fact of the run: stored with the state it tells of, then announced, then marked."""

    id: str
    type: str
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict)
    announced: bool = False


class Run(Part):
    """``revision`` rises with every write of the document: it is the id of its server-sent event.

    ``due``: in the database's time, before which nothing is to be done for a write-back.
    """

    id: str = Field(alias="_id")
    tenant: str
    connection: str | None = None
    kind: str
    command: dict[str, Any]
    state: State = "queued"
    revision: int = 0
    fence: int = 0
    generations: dict[str, int] = Field(default_factory=dict)
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    reads: list[Read] = Field(default_factory=list)
    waiting: Waiting | None = None
    problem: Problem | None = None
    diagnosis: Diagnosis | None = None
    approval: Approval | None = None
    difference: int = 0
    result: dict[str, Any] = Field(default_factory=dict)
    cancel_requested_by: str | None = None
    expires: datetime | None = None
    sending: Sending | None = None
    due: datetime | None = None
    facts: list[RunFact] = Field(default_factory=list)
    trace: str | None = None
    traceparent: str | None = None
