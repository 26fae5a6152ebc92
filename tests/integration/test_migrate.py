"""``halobus migrate`` on a real Kafka and MongoDB: once is enough, and differences are named and ended."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka.admin import NewTopic

from halobus import cluster, store, topics
from halobus.lag import OffsetReader
from halobus.migrate import migrate, migrate_indexes, migrate_topics, missing_indexes
from halobus.settings import Settings
from support.consumers import Where, settings_of
from support.waiting import until


@pytest.fixture
def settings(place: Where) -> Settings:
    """Of an empty place."""
    return settings_of(place)


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[Any]:
    """A connected admin client."""
    reader = OffsetReader(settings)
    yield await reader.admin()
    await reader.close()


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[store.Database]:
    """The place's."""
    found = store.connect(settings)
    yield found
    store.close(found)


async def test_everything_is_made_and_a_second_time_nothing(settings: Settings, admin: Any) -> None:
    done = await migrate(settings)
    assert len([line for line in done if line.startswith("topic")]) == len(topics.ALL)
    assert await migrate(settings) == []
    assert await cluster.differences(admin, settings) == []


async def test_partitions_are_raised_and_configurations_altered_without_losing_others(
    settings: Settings, admin: Any
) -> None:
    name = f"{settings.topic_prefix}{topics.TICKETS.name}"
    theirs = {"retention.ms": "1000", "segment.ms": "123456"}
    await admin.create_topics([NewTopic(name, 1, 1, topic_configs=theirs)])

    async def said() -> str:
        found = {each.name: each.sentence for each in await cluster.differences(admin, settings)}
        return found[name] if "partitions" in found[name] else ""  # a broker may not know of a new topic at once

    sentence = await until(said)
    assert "retention.ms is 1000 instead of 604800000" in sentence
    assert "1 partitions instead of 6" in sentence

    done = await migrate_topics(admin, settings)
    assert f"topic {name}: raised to 6 partitions" in done
    assert f"topic {name}: set retention.ms to 604800000" in done
    assert await cluster.differences(admin, settings) == []
    [described] = await cluster.describe(admin, [name])
    assert described.own["segment.ms"] == "123456"


async def test_a_missing_index_is_named_and_made(database: store.Database) -> None:
    await migrate_indexes(database)
    await database["tickets"].drop_index("expires_1")
    assert await missing_indexes(database) == ["index tickets expires_1 is missing"]
    assert await migrate_indexes(database) == ["index tickets expires_1: made"]
    assert await missing_indexes(database) == []


async def test_an_index_that_is_otherwise_is_made_anew(database: store.Database) -> None:
    await migrate_indexes(database)
    await database["audit"].drop_index("at_1")
    await database["audit"].create_index([("at", 1)], name="other", expireAfterSeconds=5)
    [sentence] = await missing_indexes(database)
    assert sentence.startswith("index audit at_1 is otherwise")
    assert await migrate_indexes(database) == ["index audit at_1: made anew"]
    assert await missing_indexes(database) == []
