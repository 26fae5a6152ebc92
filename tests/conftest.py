"""One Kafka and one MongoDB for the whole run; a place of its own in them for each test."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import AsyncMongoClient

from embedded.choose import Chosen, choose


@dataclass(frozen=True)
class Place:
    """Where one test's services live: their topics are `{topic_prefix}halo.tickets` and so on."""

    bootstrap_servers: str
    mongodb_uri: str
    topic_prefix: str
    database: str


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chosen]:
    """The Kafka and MongoDB that `embedded.choose` picks; an embedded one does not outlive the run."""
    chosen = choose(tmp_path_factory.mktemp("stack"))
    yield chosen
    chosen.close()


@pytest.fixture
async def place(stack: Chosen) -> AsyncIterator[Place]:
    """A place for one test."""
    async with placed(stack) as made:
        yield made


@asynccontextmanager
async def placed(stack: Chosen) -> AsyncIterator[Place]:
    """An own topic prefix and database, both emptied afterwards."""
    name = f"t{secrets.token_hex(4)}"
    yield Place(stack.bootstrap_servers, stack.mongodb_uri, f"{name}.", name)
    await delete_topics(stack.bootstrap_servers, f"{name}.")
    async with AsyncMongoClient[dict[str, object]](stack.mongodb_uri) as client:
        await client.drop_database(name)


async def delete_topics(bootstrap_servers: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        topics = [topic for topic in await admin.list_topics() if topic.startswith(prefix)]
        if topics:
            await admin.delete_topics(topics)
    finally:
        await admin.close()
