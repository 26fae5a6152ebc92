"""What runs of the demo leave in Kafka and MongoDB: topics and a database each."""

from collections.abc import Callable

from demo.place import PREFIX, Place
from halobus.lag import OffsetReader
from halobus.settings import Settings
from halobus.store import Database, close, connect


async def remove_earlier(settings: Settings, database: Database, place: Place) -> None:
    """Of earlier runs, in a Kafka and a MongoDB that are the demo's own."""
    databases = [name for name in await database.client.list_database_names() if name.startswith(PREFIX)]
    for name in set(databases) - {place.database}:
        await database.client.drop_database(name)
    await _delete_topics(settings, lambda topic: topic.startswith(PREFIX) and not topic.startswith(place.topic_prefix))


async def remove_own(settings: Settings, place: Place) -> None:
    """Of this run, in a Kafka and a MongoDB that belong to somebody else."""
    database = connect(settings)
    try:
        await database.client.drop_database(place.database)
    finally:
        close(database)
    await _delete_topics(settings, lambda topic: topic.startswith(place.topic_prefix))


async def _delete_topics(settings: Settings, unwanted: Callable[[str], bool]) -> None:
    offsets = OffsetReader(settings)
    try:
        admin = await offsets.admin()
        topics = [topic for topic in await admin.list_topics() if unwanted(topic)]
        if topics:
            await admin.delete_topics(topics)
    finally:
        await offsets.close()
