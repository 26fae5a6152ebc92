"""A service for tests of what all services do alike: stores keys of records, each batch in SAMPLE_SECONDS."""

import asyncio
import os
from collections.abc import Sequence

from aiokafka import ConsumerRecord

from halobus import topics
from halobus.service import Service
from halobus.settings import Settings, load


def main() -> None:
    """Run it until SIGTERM."""
    service = Service("sync-ticket", load(Settings))
    seconds = float(os.environ.get("SAMPLE_SECONDS", "0"))

    async def store(records: Sequence[ConsumerRecord]) -> None:
        await service.database["sample"].insert_one({"_id": f"begun {records[0].key.decode()}"})
        await asyncio.sleep(seconds)
        await service.database["sample"].insert_many([{"_id": record.key.decode()} for record in records])

    async def fail() -> None:
        raise LookupError("client_secret=hunter2 is a defect's message")

    service.bus.subscribe([topics.TICKETS], "sync-ticket", store)
    service.loop("defective", fail, every=1)
    service.run()


if __name__ == "__main__":
    main()
