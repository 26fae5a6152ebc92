"""lease: the connector that holds a tenant is frozen (SIGSTOP) past its lease; another takes over; the first wakes."""

import signal
import time

from chaos.load import PATIENCE, Load, judge
from chaos.row import Broken, Ground, Row, spread
from chaos.started import connected, halo
from halobus import version
from halobus.store import Document
from support.system import Process, System
from support.waiting import until

LIMIT, WINDOW = 150, 10.0
"""Halo's limit here, small enough for the reads to fill our share of it."""
ENVIRONMENT = {
    "HALOBUS_HALO_LIMIT": str(LIMIT),
    "HALOBUS_HALO_WINDOW": str(WINDOW),
    "HALOBUS_LEASE_SECONDS": "3",
    "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000",
}
SMALL = {"HALOBUS_PAGE_SIZE": "6", "HALOBUS_COMMENTS_PER_CYCLE": "2"}


async def lease(ground: Ground, full: bool) -> Row:
    """6 rounds over 20,000 tickets; in small 1 over 300."""
    broken, takeovers, orphans = Broken(), list[float](), list[int]()
    environment = {**ENVIRONMENT, **({} if full else SMALL)}
    async with (
        ground.place() as place,
        halo(full, latency=0.05) as source,
        connected(place, ground.logs("lease"), source, **environment) as (it, portal),
    ):
        await source.control.config(limit=LIMIT, window=WINDOW)
        await source.control.reset_budget()
        # No deletions: what a frozen holder published last must then be read again by its successor, all of it.
        await source.control.churn(10**6, every=6, batch=2, kinds=["create", "change"])
        processes = [it.processes["connector"], await it.again("connector")]
        load = Load(it, portal, full)
        for _ in range(6 if full else 1):
            await load.going()
            holder = await _holder(it, processes)
            before, took = await _freeze(it, load, holder)
            takeovers.append(took)
            await load.ended()
            orphans.append(await _orphans(it, load, before))
        await source.control.stop_churn()
        figures = await judge(it, portal, source.control, broken)
        budget = await source.control.budget()
        runs = await it.database.runs.find({"kind": "sync"}).to_list(None)
    states = [run["state"] for run in runs]
    broken.unless(set(states) == {"applied"}, f"runs ended {states}")
    broken.unless(not any(orphans), f"{sum(orphans)} mirrors hold what only the frozen holder published")
    broken.unless(budget["refused"] == 0 and budget["max_in_window"] <= LIMIT, f"the budget was overrun: {budget}")
    figures |= {
        "seconds to take over": spread(takeovers),
        "mirrors of the frozen holder's last page": str(sum(orphans)),
        "requests in Halo's window": f"{budget['max_in_window']} of {LIMIT}, {budget['refused']} refused",
    }
    done = f"{len(takeovers)} times the holder was stopped past its lease (3 s) and woken amid its successor's read"
    return Row("lease", done, figures, broken.sentences)


async def _holder(it: System, processes: list[Process]) -> Process:
    """The process that holds the tenant's lease; its name in the database holds its process id."""
    tenant = await it.database.tenants.find_one({})
    assert tenant is not None
    name = str(tenant["lease"]["holder"])
    return next(one for one in processes if one.child is not None and f"-{one.child.pid}-" in name)


async def _freeze(it: System, load: Load, holder: Process) -> tuple[Document, float]:
    """Stop the holder until another one reads; wake it and wait until it knows.

    The run as it stood when the holder was stopped, and the seconds until the other one had taken over.
    """
    holder.kill(signal.SIGSTOP)
    try:
        began = time.monotonic()
        before = await load.document()
        assert before is not None

        async def taken_over() -> bool:
            run = await load.document()
            return run is not None and run["fence"] > before["fence"] and _pages(run) > _pages(before)

        await until(taken_over, PATIENCE)
        took = time.monotonic() - began
    finally:
        holder.kill(signal.SIGCONT)

    async def knows() -> bool:
        return f'"fence": {before["fence"]}' in holder.log.read_text() and "lease_lost" in holder.log.read_text()

    await until(knows, PATIENCE)
    return before, took


def _pages(run: Document) -> int:
    return sum(int(read["pages"]) for read in run["reads"])


async def _orphans(it: System, load: Load, before: Document) -> int:
    """Mirrors whose version is the frozen holder's and above its last checkpoint."""
    last = max(read["last_version"] for read in before["reads"] if read["last_version"])
    after = version.parse(last)
    beyond = str(version.Version(after.generation, after.fence + 1, 0))
    return int(await it.database.tickets.count_documents({"version": {"$gt": last, "$lt": beyond}}))
