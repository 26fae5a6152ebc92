"""Where the next incremental read begins: Halo's time, never ours (design, section 3)."""

from datetime import datetime, timedelta

from halobus.documents import Zone
from halobus.runs import Read

OVERLAP = timedelta(minutes=15)
TIMELESS = timedelta(hours=2)
"""For rows that show no time: the clock that stamps them may lie an hour behind the one of the header."""
UNKNOWN = timedelta(days=1)


def next_cursor(read: Read, previous: datetime | None, zone: Zone | None) -> datetime | None:
    """The smaller of the newest change returned and the time of the first response, less the overlap.

    A read that returned nothing moves nothing, but the first one, which has only the response's time to go by; so has
    one whose rows show no time, such as contacts and assets. While it is not known how Halo reads times, the overlap is
    a day.
    """
    known = zone is not None and zone.offset_minutes is not None
    if read.newest is not None:
        return min(read.newest, read.date or read.newest) - (OVERLAP if known else UNKNOWN)
    if read.date is None or (previous is not None and not read.listed + read.elsewhere):
        return previous
    first = read.date - (TIMELESS if known else UNKNOWN)
    return first if previous is None else max(previous, first)
