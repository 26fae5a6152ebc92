"""Background loops that never end the process: an outage backs off, a defect is logged, counted and backs off."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from halobus import log, metrics
from halobus.health import Health
from halobus.outages import dependency, is_outage

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0

_log = log.get(__name__)


@dataclass(frozen=True)
class Loop:
    """``work`` is one attempt; ``every`` the seconds from the end of one to the begin of the next."""

    name: str
    work: Callable[[], Awaitable[None]]
    every: float


async def supervise(loop: Loop, health: Health, beat: Callable[[], None]) -> None:
    """Run until cancelled; ``beat`` is called after each attempt."""
    failures = 0
    while True:
        try:
            await loop.work()
        except Exception as error:  # noqa: BLE001  # logged, counted and tried again: that is what a supervisor is for
            failures += 1
            metrics.add(metrics.LOOP_FAILURES, loop=loop.name)
            _report(loop, error, health)
        else:
            failures = 0
            for part in _parts(loop).values():
                health.set(part, None)
        beat()
        await asyncio.sleep(loop.every if not failures else backoff(failures, loop.every))


def backoff(failures: int, every: float) -> float:
    """Seconds after so many failures in a row: at least the loop's own rhythm where that is short."""
    growing: float = FIRST_PAUSE * 2 ** min(failures, 10)
    return max(min(growing, LONGEST_PAUSE), min(every, LONGEST_PAUSE))


def _parts(loop: Loop) -> dict[str, str]:
    return {name: f"{name} of loop {loop.name}" for name in ("kafka", "mongodb", "other")}


def _report(loop: Loop, error: Exception, health: Health) -> None:
    if not is_outage(error):
        _log.error("loop_failed", loop=loop.name, exc_info=error)
        return
    # An outage lasts for many attempts: one line when it begins is enough, and the part's recovery is seen in /readyz.
    if health.set(_parts(loop)[dependency(error)], f"waits for a dependency ({type(error).__name__})"):
        _log.warning("loop_waits", loop=loop.name, error=type(error).__name__)
