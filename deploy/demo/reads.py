"""How the reads of a run are shown: a line a stream."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from demo.api import RunView
from demo.view import Column, Line, Mark, Table
from halobus.runs import Read, Sums

KINDS = {
    "lists": "lists",
    "recent": "the last 14 days first",
    "full": "all of them",
    "incremental": "changes",
    "repair": "missed rows",
    "deleted": "deleted in Halo",
    "census": "ids compared",
    "removals": "removals",
    "comments": "of changed tickets",
}
CHECKS = ("repair", "census", "deleted")
"""Reads that look for what the others did not bring: mostly nothing."""


def board(run: RunView) -> list[Line]:
    """The run as it stands, one line a stream, and what the whole waits for."""
    return [*(_line(stream, reads, run) for stream, reads in by_stream(run.reads).items()), _whole(run)]


def by_stream(reads: Sequence[Read]) -> Mapping[str, list[Read]]:
    """In the order in which the streams came."""
    found: dict[str, list[Read]] = {}
    for read in reads:
        found.setdefault(str(read.stream), []).append(read)
    return found


def _line(stream: str, reads: Sequence[Read], run: RunView) -> Line:
    """What is known so far: reads that have not begun don't tell yet how much there is."""
    paged = [read for read in reads if read.kind not in CHECKS]
    totals = [read.total for read in paged]
    known = [total for total in totals if total is not None]
    mark = _mark(reads, run)
    return Line(stream, mark, _note(reads, mark), sum(read.listed for read in paged), sum(known) if known else None)


def _mark(reads: Sequence[Read], run: RunView) -> Mark:
    if any(read.state == "failed" for read in reads):
        return "bad"
    return "done" if all(read.state == "applied" for read in reads) else "waiting" if not run.reads else "working"


def _note(reads: Sequence[Read], mark: Mark) -> str:
    if mark == "done":
        repaired = sum(read.listed for read in reads if read.kind in CHECKS)
        return f"stored, {repaired:,} read again" if repaired else "stored, nothing missed"
    at = next((read for read in reads if read.state not in ("applied", "failed")), reads[-1])
    if at.waiting_for:
        return f"stored {at.sums.applied:,}, waiting for {at.waiting_for}"
    return KINDS[at.kind] + {"applying": ": being stored", "failed": ": failed"}.get(at.state, "")


def _whole(run: RunView) -> Line:
    mark: Mark = "working" if not run.ended else "done" if run.state == "applied" else "bad"
    return Line("the sync", mark, run.state + _waits(run), whole=True)


def _waits(run: RunView) -> str:
    if run.waiting is not None:
        until = f"; it goes on at {run.waiting.until.astimezone():%H:%M:%S}" if run.waiting.until else ""
        return f": {run.waiting.detail or run.waiting.reason}{until}"
    return f", about {run.eta_seconds} s left" if run.eta_seconds else ""


def sums(reads: Sequence[Read]) -> Table:
    """What became of every id that Halo listed, by stream."""
    left = ("stream", "listed", "written", "unchanged", "filtered", "stale", "dead", "sum", "diff")
    columns = [Column(title, right=index > 0) for index, title in enumerate(left)]
    columns += [Column(title, right=True, minor=True) for title in ("requests", "seconds")]
    return Table(columns, [_row(stream, of_it) for stream, of_it in by_stream(reads).items()])


def _row(stream: str, reads: Sequence[Read]) -> list[str]:
    total = {name: sum(getattr(read.sums, name) for read in reads) for name in Sums.model_fields}
    listed = sum(read.listed for read in reads)
    off = sum(read.sums.applied != read.listed for read in reads)
    balanced = f"✗ in {off}" if off else "✓"
    difference, requests = (sum(abs(read.difference) for read in reads), sum(read.requests for read in reads))
    ends = [f"{difference:,}", f"{requests:,}", _seconds(reads)]
    return [stream, f"{listed:,}", *(f"{number:,}" for number in total.values()), balanced, *ends]


def _seconds(reads: Sequence[Read]) -> str:
    """From the first one's start to the last one's end."""
    starts: list[datetime] = [read.started for read in reads if read.started]
    ends: list[datetime] = [read.finished for read in reads if read.finished]
    return f"{(max(ends) - min(starts)).total_seconds():.1f}" if starts and ends else ""
