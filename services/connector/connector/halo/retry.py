"""Trying again what may work in a moment, with growing pauses on the injected clock."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from connector.halo.errors import HaloError
from halobus.clock import Clock

T = TypeVar("T")
RETRIES = 3
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0


async def patiently(work: Callable[[], Awaitable[T]], clock: Clock, retries: int = RETRIES) -> T:
    """Do the work; after a transient HaloError do it again, ``retries`` times at most. Other errors pass at once."""
    pause = _FIRST_PAUSE
    for _ in range(retries):
        failure: HaloError
        try:
            return await work()
        except HaloError as error:
            if not error.transient or (error.retry_after or 0) > _LONGEST_PAUSE:
                raise
            failure = error
        await clock.sleep(max(pause, failure.retry_after or 0))
        pause *= 2
    return await work()
