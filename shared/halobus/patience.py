"""Patience with a sick database or broker: try again with growing pauses, then give the batch back, undone."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import KafkaError

from halobus import log
from halobus.clock import Clock, SystemClock
from halobus.health import Health
from halobus.outages import is_outage
from halobus.store import PyMongoError

LIMIT = 60.0
"""Seconds of trying for one batch: with one more attempt still below the two minutes after which it counts as stuck."""
ATTEMPT = 30.0
"""Seconds for one attempt: a frozen server keeps its connections and answers nothing."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0

T = TypeVar("T")
_log = log.get(__name__)


class BusyError(Exception):
    """The database did not do all that it was asked, for reasons of its own; the same may be asked again."""


class OutageError(Exception):
    """The patience is used up. Names the type of the last trouble alone, for its text may hold documents."""


class Patience:
    """For one batch: all its attempts share ``limit`` seconds. ``part`` is what is unwell meanwhile."""

    def __init__(self, health: Health, part: str, *, limit: float = LIMIT, clock: Clock | None = None) -> None:
        self._health = health
        self._part = part
        self._clock = clock or SystemClock()
        self._until = self._clock.now().timestamp() + limit
        self._pause = FIRST_PAUSE

    async def through(self, work: Callable[[], Awaitable[T]]) -> T:
        """The result of ``work``, which may be called many times.

        Raises ``OutageError`` when the patience is used up, and at once whatever is no outage.
        """
        while True:
            try:
                async with asyncio.timeout(ATTEMPT):
                    done = await work()
            except (PyMongoError, KafkaError, OSError, BusyError) as error:
                if not isinstance(error, BusyError) and not is_outage(error):
                    raise
                trouble = type(error).__name__
            else:
                self._health.set(self._part, None)
                return done
            await self._bear(trouble)

    async def _bear(self, trouble: str) -> None:
        self._health.beat()
        if self._health.set(self._part, f"waiting: {trouble}"):
            _log.warning("waiting", part=self._part, trouble=trouble)
        if self._clock.now().timestamp() > self._until:
            raise OutageError(trouble)
        await self._clock.sleep(random.uniform(self._pause / 2, self._pause))
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
