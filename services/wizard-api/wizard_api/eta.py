"""When an open sync will have read everything, by its pace so far and by what the rate budget lets through."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from halobus.runs import OPEN, Read, Run
from halobus.store import Database

WINDOW_SECONDS = 301
ROWS = 100
"""Rows that Halo gives on a page at most."""


@dataclass(frozen=True)
class Pace:
    """Requests in a window that reads may spend; ``free``: of those, how many are left now."""

    allowed: int
    free: int


async def pace_of(database: Database, instance: str | None) -> Pace | None:
    """The budget of a Halo instance; None while nothing is known of it."""
    found = await database.budgets.find_one({"_id": instance}) if instance else None
    if found is None or not found.get("allowed"):
        return None
    allowed = int(found["allowed"])
    return Pace(allowed, max(0, allowed - len(found.get("slots", []))))


def seconds_left(run: Run, now: datetime, pace: Pace | None) -> int | None:
    """Seconds until all rows are read; None where it can't be told: no page has come, or Halo gave no total."""
    listed = sum(read.listed for read in run.reads)
    if run.state not in OPEN or run.started is None or not listed:
        return None
    left = [_rows_left(read) for read in run.reads if read.state in ("queued", "reading")]
    if any(rows is None for rows in left):
        return None
    rows = sum(rows or 0 for rows in left)
    elapsed = max((now - run.started).total_seconds(), 0.0)
    return max(round(rows * elapsed / listed), _by_budget(rows, pace))


def _rows_left(read: Read) -> int | None:
    if read.kind in ("repair", "deleted", "census", "removals"):
        return 0  # a few requests, whatever the number of tickets
    return max(read.total - read.listed, 0) if read.total is not None else None


def _by_budget(rows: int, pace: Pace | None) -> int:
    """What can't be asked for in this window waits for the next ones."""
    if pace is None:
        return 0
    waiting = max(0, ceil(rows / ROWS) - pace.free)
    return round(waiting / pace.allowed * WINDOW_SECONDS)
