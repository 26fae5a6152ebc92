"""Dead letters as they lie on a ``.dlq``: what their headers say of them, and a reader of all that a topic holds."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from halobus.dead_letters import REPLAYS
from halobus.envelope import read_headers
from halobus.kafka_security import client_options
from halobus.keys import check_tenant
from halobus.lag import OffsetReader, Progress
from halobus.settings import Settings
from halobus.topics import MEBIBYTE, Topic

BATCH = 200
POLL_MS = 500
PATIENCE = 30.0
"""Seconds without a record until Kafka counts as away."""
_REASON = re.compile(r"[a-z][a-z _-]{0,39}")


@dataclass(frozen=True)
class Letter:
    """One dead letter of ``topic``, the source without its ``.dlq``."""

    topic: Topic
    record: ConsumerRecord

    @cached_property
    def headers(self) -> dict[str, str]:
        """As text; what isn't UTF-8 is replaced."""
        return read_headers(self.record.headers)

    @property
    def id(self) -> str:
        """Its place and time: offsets begin anew where a topic is deleted and made again, times don't."""
        return f"{self.record.topic}:{self.record.partition}:{self.record.offset}:{self.record.timestamp}"

    @property
    def at(self) -> datetime:
        """When it was buried."""
        return datetime.fromtimestamp(self.record.timestamp / 1000, UTC)

    @property
    def group(self) -> str | None:
        """The group that rejected it, without the deployment's prefix; None where it can't be told."""
        only = self.topic.groups[0] if len(self.topic.groups) == 1 else None
        return self.headers.get("dlq-group", only)

    @property
    def reason(self) -> str:
        """The class of its reason: the word before the colon."""
        word = self.headers.get("dlq-reason", "").partition(":")[0]
        return word if _REASON.fullmatch(word) else "unknown"

    @property
    def replays(self) -> int:
        """How often it had been replayed before it failed for this reason."""
        text = self.headers.get(REPLAYS, "0")
        return int(text) if text.isascii() and text.isdecimal() else 0

    @property
    def tenant(self) -> str | None:
        """By its header, else by its key; None where neither has a tenant's name."""
        key = (self.record.key or b"").decode("utf-8", "replace")
        try:
            return check_tenant(self.headers.get("ce_tenant") or key.partition(":")[0])
        except ValueError:
            return None


class Pile:
    """What a dead-letter topic held when it was opened."""

    def __init__(self, topic: Topic, name: str, consumer: Any, held: dict[int, Progress]) -> None:
        self._topic = topic
        self._name = name
        self._consumer = consumer
        self._held = held

    async def batches(self) -> AsyncIterator[list[Letter]]:
        """All of it, each partition in order; may be called again. KafkaTimeoutError where no record comes."""
        left = {TopicPartition(self._name, number): each.end for number, each in self._held.items() if _any(each)}
        ends = dict(left)
        self._consumer.assign(list(left))
        for place in left:
            self._consumer.seek(place, self._held[place.partition].begin)
        while left:
            for place, records in (await self._poll()).items():
                if letters := [Letter(self._topic, record) for record in records if record.offset < ends[place]]:
                    yield letters
            left = {place: end for place, end in left.items() if await self._consumer.position(place) < end}

    async def one(self, partition: int, offset: int) -> Letter | None:
        """The letter at a place, or None where there is none (any more)."""
        held = self._held.get(partition)
        if held is None or not held.begin <= offset < held.end:
            return None
        place = TopicPartition(self._name, partition)
        self._consumer.assign([place])
        self._consumer.seek(place, offset)
        first = (await self._poll())[place][0]
        return Letter(self._topic, first) if first.offset == offset else None

    async def _poll(self) -> dict[TopicPartition, list[ConsumerRecord]]:
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := await self._consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH)):
                    continue
        except TimeoutError:
            raise KafkaTimeoutError(f"no record of {self._name} within {PATIENCE} s") from None
        return dict(found)


@asynccontextmanager
async def pile(settings: Settings, topic: Topic) -> AsyncIterator[Pile]:
    """Open the dead letters of a source topic. UnknownTopicOrPartitionError where its ``.dlq`` is missing."""
    name = f"{settings.topic_prefix}{topic.dead_letters.name}"
    offsets = OffsetReader(settings)
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=topic.dead_letters.max_bytes + MEBIBYTE,
    )
    try:
        held = await offsets.progress(None, name)
        await consumer.start()
        yield Pile(topic, name, consumer, held)
    finally:
        await offsets.close()
        await consumer.stop()


def _any(held: Progress) -> bool:
    return held.end > held.begin
