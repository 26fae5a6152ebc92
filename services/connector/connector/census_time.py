"""When a stream's census counts as done: the next one is due a day after it, or an hour where nothing was proven."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from connector.plan import CENSUS_EVERY
from halobus.runs import Read

AGAIN_AFTER = timedelta(hours=1)


def census_time(reads: Iterable[Read], before: datetime | None, now: datetime) -> datetime | None:
    """``before`` where no census of the reads asked Halo anything.

    ``total`` is set only by a list that could be trusted; another proves nothing, and to wait a day for the next would
    leave deleted records in the portal. Not at once either: what moves the count may go on for a while.
    """
    asked = [read for read in reads if read.kind == "census" and read.requests]
    if not asked:
        return before
    return now if all(read.total is not None for read in asked) else now - CENSUS_EVERY + AGAIN_AFTER
