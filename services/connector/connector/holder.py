"""Finding work: each second, tenants with open runs whose lease is free are taken, one task a tenant."""

import asyncio
from dataclasses import dataclass, field

from connector.lease import acquire
from connector.sessions import Sessions
from connector.tenant_work import TenantWork
from halobus import log, metrics
from halobus.bus import Bus
from halobus.outages import is_outage
from halobus.runs import OPEN

logger = log.get(__name__)
_LOOK_SECONDS = 1.0


@dataclass
class Holder:
    """The leases of this process. ``name`` is unique among all processes that ever lived."""

    bus: Bus
    sessions: Sessions
    name: str
    _work: dict[str, TenantWork] = field(default_factory=dict)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def wake(self) -> None:
        """A command was accepted here: look at once."""
        for work in self._work.values():
            work.wake.set()

    async def run(self) -> None:
        """Look until cancelled; then every lease is given up, so that other replicas go on at once."""
        for change in ("taken", "lost"):  # a counter that appears with its first event has no increase to tell of
            metrics.add(metrics.LEASE_CHANGES, 0, change=change)
        try:
            while True:
                await self._look_patiently()
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await self._stop()

    async def _look_patiently(self) -> None:
        """An outage must not cost the leases: what is going on waits for its end by itself."""
        try:
            await self.look()
        except Exception as error:
            if not is_outage(error):
                raise
            logger.warning("look_failed", error=type(error).__name__)

    async def look(self) -> None:
        """Take what is free and has something to do. Open runs of a taken tenant are picked up by its task."""
        database = self.sessions.database
        waiting: list[str] = await database.runs.distinct("tenant", {"state": {"$in": sorted(OPEN)}})
        for tenant in waiting:
            if tenant not in self._work:
                await self._take(tenant)

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, tenant: str) -> None:
        lease = await acquire(self.sessions.database, tenant, self.name, self.sessions.settings.lease_seconds)
        if lease is None:
            return
        metrics.add(metrics.LEASE_CHANGES, change="taken")
        logger.info("lease_taken", tenant=tenant, fence=lease.fence)
        work = TenantWork(self.bus, self.sessions, lease)
        self._work[tenant] = work
        task = asyncio.create_task(work.run())
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(tenant, done))

    def _ended(self, tenant: str, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._work.pop(tenant, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("tenant_work_broke", tenant=tenant, exc_info=error)
