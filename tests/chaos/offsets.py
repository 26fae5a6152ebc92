"""What Kafka and the consumers' groups hold: what was published, committed, and written without being committed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from halobus import topics
from halobus.bus import Bus
from halobus.envelope import read_headers
from halobus.store import Database
from halobus.streams import STREAMS, Stream
from halobus.topics import Topic
from support.system import System

OWNED: dict[str, Stream] = {stream.owner: stream for stream in STREAMS.values()}
"""The stream of each consumer service."""


class Offsets:
    """Looks at a place's topics from outside of every group."""

    def __init__(self, it: System, bus: Bus) -> None:
        self.it = it
        self.bus = bus

    async def committed(self, group: str, topic: Topic) -> dict[int, int]:
        """The group's offsets by partition."""
        return {partition: each.committed for partition, each in (await self.bus.progress(group, topic)).items()}

    async def ends(self, topic: Topic) -> dict[int, int]:
        """The topic's ends by partition."""
        return {partition: each.end for partition, each in (await self.bus.progress("nobody", topic)).items()}

    async def published(self, topic: Topic) -> int:
        """Records that were ever written to the topic."""
        return sum((await self.ends(topic)).values())

    async def reached(self, group: str, topic: Topic, ends: dict[int, int]) -> bool:
        """Whether the group has committed up to these ends."""
        committed = await self.committed(group, topic)
        return all(committed[partition] >= end for partition, end in ends.items())

    async def uncommitted(self, service: str) -> int:
        """Records that a service which is down has dealt with and not committed: they will be delivered again."""
        if service == "connector":
            records = await self._tail("connector", topics.COMMANDS)
            ids = [read_headers(record.headers)["ce_id"] for record in records]
            return int(await self.it.database.runs.count_documents({"_id": {"$in": ids}}))
        if service not in OWNED:
            return 0
        stream = OWNED[service]
        return await _written(self.it.database, stream, await self._tail(stream.owner, stream.topic))

    async def _tail(self, group: str, topic: Topic) -> list[ConsumerRecord]:
        """Everything behind what the group has committed."""
        found: list[ConsumerRecord] = []
        waiting = {
            TopicPartition(self.bus.name(topic), partition): each
            for partition, each in (await self.bus.progress(group, topic)).items()
            if each.lag
        }
        if not waiting:
            return found
        reader = AIOKafkaConsumer(bootstrap_servers=self.it.where.bootstrap_servers, enable_auto_commit=False)
        await reader.start()
        try:
            reader.assign(list(waiting))
            for place, progress in waiting.items():
                reader.seek(place, progress.committed)
            while len(found) < sum(progress.lag for progress in waiting.values()):
                for records in (await reader.getmany(timeout_ms=200)).values():
                    found += records
        finally:
            await reader.stop()
        return found


async def _written(database: Database, stream: Stream, records: list[ConsumerRecord]) -> int:
    """Those whose mirror is already as new as they are: within a partition, only they themselves can have done it."""
    versions = {record.key.decode(): read_headers(record.headers)["ce_recordversion"] for record in reversed(records)}
    held = database[stream.collection].find({"_id": {"$in": list(versions)}}, {"version": 1})
    return sum([1 async for document in held if document["version"] >= versions[document["_id"]]])


@asynccontextmanager
async def offsets_of(it: System) -> AsyncIterator[Offsets]:
    """For the block."""
    bus = Bus(it.settings, "chaos")
    try:
        yield Offsets(it, bus)
    finally:
        await bus.stop()
