"""A tenant's session with Halo under one lease: its client, its budget, and what a read must know."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connector.budget import Budget
from connector.halo.client import HaloClient, Params, Reply
from connector.halo.errors import HaloError
from connector.halo.wire import OnObject
from connector.knowledge import Knowledge
from connector.lease import Lease
from connector.settings import ConnectorSettings
from halobus import metrics, version
from halobus.clock import Clock
from halobus.documents import Active, Zone
from halobus.runs import Waiting

OnWait = Callable[[Waiting | None], Awaitable[None]]


class Spender:
    """Takes a slot of the budget before each request; a bulk read tells its run what it waits for."""

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self.budget = budget
        self.clock = clock
        self.on_wait: OnWait | None = None

    async def spend(self, interactive: bool) -> None:
        """Return once a slot is ours."""
        waited = 0.0
        while (refusal := await self.budget.take(interactive)) is not None:
            await self._tell(
                interactive, Waiting(reason="budget", detail=self._detail(refusal.used), until=refusal.until)
            )
            pause = max(refusal.seconds, 0.05)
            await self.clock.sleep(pause)
            waited += pause
        if waited:
            metrics.observe(metrics.BUDGET_WAIT_SECONDS, waited)
            await self._tell(interactive, None)

    async def refused(self, retry_after: float | None) -> None:
        """Halo answered 429 to a bulk read: lower our share where others must be the cause, and wait."""
        foreign = await self.budget.refused_by_halo()
        pause = retry_after if retry_after is not None else self.budget.settings.halo_window / 10
        detail = "others use this Halo instance too: our share is halved for now" if foreign else "Halo's rate limit"
        await self._tell(
            False, Waiting(reason="halo", detail=detail, until=datetime.now(UTC) + timedelta(seconds=pause))
        )
        await self.clock.sleep(pause)
        await self._tell(False, None)

    def _detail(self, used: int) -> str:
        settings = self.budget.settings
        return f"{used} of Halo's {settings.halo_limit} requests in {settings.halo_window:g} s are used"

    async def _tell(self, interactive: bool, waiting: Waiting | None) -> None:
        if self.on_wait is not None and not interactive:
            await self.on_wait(waiting)


@dataclass
class Session:
    """What reads share. ``stop`` is set when the lease is lost: everything that waits gives up."""

    lease: Lease
    tenant: str
    connection: str
    active: Active
    zone: Zone | None
    client: HaloClient
    spender: Spender
    settings: ConnectorSettings
    clock: Clock
    knowledge: Knowledge | None = None
    streams: dict[str, asyncio.Lock] = field(default_factory=dict)
    bulk_requests: int = 0

    async def get(self, path: str, params: Params, interactive: bool = False, row: OnObject | None = None) -> Reply:
        """Read from Halo. A bulk read waits out a 429 and asks again; everything else is the caller's to judge.

        ``row`` as in ``HaloClient.get``.
        """
        while True:
            self.bulk_requests += not interactive
            try:
                return await self.client.get(path, params, interactive=interactive, row=row)
            except HaloError as error:
                if interactive or error.problem.kind != "rate_limit":
                    raise
                await self.spender.refused(error.retry_after)

    def version(self, generation: int, n: int) -> str:
        """The version of the rows of the ``n``-th response."""
        return str(version.Version(generation, self.lease.fence, n))

    def stream_lock(self, stream: str) -> asyncio.Lock:
        """Held while a stream is read: one read of a stream is in flight at a time."""
        return self.streams.setdefault(stream, asyncio.Lock())
