"""Aiming a kill at the moment that costs most: what was done is not yet noted, so it will be done again.

A process is let run in slices of some milliseconds and looked at from outside while it is stopped.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from chaos.load import PATIENCE, Load
from chaos.offsets import Offsets
from halobus.topics import TICKETS
from support.system import Process
from support.waiting import until

BACKLOG = 40
"""Records; in full 1000."""


async def aim(load: Load, offsets: Offsets, process: Process) -> bool:
    """Stop the process at such a moment, for a kill to follow; False where there was none, and it runs on."""
    match process.name:
        case "connector":
            return await _sliced(process, 0.004, 400, _PublishedUnnoted(load, offsets))
        case "sync-ticket":
            process.kill(signal.SIGSTOP)
            await _backlog(load, offsets)

            async def written_uncommitted() -> bool:
                return await offsets.uncommitted("sync-ticket") > 0

            return await _sliced(process, 0.02, 40, written_uncommitted)
        case _:
            return False


async def _backlog(load: Load, offsets: Offsets) -> None:
    """Return when so much is published that the consumer will be busy with it, or no more is to come."""
    enough = await offsets.published(TICKETS) + (1000 if load.full else BACKLOG)

    async def there() -> bool:
        run = await load.document()
        return run is None or run["state"] != "reading" or await offsets.published(TICKETS) >= enough

    await until(there, PATIENCE)


async def _sliced(process: Process, seconds: float, slices: int, there: Callable[[], Awaitable[bool]]) -> bool:
    for _ in range(slices):
        process.kill(signal.SIGSTOP)
        if await there():
            return True
        process.kill(signal.SIGCONT)
        await asyncio.sleep(seconds)  # the slice itself
    return False


class _PublishedUnnoted:
    """Whether Kafka holds records of a page that no checkpoint counts yet."""

    def __init__(self, load: Load, offsets: Offsets) -> None:
        self._load = load
        self._offsets = offsets
        self._least: int | None = None

    async def __call__(self) -> bool:
        ahead = await self._offsets.published(TICKETS) - await self._load.listed()
        if self._least is not None and ahead > self._least:
            return True
        self._least = ahead
        return False
