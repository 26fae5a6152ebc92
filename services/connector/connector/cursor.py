"""Where the next incremental read begins: Halo's time, never ours (design, section 3)."""

from datetime import datetime, timedelta

from halobus.documents import Zone
from halobus.runs import Read

OVERLAP = timedelta(minutes=15)
UNKNOWN = timedelta(days=1)


def next_cursor(read: Read, previous: datetime | None, zone: Zone | None) -> datetime | None:
    """The smaller of the newest change returned and the time of the first response, less the overlap.

    A read that returned nothing moves nothing, but the first one, which has only the response's time to go by. While
    it is not known how Halo reads times, the overlap is a day.
    """
    known = zone is not None and zone.offset_minutes is not None
    if read.newest is not None:
        return min(read.newest, read.date or read.newest) - (OVERLAP if known else UNKNOWN)
    if previous is not None or read.date is None:
        return previous
    return read.date - UNKNOWN
