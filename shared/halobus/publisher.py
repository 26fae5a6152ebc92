"""The one producer of a process: idempotent, acks=all, and made anew after a failure.

It is aiokafka's own and not FastStream's, which would encode values and headers: dead letters keep their bytes.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata

from halobus import log, metrics
from halobus.envelope import Headers
from halobus.kafka_security import client_options
from halobus.settings import Settings
from halobus.topics import MEBIBYTE

MAX_REQUEST = 5 * MEBIBYTE + 64 * 1024
"""Bytes: the largest record of a dead-letter topic, and Kafka's framing."""
BATCH = 256 * 1024
SEND_SECONDS = 30.0
"""How long a send may take in all; aiokafka's idempotent producer itself would try for ever."""
CLOSE_SECONDS = 1.0

_log = log.get(__name__)


class Raw(NamedTuple):
    """A record as bytes: what is published is exactly this."""

    key: bytes | None
    value: bytes | None
    headers: Headers


class Publisher:
    """Connects when first used.

    A failed send discards the producer: an idempotent one that has lost a batch may be refused by the broker ever
    after, since its sequence numbers have a gap.
    """

    def __init__(self, settings: Settings, client_id: str) -> None:
        self._settings = settings
        self._client_id = client_id
        self._producer: Any = None
        self._starting = asyncio.Lock()
        self._retired: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def send(self, topic: str, records: Sequence[Raw], partition: int | None = None) -> list[RecordMetadata]:
        """Publish all; returns when the broker has acknowledged each. KafkaError: some may not be there, send again."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self._send(topic, records, partition)
        except TimeoutError:
            self._retire(self._producer)
            raise KafkaTimeoutError(f"not acknowledged within {SEND_SECONDS} s") from None
        finally:
            metrics.observe(metrics.PUBLISH_SECONDS, time.perf_counter() - began, topic=topic)

    async def stop(self) -> None:
        """Send what is in flight and close."""
        self._stopped = True
        self._retire(self._producer)
        if self._retired:
            await asyncio.wait(self._retired, timeout=2 * CLOSE_SECONDS)

    async def _send(self, topic: str, records: Sequence[Raw], partition: int | None) -> list[RecordMetadata]:
        producer = await self._connected()
        try:
            return await _send(producer, topic, records, partition)
        except MessageSizeTooLargeError:
            raise  # the record's fault; the producer is as good as before
        except KafkaError:
            self._retire(producer)
            raise

    async def _connected(self) -> Any:
        async with self._starting:
            if self._stopped:
                raise KafkaConnectionError("the bus has been stopped")
            if self._producer is None:
                self._producer = await self._connect()
            return self._producer

    async def _connect(self) -> Any:
        producer = AIOKafkaProducer(
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            max_request_size=MAX_REQUEST,
            max_batch_size=BATCH,
            request_timeout_ms=int(SEND_SECONDS * 1000),
            **client_options(self._settings),
        )
        try:
            await producer.start()
        except BaseException:  # cancelled too: a half-started client would be left open
            await producer.stop()
            raise
        return producer

    def _retire(self, producer: Any) -> None:
        if producer is None or producer is not self._producer:
            return
        self._producer = None
        task = asyncio.create_task(_close(producer))
        self._retired.add(task)
        task.add_done_callback(self._retired.discard)


async def _send(producer: Any, topic: str, records: Sequence[Raw], partition: int | None) -> list[RecordMetadata]:
    # Futures one after the other, then one gather: gathering send_and_wait is quadratic in aiokafka.
    futures: list[asyncio.Future[RecordMetadata]] = []
    try:
        for record in records:
            # aiokafka refuses a record of neither key nor value, which other producers can write.
            value = b"" if record.key is None and record.value is None else record.value
            futures.append(
                await producer.send(topic, value, key=record.key, partition=partition, headers=record.headers)
            )
    finally:
        outcomes = await asyncio.gather(*futures, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


async def _close(producer: Any) -> None:
    stopping = asyncio.create_task(producer.stop())
    await asyncio.wait({stopping}, timeout=CLOSE_SECONDS)
    if not stopping.done():
        # It waits for batches that no broker takes. There is no public way to give them up.
        producer._message_accumulator.fail_all(KafkaTimeoutError("given up"))
        producer._sender.sender_task.cancel()
    try:
        await stopping
    except KafkaError as error:
        _log.warning("producer_not_closed", exc_info=error)
