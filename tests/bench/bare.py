"""``python -m bench.bare``: what is left of a consumer when everything is left out that can be.

aiokafka, pydantic, one guarded bulk write a batch, commit: no dead letters, no scope, no hash, no traces, no metrics.
It loops until SIGTERM and takes the settings of every service.
"""

import asyncio
import signal
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from halobus import store
from halobus.messages import Ticket
from halobus.settings import Settings, load
from halobus.store import UpdateOne
from halobus.topics import TICKETS

GROUP = "bare"
BATCH = 500


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = load(Settings)
    collection = store.connect(settings)["tickets"]
    consumer = AIOKafkaConsumer(
        f"{settings.topic_prefix}{TICKETS.name}",
        bootstrap_servers=settings.kafka_bootstrap_servers,
        group_id=f"{settings.topic_prefix}{GROUP}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=settings.kafka_session_timeout_ms,
        max_partition_fetch_bytes=5 * 1024 * 1024,
    )
    await consumer.start()
    try:
        while not stop.is_set():
            found = await consumer.getmany(timeout_ms=200, max_records=BATCH)
            operations = [_operation(record) for records in found.values() for record in records]
            if operations:
                await collection.bulk_write(operations, ordered=False)
                await consumer.commit()
    finally:
        await consumer.stop()


def _operation(record: ConsumerRecord) -> UpdateOne:
    version = dict(record.headers)["ce_recordversion"].decode()
    key = record.key.decode()
    content = Ticket.model_validate_json(record.value).model_dump()
    document: dict[str, Any] = {"_id": key, "version": version, "content": content}
    newer = {"$lt": ["$version", version]}
    return UpdateOne(
        {"_id": key}, [{"$replaceWith": {"$cond": [newer, {"$literal": document}, "$$ROOT"]}}], upsert=True
    )


if __name__ == "__main__":
    asyncio.run(main())
