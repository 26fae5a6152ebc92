"""A consumer on the real Kafka and MongoDB of a test's place, in the test's own process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from halobus import store
from halobus.bus import Bus
from halobus.consumer import Consumer
from halobus.mapping import Mapping
from halobus.messages import UPSERT_TICKET
from halobus.migrate import migrate
from halobus.service import Service
from halobus.settings import Settings
from halobus.store import Database, Document
from halobus.streams import STREAMS, StreamName
from halobus.topics import TICKETS, Topic
from support.waiting import until
from sync_ticket.scopes import judge_by_scope

TENANTS = ("acme", "globex", "other", "new")
TICKET_STREAM = STREAMS[StreamName.TICKETS]
TICKET_MAPPING = Mapping(UPSERT_TICKET, places=("team_id", "status_id"), judge=judge_by_scope)


class Where(Protocol):
    """A place of the stack (``conftest.Place``)."""

    @property
    def bootstrap_servers(self) -> str: ...
    @property
    def mongodb_uri(self) -> str: ...
    @property
    def topic_prefix(self) -> str: ...
    @property
    def database(self) -> str: ...


def settings_of(place: Where, **more: Any) -> Settings:
    """A service's settings for the place."""
    values = {
        "kafka_bootstrap_servers": place.bootstrap_servers,
        "mongodb_uri": place.mongodb_uri,
        "topic_prefix": place.topic_prefix,
        "database": place.database,
        "http_port": 0,
        **more,
    }
    return Settings(**values)


class Bench:
    """What a test has in its hands: the database, and a bus to publish with and look at."""

    def __init__(self, place: Where) -> None:
        self.place = place
        self.settings = settings_of(place)
        self.database: Database = store.connect(self.settings)
        self.bus = Bus(self.settings, "test")

    async def choose_teams(self, teams: list[int] | str, excluded: Sequence[int] = (), tenant: str = "acme") -> None:
        """The scope, as wizard-api stores it."""
        value = {"teams": teams, "excluded_statuses": list(excluded)}
        document = {"tenant": tenant, "connection": "c1", "kind": "sync", "value": value, "revision": 1}
        await self.database["settings"].replace_one({"_id": f"{tenant}:c1:sync"}, document, upsert=True)

    async def mirror(self, id: int | str, collection: str = "tickets", tenant: str = "acme") -> Document | None:
        return await store.find_one(self.database, collection, f"{tenant}:c1:{id}")

    async def caught_up(self, topic: Topic = TICKETS, group: str = "sync-ticket") -> bool:
        """Whether all that the topic holds is committed."""
        return all(each.lag == 0 for each in (await self.bus.progress(group, topic)).values())

    async def until_caught_up(self, topic: Topic = TICKETS, group: str = "sync-ticket", seconds: float = 30) -> None:
        await until(lambda: self.caught_up(topic, group), seconds)

    async def committed(self, topic: Topic = TICKETS, group: str = "sync-ticket") -> int:
        """Records that the group has committed."""
        progress = await self.bus.progress(group, topic)
        return sum(each.committed or 0 for each in progress.values())

    async def read_all(self, topic: Topic) -> list[ConsumerRecord]:
        """Everything that a topic holds."""
        ends = {partition: each.end for partition, each in (await self.bus.progress("nobody", topic)).items()}
        reader = AIOKafkaConsumer(
            self.bus.name(topic), bootstrap_servers=self.place.bootstrap_servers, auto_offset_reset="earliest"
        )
        await reader.start()
        try:
            found: list[ConsumerRecord] = []
            while len(found) < sum(ends.values()):
                for records in (await reader.getmany(timeout_ms=200)).values():
                    found.extend(records)
            return found
        finally:
            await reader.stop()


@asynccontextmanager
async def bench(place: Where) -> AsyncIterator[Bench]:
    """The place, migrated. Where nobody is connected yet, these tenants are: nothing of others is stored."""
    made = Bench(place)
    await migrate(made.settings)
    if await made.database["tenants"].find_one({}) is None:
        known = [{"_id": tenant, "tenant": tenant, "connection": "c1"} for tenant in TENANTS]
        await made.database["tenants"].insert_many(known)
    try:
        yield made
    finally:
        await made.bus.stop()
        store.close(made.database)


@asynccontextmanager
async def ticket_consumer(place: Where, **settings: Any) -> AsyncIterator[Service]:
    """sync-ticket's consumer, consuming; leave the block and it has stopped as at SIGTERM."""
    service = Service("sync-ticket", settings_of(place, **settings))
    service.health.set("start", None)
    Consumer(service, TICKET_STREAM, TICKET_MAPPING).attach()
    await service.bus.start()
    try:
        yield service
    finally:
        await service.bus.stop()
        await asyncio.to_thread(store.close, service.database)  # it says goodbye to the server, maybe by way of a proxy
