"""One started system for all rows in small that leave it in order; each is a tenant of its own in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from conftest import placed

from embedded.choose import Chosen
from halobus.migrate import migrate
from support.consumers import settings_of
from support.system import Process, System, system

ENVIRONMENT = {
    "HALOBUS_HALO_LIMIT": "100000",
    "HALOBUS_ALLOWED_HOSTS": "127.0.0.1",
    "HALOBUS_PAGE_SIZE": "10",
    "HALOBUS_COMMENTS_PER_CYCLE": "5",
    "HALOBUS_LEASE_SECONDS": "3",
    "HALOBUS_HALO_WRITE_TIMEOUT": "1",
    "HALOBUS_HALO_WRITE_GRACE": "0.5",
    "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000",
}
"""Every wait as short as what it waits for allows; pages so small that a read of 300 tickets can be hurt amid it."""


@dataclass
class House:
    """Starts the system at the first use; makes whole again what a row has left down."""

    stack: Chosen
    logs: Path
    copies: int = 1
    """Of every topic."""
    _names: "count[int]" = field(default_factory=count)
    _opened: AsyncExitStack | None = None
    _system: System | None = None

    def tenant(self) -> str:
        """A name that nobody had before."""
        return f"msp-{next(self._names)}"

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[System]:
        """The system, all of it ready. Where the row breaks off, what it leaves is nobody's any more."""
        it = self._system or await self._open()
        await asyncio.gather(*(_up(process) for process in it.processes.values()))
        try:
            yield it
        except BaseException:
            await self.close()
            raise
        await asyncio.gather(*(one.end() for one in it.more))
        it.more.clear()

    async def close(self) -> None:
        """End the system, and what it had in Kafka and MongoDB."""
        opened, self._opened, self._system = self._opened, None, None
        if opened is not None:
            await opened.aclose()

    async def _open(self) -> System:
        self._opened = AsyncExitStack()
        place = await self._opened.enter_async_context(placed(self.stack))
        self.logs.mkdir(exist_ok=True)
        await migrate(settings_of(place, replication_factor=self.copies))
        environment = {**ENVIRONMENT, "HALOBUS_REPLICATION_FACTOR": str(self.copies)}
        started = system(place, self.logs, "http://127.0.0.1", **environment)
        self._system = await self._opened.enter_async_context(started)
        return self._system


async def _up(process: Process) -> None:
    """Start it where a row has ended it; return when it is ready."""
    if process.child is None or process.child.returncode is not None:
        await process.start()
    await process.ready()
