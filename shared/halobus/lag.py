"""How far a group has read: offsets per partition, and the age of the oldest record that waits."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import NodeNotReadyError, for_code

from halobus.kafka_security import client_options
from halobus.settings import Settings
from halobus.topics import Topic

TIMEOUT_MS = 10_000
READ_SECONDS = 5
PING_ATTEMPTS = 5


class Progress(NamedTuple):
    """Offsets of a partition. ``committed`` is ``begin`` where the group never committed, or lost what it had not read.

    ``started``: whether the group has ever committed here.
    """

    committed: int
    begin: int
    end: int
    started: bool

    @property
    def lag(self) -> int:
        """Records between the group and the end."""
        return max(self.end - self.committed, 0)


@dataclass(frozen=True)
class Lag:
    """One line of ``halobus lag``. ``seconds``: age of the oldest waiting record, 0.0 where none waits."""

    group: str
    topic: str
    partition: int
    progress: Progress
    seconds: float


class OffsetReader:
    """Reads offsets with an admin client and a consumer of no group; connects when first used. Raises KafkaError."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._options = {**client_options(settings), "request_timeout_ms": TIMEOUT_MS}
        self._admin: Any = None
        self._consumer: Any = None
        self._one_at_a_time = asyncio.Lock()

    async def admin(self) -> Any:
        """The connected AIOKafkaAdminClient."""
        async with self._one_at_a_time:
            if self._admin is None:
                self._admin = await _started(AIOKafkaAdminClient(**self._options))
            return self._admin

    async def close(self) -> None:
        """Close what was opened."""
        admin, self._admin = self._admin, None
        consumer, self._consumer = self._consumer, None
        if admin is not None:
            await admin.close()
        if consumer is not None:
            await consumer.stop()

    async def ping(self) -> None:
        """Ask any broker for the cluster's metadata."""
        admin = await self.admin()
        for _ in range(PING_ATTEMPTS - 1):
            try:
                await admin.describe_cluster()
            except NodeNotReadyError:
                continue  # each attempt asks a broker at random, and one of several may be down
            return
        await admin.describe_cluster()

    async def progress(self, group: str | None, topic: str) -> dict[int, Progress]:
        """Offsets by partition. Both names are full ones. UnknownTopicOrPartitionError names a missing topic.

        Without a group no right on one is needed: it is as of a group that never began.
        """
        admin = await self.admin()
        [described] = await admin.describe_topics([topic])
        if described["error_code"]:
            raise for_code(described["error_code"])(topic)
        committed = await admin.list_consumer_group_offsets(group) if group else {}
        partitions = [TopicPartition(topic, each["partition"]) for each in described["partitions"]]
        async with self._one_at_a_time:
            consumer = await self._reader()
            begin, end = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        held = {each: committed[each].offset if each in committed else -1 for each in partitions}
        return {
            each.partition: Progress(max(held[each], begin[each]), begin[each], end[each], held[each] >= 0)
            for each in partitions
        }

    async def lags(self, group: str, topic: str) -> list[Lag]:
        """The group's lag on each partition, in records and in seconds."""
        found = await self.progress(group, topic)
        return [
            Lag(group, topic, partition, progress, await self._age(topic, partition, progress))
            for partition, progress in sorted(found.items())
        ]

    async def members(self, group: str) -> int:
        """How many members the group has now; 0 for one that does not run."""
        [response] = await (await self.admin()).describe_consumer_groups([group])
        [described] = response.to_object()["groups"]
        return len(described["members"])

    async def _age(self, topic: str, partition: int, progress: Progress) -> float:
        if not progress.lag:
            return 0.0
        place = TopicPartition(topic, partition)
        async with self._one_at_a_time:
            consumer = await self._reader()
            consumer.assign([place])
            consumer.seek(place, progress.committed)
            record = await asyncio.wait_for(consumer.getone(place), READ_SECONDS)
        written = float(record.timestamp) / 1000
        return max(datetime.now(UTC).timestamp() - written, 0.0)

    async def _reader(self) -> Any:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(
                **self._options, enable_auto_commit=False, auto_offset_reset="earliest", max_partition_fetch_bytes=1024
            )
            self._consumer = await _started(consumer)
        return self._consumer


def names(settings: Settings, topic: Topic) -> list[tuple[str, str]]:
    """The (group, topic) pairs of a topic, with the deployment's prefix."""
    return [(f"{settings.topic_prefix}{group}", f"{settings.topic_prefix}{topic.name}") for group in topic.groups]


async def _started(client: Any) -> Any:
    try:
        await client.start()
    except BaseException:  # cancelled too: a half-started client would be left open
        await (client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop())
        raise
    return client
