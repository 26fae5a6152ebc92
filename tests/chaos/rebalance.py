"""rebalance: sync-ticket processes join and leave while tickets flow; the partitions move, nothing else does."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from chaos.load import CHANGES, Load, judge
from chaos.offsets import Offsets, offsets_of
from chaos.row import Broken, Ground, Row
from chaos.started import halo, tenant
from halobus.topics import TICKETS
from support.system import Process, System

SESSION = 6.0
"""Seconds: the shortest session that brokers allow unless configured otherwise."""
MARGIN = 5.0
MOST = 4


@dataclass
class Watch:
    """Looks again and again how far the group is. ``worst``: the longest time in which records waited unmoved."""

    offsets: Offsets
    worst: float = 0.0
    _moved: float = field(default_factory=time.monotonic)
    _seen: int = -1

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(0.2)

    async def look(self) -> None:
        progress = (await self.offsets.bus.progress("sync-ticket", TICKETS)).values()
        committed, now = sum(each.committed for each in progress), time.monotonic()
        if committed != self._seen or not any(each.lag for each in progress):
            self._seen, self._moved = committed, now
        self.worst = max(self.worst, now - self._moved)


async def rebalance(ground: Ground, full: bool) -> Row:
    """16 steps over 20,000 tickets; in small 4 over 300: joins, leaves by SIGTERM, and by kill -9 where in full."""
    chance, broken = random.Random(11), Broken()
    environment = {"HALOBUS_KAFKA_SESSION_TIMEOUT_MS": str(int(SESSION * 1000))}
    environment |= {} if full else {"HALOBUS_PAGE_SIZE": "5"}
    async with (
        halo(full, latency=0.02 if full else 0.05) as source,
        tenant(ground, "rebalance", source, **environment) as (it, portal),
        offsets_of(it) as offsets,
    ):
        await source.control.churn(10**6, every=4, batch=3, kinds=CHANGES)
        load, watch, steps = Load(it, portal, full), Watch(offsets), list[str]()
        await load.going()
        watching = asyncio.create_task(watch.run())
        members = [it.processes["sync-ticket"]]
        for step in range(16 if full else 4):
            await load.going()
            steps.append(await _step(it, members, chance, kills=full and step % 4 == 3))
        await load.ended()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await source.control.stop_churn()
        figures = await judge(it, portal, source.control, broken)
    limit = SESSION + MARGIN
    broken.unless(watch.worst <= limit, f"nothing moved for {watch.worst:.1f} s, more than {limit:.0f}")
    figures |= {"longest stop": f"{watch.worst:.1f} s (allowed: {limit:.0f})", "steps": ", ".join(steps)}
    done = f"1 to {MOST} sync-ticket processes joined and left under load, session {SESSION:.0f} s"
    return Row("rebalance", done, figures, broken.sentences)


async def _step(it: System, members: list[Process], chance: random.Random, *, kills: bool) -> str:
    """One joins, or one leaves; there is always one left."""
    if len(members) == 1 or (len(members) < MOST and not kills and chance.random() < 0.5):
        members.append(await it.again("sync-ticket"))
        return f"{len(members)} by joining"
    leaver = members.pop(chance.randrange(len(members)))
    if kills:
        leaver.kill()
        assert leaver.child is not None
        await leaver.child.wait()
        return f"{len(members)} by kill -9"
    assert await leaver.end() == 0
    return f"{len(members)} by leaving"
