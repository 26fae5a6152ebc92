"""kill -9: every service is killed at random moments of full reads with changes, and started again at once."""

import asyncio
import random
import time

from chaos.aim import aim
from chaos.load import CHANGES, PATIENCE, Load, judge
from chaos.offsets import OWNED, Offsets, offsets_of
from chaos.row import Broken, Ground, Row, spread
from chaos.started import halo, tenant
from halo_simulator.control import Control
from halobus.runs import ENDED
from halobus.topics import TICKETS
from support.system import SERVICES, Process
from support.waiting import until

SMALL = {"HALOBUS_PAGE_SIZE": "5", "HALOBUS_LEASE_SECONDS": "3", "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000"}


async def kill(ground: Ground, full: bool) -> Row:
    """20 rounds over 20,000 tickets with the services' own time-outs; in small one a service over 300."""
    chance, broken = random.Random(9), Broken()
    environment = {} if full else SMALL
    async with (
        halo(full, latency=0.02 if full else 0.05) as source,
        tenant(ground, "kill", source, **environment) as (it, portal),
        offsets_of(it) as offsets,
    ):
        await source.control.churn(10**6, every=4, batch=3, kinds=CHANGES)
        load, before = Load(it, portal, full), await offsets.published(TICKETS)
        recovery: dict[str, list[float]] = {name: [] for name in SERVICES}
        again: list[int] = []
        aimed = 0
        for name in _order(chance, rounds=20 if full else 5):
            await load.going()
            await asyncio.sleep(chance.uniform(0.0, 2.0 if full else 0.5))  # the random moment itself
            process = it.processes[name]
            hit = await aim(load, offsets, process)
            aimed += hit
            process.kill()
            await _dead(process)
            if hit and name == "connector":
                await _delete_of_the_page(load, source.control)
            again.append(await offsets.uncommitted(name))
            recovery[name].append(await _recover(load, offsets, process))
        await load.ended()
        await source.control.stop_churn()
        figures = await judge(it, portal, source.control, broken)
        listed = await load.listed()
        published = await offsets.published(TICKETS) - before
    slowest = sorted(((spread(times), name) for name, times in recovery.items() if times), key=lambda one: one[1])
    figures |= {
        "delivered twice to a consumer": f"{sum(again)} records, at most {max(again)} a kill",
        "published twice by the connector": f"{published - listed} of {published}",
        "seconds to recover": spread([one for times in recovery.values() for one in times]),
        **{f"seconds of {name}": text for text, name in slowest},
    }
    tickets = "20,000 tickets" if full else "300 tickets"
    done = (
        f"{len(again)} kills of the five services, each during a full read of {tickets} that change meanwhile, "
        f"{aimed} of them between a deed and its note"
    )
    return Row("kill -9", done, figures, broken.sentences)


def _order(chance: random.Random, rounds: int) -> list[str]:
    """Each service as often as every other, in random order."""
    names: list[str] = []
    while len(names) < rounds:
        names += chance.sample(list(SERVICES), len(SERVICES))
    return names[:rounds]


async def _dead(process: Process) -> None:
    assert process.child is not None
    await process.child.wait()


async def _delete_of_the_page(load: Load, control: Control) -> None:
    """A ticket of the page that was published and not noted is deleted: who reads the page again does not meet it."""
    run = await load.document()
    assert run is not None
    after = max(read["checkpoint"]["highest_id"] for read in run["reads"] if read["state"] == "reading")
    async for row in control.tickets():
        if row["id"] > after and not row["deleted"] and not row["merged_into"]:
            await control.delete(row["id"])
            return


async def _recover(load: Load, offsets: Offsets, process: Process) -> float:
    """Start it again; the seconds until it has caught up with what there was for it to do."""
    began = time.monotonic()
    name = process.name
    before = await load.document()
    ends = await offsets.ends(OWNED[name].topic) if name in OWNED else {}
    await process.start()
    await process.ready()
    if name == "wizard-api":
        load.portal.http.base_url = f"http://127.0.0.1:{process.port}"
        await load.portal.call("GET", "/integrations/halo")

    async def at_work() -> bool:
        if name in OWNED:
            return await offsets.reached(name, OWNED[name].topic, ends)
        now = await load.document()
        assert now is not None
        assert before is not None
        return now["fence"] > before["fence"] or now["state"] in ENDED

    if name != "wizard-api":
        await until(at_work, PATIENCE)
    return time.monotonic() - began
