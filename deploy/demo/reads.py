"""How the reads of a run are called and shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from demo.api import RunView
from demo.view import Column, Line, Mark, Table
from halobus.runs import Read

KINDS = {
    "lists": "lists",
    "recent": "14 days",
    "full": "all",
    "incremental": "changes",
    "repair": "missed rows",
    "deleted": "deleted in Halo",
    "census": "ids compared",
    "removals": "removals",
    "comments": "of changed tickets",
}
CHECKS = ("repair", "census", "deleted")
"""Reads that look for what the others did not bring: mostly nothing."""
_MARKS: dict[str, Mark] = {"queued": "waiting", "reading": "working", "applying": "working", "applied": "done"}


def name(read: Read, teams: Mapping[int, str]) -> str:
    """``tickets, all of Second Line (Support)``."""
    kind = KINDS[read.kind]
    if read.teams is None or read.kind not in ("recent", "full"):
        return f"{read.stream} · {kind}"
    return f"{read.stream} · {kind} · {', '.join(teams.get(id, str(id)).partition(' (')[0] for id in read.teams)}"


def board(run: RunView, teams: Mapping[int, str]) -> list[Line]:
    """The run as it stands, one line a read, and what the whole waits for."""
    names = _distinct([name(read, teams) for read in run.reads])
    return [*(_line(read, named) for read, named in zip(run.reads, names, strict=True)), _whole(run)]


def _distinct(names: Sequence[str]) -> list[str]:
    """Reads that differ only in what the API does not show are numbered."""
    return [
        f"{each} · part {names[: index + 1].count(each)}" if names.count(each) > 1 else each
        for index, each in enumerate(names)
    ]


def _line(read: Read, named: str) -> Line:
    mark = _MARKS.get(read.state, "bad")
    if read.kind in CHECKS or mark == "waiting":
        return Line(named, mark, _note(read))
    return Line(named, mark, _note(read), read.listed, read.total)


def _note(read: Read) -> str:
    if read.kind in CHECKS and read.state == "applied":
        return f"{read.listed:,} read again" if read.listed else "none"
    if read.waiting_for:
        return f"stored {read.sums.applied:,}, waiting for {read.waiting_for}"
    words = {"reading": "reading", "applying": "being stored", "applied": "stored", "failed": "failed"}
    return words.get(read.state, "")


def _whole(run: RunView) -> Line:
    mark: Mark = "working" if not run.ended else "done" if run.state == "applied" else "bad"
    return Line("the sync", mark, run.state + _waits(run), whole=True)


def _waits(run: RunView) -> str:
    if run.waiting is not None:
        until = f"; it goes on at {run.waiting.until.astimezone():%H:%M:%S}" if run.waiting.until else ""
        return f": {run.waiting.detail or run.waiting.reason}{until}"
    return f", about {run.eta_seconds} s left" if run.eta_seconds else ""


def sums(reads: Sequence[Read], teams: Mapping[int, str]) -> Table:
    """What became of every id that Halo listed."""
    left = ("read", "listed", "written", "unchanged", "filtered", "stale", "dead", "sum", "diff")
    columns = [Column(title, right=index > 0) for index, title in enumerate(left)]
    columns += [Column(title, right=True, minor=True) for title in ("requests", "seconds")]
    return Table(columns, [_row(read, teams) for read in reads])


def _row(read: Read, teams: Mapping[int, str]) -> list[str]:
    sums = read.sums
    numbers = [read.listed, sums.written, sums.unchanged, sums.filtered, sums.stale, sums.dead_lettered]
    balanced = "✓" if sums.applied == read.listed else f"✗ {sums.applied:,}"
    ends = [f"{read.difference:,}", f"{read.requests:,}", _seconds(read.started, read.finished)]
    return [name(read, teams), *(f"{number:,}" for number in numbers), balanced, *ends]


def _seconds(started: datetime | None, finished: datetime | None) -> str:
    return f"{(finished - started).total_seconds():.1f}" if started and finished else ""
