"""``halobus migrate``: topics and indexes made or altered to what is declared; nothing is ever deleted but an index
that is made anew otherwise."""

import asyncio
from typing import Any

from aiokafka.admin import NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaTimeoutError, TopicAlreadyExistsError, for_code

from halobus import cluster, store
from halobus.cluster import Difference
from halobus.indexes import IndexDifference, index_differences, missing_indexes
from halobus.lag import OffsetReader
from halobus.settings import Settings
from halobus.store import Database

_PAUSE = 0.1
_LOOKS = 100

__all__ = ["migrate", "migrate_indexes", "migrate_topics", "missing_indexes"]


async def migrate(settings: Settings) -> list[str]:
    """Do what is needed and say each thing done; empty where all was as declared. Outages are raised."""
    offsets = OffsetReader(settings)
    database = store.connect(settings)
    try:
        return [*await migrate_topics(await offsets.admin(), settings), *await migrate_indexes(database)]
    finally:
        await offsets.close()
        store.close(database)


async def migrate_topics(admin: Any, settings: Settings) -> list[str]:
    """Create missing topics, raise partitions, alter configurations; return once the brokers show it."""
    found = await cluster.differences(admin, settings)
    done = [line for difference in found for line in await _end_difference(admin, settings, difference)]
    if done:
        await _shown(admin, settings)
    return done


async def _shown(admin: Any, settings: Settings) -> None:
    """A broker answers before all brokers know of a change; KafkaTimeoutError where they don't in ten seconds."""
    for _ in range(_LOOKS):
        if not (left := await cluster.differences(admin, settings)):
            return
        await asyncio.sleep(_PAUSE)
    raise KafkaTimeoutError(f"the brokers don't show yet: {left[0].sentence}")


async def migrate_indexes(database: Database) -> list[str]:
    """Make the missing indexes, one at a time; one that is otherwise is dropped first."""
    return [await _make_index(database, difference) for difference in await index_differences(database)]


async def _end_difference(admin: Any, settings: Settings, difference: Difference) -> list[str]:
    wanted = cluster.wanted_configs(difference.topic, settings)
    if difference.found is None:
        return [await _create(admin, settings, difference, wanted)]
    done = []
    if difference.found.partitions < difference.topic.partitions:
        await admin.create_partitions({difference.name: NewPartitions(difference.topic.partitions)})
        done.append(f"topic {difference.name}: raised to {difference.topic.partitions} partitions")
    changed = {key: value for key, value in wanted.items() if difference.found.configs.get(key) != value}
    if changed:
        # The request replaces all that is configured on a topic, so what others configured goes along.
        await _alter(admin, difference.name, {**difference.found.own, **wanted})
        done.extend(f"topic {difference.name}: set {key} to {value}" for key, value in changed.items())
    return done


async def _create(admin: Any, settings: Settings, difference: Difference, configs: dict[str, str]) -> str:
    topic = NewTopic(difference.name, difference.topic.partitions, settings.replication_factor, topic_configs=configs)
    response = await admin.create_topics([topic])
    for _name, code, message in response.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:  # another migration was faster
            raise for_code(code)(message)
    return f"topic {difference.name}: created with {difference.topic.partitions} partitions"


async def _alter(admin: Any, name: str, configs: dict[str, str]) -> None:
    for response in await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs)]):
        for code, message, *_ in response.resources:
            if code:
                raise for_code(code)(message)


async def _make_index(database: Database, difference: IndexDifference) -> str:
    index = difference.index
    if difference.replaces is not None:
        await database[index.collection].drop_index(difference.replaces)
    await database[index.collection].create_index(list(index.keys), name=index.name, **index.options)
    return f"index {index}: {'made' if difference.replaces is None else 'made anew'}"
