"""clock: whatever Halo's clock and zone are and however it reads its parameter, no change is missed.

In this process and without Kafka: the connector's own measuring, page reading and cursor, against the simulator, whose
clock is moved on between changes. That makes all combinations affordable.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import Any, cast

from chaos.row import Broken, Ground, Row
from connector.cursor import next_cursor
from connector.halo.client import HaloClient, Params, Reply
from connector.halo.zone import measure
from connector.knowledge import Knowledge
from connector.pages import PageReader
from connector.publish import Item, Publisher
from connector.run_store import RunStore
from connector.session import Session
from connector.settings import ConnectorSettings
from connector.source import Tickets
from halo_simulator.running import Running, running
from halobus.documents import Zone
from halobus.runs import Read, Run
from halobus.streams import StreamName
from support.halo_edge import open_client

HOURS = (-8, 0, 10)
CLOCKS = (-3600, 0, 3600)
ROUNDS = ((1, 10), (50, 0), (14, 899), (600, 3), (7, 61))
"""Minutes until the next change, and seconds from it to the sync that must bring it."""
Combination = dict[str, Any]


def combinations(full: bool) -> list[Combination]:
    """All; in small half of the readings, where any three knobs meet in every way, with zone and clock taking turns."""
    names = ("utc_offset_minutes", "clock_offset_seconds")
    keys = ("parameter_zone", "inclusive", "honour_parameter_offset", "times")
    places = [dict(zip(names, pair, strict=True)) for pair in product((60 * hours for hours in HOURS), CLOCKS)]
    values = (("utc", "local"), (True, False), (True, False), ("naive", "z"))
    readings = [
        {key: value[turn] for key, value, turn in zip(keys, values, turns, strict=True)}
        for turns in product((0, 1), repeat=len(keys))
        if full or sum(turns) % 2 == 0
    ]
    if full:
        return [place | reading for place, reading in product(places, readings)]
    return [places[(5 * turn) % len(places)] | reading for turn, reading in enumerate(readings)]


class Listed(Publisher):
    """Instead of the bus: the ids that a sync brought."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    async def publish(self, run: Run, read: Read, version: str, items: Sequence[Item]) -> None:
        self.ids |= {int(item.id) for item in items}


@dataclass
class Reading:
    """A client with what the page reader asks of a session and a store."""

    client: HaloClient
    settings: ConnectorSettings = field(
        default_factory=lambda: ConnectorSettings(kafka_bootstrap_servers="is.not:asked", mongodb_uri="mongodb://none")
    )

    async def get(self, path: str, params: Params) -> Reply:
        return await self.client.get(path, params)

    def version(self, generation: int, n: int) -> str:
        return f"{n}"

    async def save_read(self, run: Run, read: Read) -> None:
        """Nothing is kept: a read of this row is never resumed."""


@dataclass
class Follower:
    """Syncs one Halo incrementally, as the connector would; ``timeless``: as if its rows showed no time of change."""

    reading: Reading
    zone: Zone
    timeless: bool = False
    cursor: datetime | None = None

    async def sync(self) -> set[int]:
        """What this sync listed; the cursor moves."""
        read = Read(stream=StreamName.TICKETS, kind="incremental", since=self.cursor)
        listed = Listed()
        session, store = cast(Session, self.reading), cast(RunStore, self.reading)
        pages = PageReader(session, store, listed, Tickets(self.zone, Knowledge()), 0, _go_on)
        await pages.read(cast(Run, None), read)
        if self.timeless:
            read.newest = None
        self.cursor = next_cursor(read, self.cursor, self.zone)
        return listed.ids


async def _go_on() -> None:
    return


async def clock(ground: Ground, full: bool) -> Row:
    broken = Broken()
    chosen = combinations(full)
    missed = changes = 0
    widest = 0.0
    for each in chosen:
        # A Halo of its own: a clock set back would leave it rows that lie in its future.
        async with running(limit=100_000) as halo:
            lost, made, seconds = await _follow(halo, each)
        missed, changes, widest = missed + lost, changes + made, max(widest, seconds)
        broken.unless(lost == 0, f"{lost} of {made} changes missed with {each}")
    figures = {
        "combinations": str(len(chosen)),
        "changes missed": f"{missed} of {changes}",
        "widest window beyond need": f"{widest / 3600:.1f} h",
    }
    done = "changes against a Halo at UTC-8, UTC and UTC+10, its clock right and an hour off, every reading of times"
    return Row("clock", done, figures, broken.sentences)


async def _follow(halo: Running, combination: Combination) -> tuple[int, int, float]:
    """Changes missed, changes to be brought, and how far the cursor lies behind Halo's clock at most, in seconds."""
    await halo.control.config(**combination)
    client = await open_client(halo)
    try:
        halo_now = (await client.get("Agent/me")).date
        assert halo_now is not None
        zone = await measure(client.get, datetime.now(UTC))
        followers = [Follower(Reading(client), zone), Follower(Reading(client), zone, timeless=True)]
        for follower in followers:
            await follower.sync()
        missed = 0
        for minutes, seconds in ROUNDS:
            await halo.control.clock(advance=60.0 * minutes)
            changed = await halo.control.create(summary="Changed")
            if seconds:
                await halo.control.clock(advance=float(seconds))
            for follower in followers:
                missed += changed not in await follower.sync()
        now = (await client.get("Agent/me")).date
        assert now is not None
        assert followers[0].cursor is not None
        return missed, len(followers) * len(ROUNDS), (now - followers[0].cursor).total_seconds()
    finally:
        await client.aclose()
