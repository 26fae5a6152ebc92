"""Where sync-ticket's time goes: its real handler under cProfile, on batches of 500."""

import cProfile
import pstats
import time
from collections.abc import Sequence
from dataclasses import dataclass

from halobus import store
from halobus.consumer import Consumer
from halobus.publisher import Raw
from halobus.service import Service
from support.consumers import TICKET_MAPPING, TICKET_STREAM, Where, bench, settings_of
from support.records import consumed

BATCH = 500
TOP = 15


@dataclass(frozen=True)
class Line:
    """One function: its own time in microseconds per record, and calls per record."""

    function: str
    own: float
    calls: float


async def profiled(place: Where, records: Sequence[Raw]) -> list[Line]:
    """The functions with the most time of their own."""
    async with bench(place) as here:
        await here.choose_teams("all")
        service = Service("sync-ticket", settings_of(place))
        consumer = Consumer(service, TICKET_STREAM, TICKET_MAPPING)
        batches = [
            [consumed(record, offset=start + place) for place, record in enumerate(records[start : start + BATCH])]
            for start in range(0, len(records), BATCH)
        ]
        profile = cProfile.Profile(time.thread_time)  # CPU of this thread, whatever else the machine does
        try:
            await consumer.handle(batches[0])  # connects, and warms up
            profile.enable()
            for batch in batches[1:]:
                await consumer.handle(batch)
            profile.disable()
        finally:
            await service.bus.stop()
            store.close(service.database)
    return _lines(profile, len(records) - len(batches[0]))


def _lines(profile: cProfile.Profile, records: int) -> list[Line]:
    profile.create_stats()
    stats = pstats.Stats(profile).get_stats_profile().func_profiles
    found = [
        Line(_named(name, each), each.tottime * 1e6 / records, _calls(each.ncalls) / records)
        for name, each in stats.items()
        if "poll" not in name  # waiting is not work
    ]
    return sorted(found, key=lambda line: -line.own)[:TOP]


def _calls(text: str) -> int:
    return int(text.split("/")[0])


def _named(name: str, place: pstats.FunctionProfile) -> str:
    if place.file_name == "~":
        return name
    return f"{'/'.join(place.file_name.split('/')[-2:])}:{place.line_number} {name}"
