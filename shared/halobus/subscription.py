"""One subscription: raw batches from FastStream to a handler, redelivered after a failure with growing pauses.

FastStream parses no record here: a header that is no UTF-8 would fail outside of the handler, for ever.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from aiokafka import ConsumerRecord
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaMessage

from halobus import log, metrics

Handler = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
"""Seconds; far below the poll interval, after which Kafka gives the partitions to another member."""

_log = log.get(__name__)


class Subscription:
    """Calls ``handler`` with each batch; returning commits it, raising has it redelivered.

    ``seen`` is the monotonic time of its last poll, or begin or end of a batch.
    """

    def __init__(self, service: str, group: str, handler: Handler, beat: Callable[[], None]) -> None:
        self.group = group
        self.seen = time.monotonic()
        self._service = service
        self._handler = handler
        self._beat = beat
        self._failures = 0
        self._stopping = asyncio.Event()

    def alive(self) -> None:
        """A sign of life."""
        self.seen = time.monotonic()
        self._beat()

    def watch(self, consumer: Any) -> None:
        """Count the polls of a started AIOKafkaConsumer as signs of life: FastStream has no hook for an idle one."""
        poll = consumer.getmany

        async def getmany(*args: Any, **options: Any) -> Any:
            records = await poll(*args, **options)
            self.alive()
            return records

        consumer.getmany = getmany
        self.alive()

    def stop(self) -> None:
        """Wait no longer between attempts."""
        self._stopping.set()

    async def __call__(self, records: Sequence[ConsumerRecord]) -> None:
        started = time.monotonic()
        self.alive()
        try:
            await self._attempt(records)
        finally:
            self.alive()
            metrics.observe(metrics.BATCH_RECORDS, len(records), service=self._service)
            metrics.observe(metrics.BATCH_SECONDS, time.monotonic() - started, service=self._service)

    async def _attempt(self, records: Sequence[ConsumerRecord]) -> None:
        try:
            await self._handler(records)
            self._failures = 0
        except Exception as error:
            self._failures += 1
            pause = min(FIRST_PAUSE * 2 ** min(self._failures, 10), LONGEST_PAUSE)
            _log.error("batch_failed", group=self.group, records=len(records), retry_in=pause, exc_info=error)
            await self._pause(pause)
            # Not the error itself: FastStream would log its message, and a driver's message holds whole documents.
            raise NackMessage from error

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


async def parse(
    records: tuple[ConsumerRecord, ...], original: Callable[[Any], Awaitable[KafkaMessage]]
) -> KafkaMessage:
    """FastStream's message around a batch, made without looking at its headers and values."""
    message = await original((replace(records[0], headers=(), value=b""),))
    message.raw_message = records
    return message


def decode(message: KafkaMessage) -> Any:
    """The records as they came."""
    return message.raw_message
