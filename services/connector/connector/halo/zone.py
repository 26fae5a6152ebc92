"""How Halo reads ``lastupdatefromdate``: measured, for it decides whether a change is ever seen.

Halo's rows carry naive times and its parameter's zone is documented nowhere. The newest ticket is the ruler: asked for
by its own time it must come back, asked for by a later one it must not.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from connector.halo.clean import CleanError, as_row, pick, to_time
from connector.halo.client import Params, Reply
from connector.halo.listing import rows
from halobus.documents import Zone

Get = Callable[[str, Params], Awaitable[Reply]]
PROBES = 6
"""Requests at most, the first one included."""
_HOUR = timedelta(hours=1)
_WIDEST = 14
_CLOCKS = timedelta(minutes=2)
_ROWS = 50
_ZONES = tuple(
    int(60 * hours)
    for hours in (
        *(-12, -11, -10, -9.5, -9, -8, -7, -6, -5, -4, -3.5, -3, -2.5, -2, -1, 0, 1, 2, 3, 3.5, 4, 4.5, 5, 5.5, 5.75),
        *(6, 6.5, 7, 8, 8.75, 9, 9.5, 10, 10.5, 11, 12, 12.75, 13, 13.75, 14),
    )
)
"""The offsets that places on earth have, in minutes."""


def format_since(moment: datetime, zone: Zone | None) -> str:
    """An aware time as Halo is asked for it: local time of the measured zone, with its offset.

    So a Halo that honours offsets and one that reads the digits alone both understand the same moment.
    """
    return _written(moment, zone.offset_minutes or 0 if zone is not None else 0)


def _written(moment: datetime, minutes: int) -> str:
    local = moment.astimezone(timezone(timedelta(minutes=minutes)))
    return local.isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class _Ruler:
    """The newest ticket's time as its row shows it (as if UTC, where naive), and how far that lies behind now."""

    get: Get
    shown: datetime
    naive: bool
    age: timedelta

    async def comes_back(self, hours: int, written_minutes: int = 0) -> bool:
        """Whether the ticket is listed when asked for what changed since ``hours`` after its time."""
        since = _written(self.shown + hours * _HOUR, written_minutes)
        reply = await self.get("Tickets", {**_page("id", False), "lastupdatefromdate": since})
        return any(moment <= self.shown for _, moment in _dated(reply))

    def frame(self) -> int:
        """Minutes by which the rows' times are ahead of UTC, the least that can be: no row is newer than now."""
        least = -(self.age + _CLOCKS) / timedelta(minutes=1)
        return next((zone for zone in _ZONES if zone >= least), _ZONES[-1]) if self.naive else 0


async def measure(get: Get, now: datetime) -> Zone:
    """Measure with at most ``PROBES`` requests. ``offset_minutes`` None where there is no ticket, or no sense in it.

    Where several offsets would fit, the lowest is taken: then Halo is asked for a little more, never for less.
    """
    ruler = await _newest(get, now)
    return Zone(offset_minutes=None if ruler is None else await _offset(ruler), measured_at=now)


async def _offset(ruler: _Ruler) -> int | None:
    """Written with an extreme offset the digits lie 14 hours from the moment: the answers tell which of them counts."""
    early = await ruler.comes_back(1 - _WIDEST, _WIDEST * 60)
    late = await ruler.comes_back(_WIDEST - 1, -_WIDEST * 60)
    if early and not late:
        return 0  # offsets are honoured
    if early:
        difference = await _search(ruler, 1, _WIDEST)
    else:
        difference = await _search(ruler, *((-1, 0) if late else (-_WIDEST, -2)))
    if difference is None:
        return None
    offset = max(60 * difference + ruler.frame(), _ZONES[0])
    return offset if offset <= _ZONES[-1] else None


async def _search(ruler: _Ruler, lowest: int, highest: int) -> int | None:
    """How many hours the parameter's zone lies ahead of the rows' own: halve the range with the requests left.

    None where everything comes back, which says that the parameter is not understood.
    """
    for _ in range(PROBES - 3):
        if lowest == highest:
            break
        middle = (lowest + highest + 1) // 2
        if await ruler.comes_back(middle):
            lowest = middle
        else:
            highest = middle - 1
    return None if highest == _WIDEST else lowest


async def _newest(get: Get, now: datetime) -> _Ruler | None:
    """The newest ticket; None where there is none with a believable time."""
    reply = await get("Tickets", _page("last_update", True))
    now = reply.date or now
    dated = [(naive, moment) for naive, moment in _dated(reply) if moment < now + (_WIDEST + 1) * _HOUR]
    if not dated:
        return None
    naive, shown = max(dated, key=lambda pair: pair[1])
    return _Ruler(get, shown, naive, now - shown)


def _page(order: str, descending: bool) -> Params:
    return {"pageinate": True, "page_no": 1, "page_size": _ROWS, "order": order, "orderdesc": descending}


def _dated(reply: Reply) -> list[tuple[bool, datetime]]:
    """When each row changed, and whether it says so naively. Rows that don't say it readably measure nothing."""
    found = (_changed(row) for row in rows(reply.data, "tickets")[0])
    return [pair for pair in found if pair is not None]


def _changed(row: Any) -> tuple[bool, datetime] | None:
    try:
        text = pick(as_row(row), "last_update", "lastupdate")
        here, there = to_time(text, "last_update"), to_time(text, "last_update", 60)
    except CleanError:
        return None
    return (here != there, here) if here is not None else None
