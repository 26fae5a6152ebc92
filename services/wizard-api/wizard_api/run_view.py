"""A run as the API shows it: progress, sums, what it waits for. No customer's content is in it."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel

from halobus.runs import OPEN, Diagnosis, Problem, Read, ReadKind, Run, State, Sums, Waiting
from halobus.store import Document
from halobus.streams import StreamName
from wizard_api.eta import Pace, seconds_left


class ReadView(BaseModel):
    """One read of a stream: ``total`` is Halo's own count; ``listed`` = ``applied`` once all is stored.

    ``since``, ``teams``, ``statuses``, ``types`` (of assets): what Halo was asked for, null where that was no filter.
    """

    stream: StreamName
    kind: ReadKind
    state: Literal["queued", "reading", "applying", "applied", "failed"]
    since: datetime | None
    teams: list[int] | None
    statuses: list[int] | None
    types: list[int] | None
    total: int | None
    listed: int
    applied: int
    pages: int
    requests: int
    repaired: int
    removed: int
    elsewhere: int
    difference: int
    sums: Sums
    waiting_for: str | None
    started: datetime | None
    finished: datetime | None


class ApprovalView(BaseModel):
    """Removals that wait for an admin: how many records of which stream."""

    stream: StreamName
    removals: int
    asked: datetime
    accepted_by: str | None


class RunView(BaseModel):
    """``revision`` is the id of the run's server-sent event. ``eta_seconds``: null where it can't be told."""

    id: str
    kind: str
    mode: Literal["quick", "resync", "clear"] | None = None
    state: State
    ended: bool
    revision: int = 0
    actor: str
    scheduled: bool = False
    streams: list[StreamName] = []
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    reads: list[ReadView] = []
    waiting: Waiting | None = None
    eta_seconds: int | None = None
    problem: Problem | None = None
    diagnosis: Diagnosis | None = None
    approval: ApprovalView | None = None
    difference: int = 0
    other_instance: bool = False
    trace: str | None = None


def run_view(run: Run, pace: Pace | None = None) -> RunView:
    """The view of an accepted command. ``pace``: what the rate budget lets through, for the ETA."""
    return RunView(
        **_of_command(run.command),
        id=run.id,
        state=run.state,
        ended=run.state not in OPEN,
        revision=run.revision,
        created=run.created,
        started=run.started,
        finished=run.finished,
        reads=[_read_view(read) for read in run.reads],
        waiting=run.waiting,
        eta_seconds=seconds_left(run, datetime.now(UTC), pace),
        problem=run.problem,
        diagnosis=run.diagnosis,
        approval=_approval_view(run),
        difference=run.difference,
        other_instance=bool(run.result.get("other_instance")),
        trace=run.trace,
    )


def recorded_view(document: Document) -> RunView:
    """The view of a command that no connector has accepted yet, from ``commands``."""
    return RunView(
        **_of_command(document["command"]),
        id=document["command_id"],
        state="queued",
        ended=False,
        created=document["recorded"],
    )


def _of_command(command: Document) -> Document:
    return {
        "kind": command["kind"],
        "mode": command.get("mode"),
        "actor": command["actor"],
        "scheduled": command.get("scheduled", False),
        "streams": command.get("streams", []),
    }


def _read_view(read: Read) -> ReadView:
    shared = ReadView.model_fields.keys() - {"sums", "applied"}
    return ReadView(**{name: getattr(read, name) for name in shared}, sums=read.sums, applied=read.sums.applied)


def _approval_view(run: Run) -> ApprovalView | None:
    held = run.approval
    if held is None:
        return None
    return ApprovalView(stream=held.stream, removals=len(held.ids), asked=held.asked, accepted_by=held.accepted_by)
