"""What a topic holds now, read once from a given place to its end, as no member of any group."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from halobus.kafka_security import client_options
from halobus.lag import OffsetReader, Progress
from halobus.settings import Settings
from halobus.topics import MEBIBYTE, Topic

POLL_MS = 500
PATIENCE = 30.0
"""Seconds without a record until Kafka counts as away."""


async def records(
    settings: Settings, topic: Topic, group: str | None, first: Callable[[Progress], int]
) -> AsyncIterator[ConsumerRecord]:
    """The records from ``first`` of each partition to its end. ``group``: whose progress ``first`` is asked about, the
    name without prefix; None for one that never began. UnknownTopicOrPartitionError where the topic is missing,
    KafkaTimeoutError where none comes.
    """
    name = f"{settings.topic_prefix}{topic.name}"
    offsets = OffsetReader(settings)
    consumer = AIOKafkaConsumer(
        **client_options(settings), enable_auto_commit=False, max_partition_fetch_bytes=topic.max_bytes + MEBIBYTE
    )
    try:
        held = await offsets.progress(f"{settings.topic_prefix}{group}" if group else None, name)
        left = {TopicPartition(name, number): each.end for number, each in held.items() if first(each) < each.end}
        await consumer.start()
        consumer.assign(list(left))
        for place in left:
            consumer.seek(place, first(held[place.partition]))
        while left:
            async with asyncio.timeout(PATIENCE):
                found = await consumer.getmany(timeout_ms=POLL_MS)
            for place, batch in found.items():
                for record in batch:
                    if place in left and record.offset < left[place]:
                        yield record
            left = {place: end for place, end in left.items() if await consumer.position(place) < end}
    except TimeoutError:
        raise KafkaTimeoutError(f"no record of {name} within {PATIENCE:g} s") from None
    finally:
        await offsets.close()
        await consumer.stop()
