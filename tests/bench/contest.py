"""One round of one contender: its process on a topic that is full when it begins, by CPU time and by the clock."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from halobus import topics
from halobus.lag import OffsetReader
from halobus.publisher import Raw
from support.consumers import Bench, Where, bench
from support.waiting import until

PATIENCE = 300.0
GRACE = 15.0
SESSION_MS = 60_000


@dataclass(frozen=True)
class Contender:
    """``module`` is run as a process and reads the tickets' topic in ``group``; ``environment``: more settings."""

    name: str
    module: str
    group: str
    environment: tuple[tuple[str, str], ...] = ()


OURS = Contender("sync-ticket", "sync_ticket", "sync-ticket")
BARE = Contender("bare loop", "bench.bare", "bare")


@dataclass(frozen=True)
class Round:
    """Seconds: of the process's CPU, and of the clock, for ``records``."""

    records: int
    cpu: float
    wall: float

    @property
    def per_cpu_second(self) -> float:
        return self.records / self.cpu


async def compete(place: Where, contender: Contender, records: Sequence[Raw]) -> Round:
    """Let the contender join its group and freeze it; fill the topic; then measure until all is committed."""
    async with bench(place) as here:
        await here.choose_teams("all")
        async with _process(place, contender) as process:
            await until(lambda: _joined(here, contender.group), PATIENCE)
            process.send_signal(signal.SIGSTOP)
            for start in range(0, len(records), 5_000):
                await here.bus.publish_raw(topics.TICKETS, records[start : start + 5_000])
            before, began = cpu_seconds(process.pid), time.perf_counter()
            process.send_signal(signal.SIGCONT)
            await here.until_caught_up(group=contender.group, seconds=PATIENCE)
            done = Round(len(records), cpu_seconds(process.pid) - before, time.perf_counter() - began)
        stored = await here.database.tickets.count_documents({})
    assert stored == len(records), f"{contender.name} stored {stored} of {len(records)}"
    return done


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, by Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _process(place: Where, contender: Contender) -> AsyncIterator[Process]:
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "MONGODB_URI": place.mongodb_uri,
        "HALOBUS_TOPIC_PREFIX": place.topic_prefix,
        "HALOBUS_DATABASE": place.database,
        "HALOBUS_HTTP_PORT": "0",
        "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": str(SESSION_MS),
        **dict(contender.environment),
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", contender.module, stdout=DEVNULL, stderr=DEVNULL, env={**os.environ, **settings}
    )
    try:
        yield child
    finally:
        await _end(child)


async def _end(child: Process) -> None:
    """By SIGTERM, so that what telemetry still holds is sent."""
    if child.returncode is None:
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), GRACE)
    except TimeoutError:
        child.kill()
        await child.wait()


async def _joined(here: Bench, group: str) -> bool:
    """Whether it has its partitions: a member that is frozen before that would be waited for."""
    offsets = OffsetReader(here.settings)
    try:
        [response] = await (await offsets.admin()).describe_consumer_groups([here.bus.group(group)])
    finally:
        await offsets.close()
    [described] = response.to_object()["groups"]
    return bool(described["state"] == "Stable" and described["members"])
