"""restart: every service is asked to end (SIGTERM) under load, as a rollout does, and started again."""

import random
import time

from chaos.load import CHANGES, Load, judge
from chaos.offsets import OWNED, Offsets, offsets_of
from chaos.row import Broken, Ground, Row, spread
from chaos.started import halo, tenant
from halobus.topics import COMMANDS, Topic
from support.system import SERVICES, Process

GRACE = 20.0
"""Seconds: below the 30 that Kubernetes gives."""
SMALL = {"HALOBUS_PAGE_SIZE": "5"}


async def restart(ground: Ground, full: bool) -> Row:
    """10 rounds over 20,000 tickets; in small 5 over 300."""
    chance, broken = random.Random(10), Broken()
    async with (
        halo(full, latency=0.02 if full else 0.05) as source,
        tenant(ground, "restart", source, **({} if full else SMALL)) as (it, portal),
        offsets_of(it) as offsets,
    ):
        await source.control.churn(10**6, every=4, batch=3, kinds=CHANGES)
        load, ends, again = Load(it, portal, full), list[float](), list[int]()
        names = [name for _ in range(2 if full else 1) for name in chance.sample(list(SERVICES), len(SERVICES))]
        for name in names:
            await load.going()
            process = it.processes[name]
            before = await _committed(offsets, name)
            ends.append(await _end(process, broken))
            again.append(await offsets.uncommitted(name))
            after = await _committed(offsets, name)
            back = {partition for partition, offset in before.items() if after[partition] < offset}
            broken.unless(not back, f"{name}'s committed offsets went back on partitions {sorted(back)}")
            await process.start()
            await process.ready()
            if name == "wizard-api":
                portal.http.base_url = f"http://127.0.0.1:{process.port}"
        await load.ended()
        await source.control.stop_churn()
        figures = await judge(it, portal, source.control, broken)
    broken.unless(not any(again), f"{sum(again)} records were dealt with and not committed")
    figures |= {"seconds to end": spread(ends), "dealt with and not committed": str(sum(again))}
    tickets = "20,000" if full else "300"
    done = f"{len(names)} restarts of the five services by SIGTERM, during full reads of {tickets} tickets"
    return Row("restart", done, figures, broken.sentences)


async def _end(process: Process, broken: Broken) -> float:
    began = time.monotonic()
    code = await process.end()
    took = time.monotonic() - began
    broken.unless(code == 0 and took < GRACE, f"{process.name} ended with {code} after {took:.1f} s")
    return took


async def _committed(offsets: Offsets, name: str) -> dict[int, int]:
    group: tuple[str, Topic] | None = ("connector", COMMANDS) if name == "connector" else None
    if name in OWNED:
        group = (name, OWNED[name].topic)
    return await offsets.committed(*group) if group else {}
