"""The bus: FastStream consumes, an own idempotent producer publishes (``halobus.publisher`` says why)."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from halobus import cluster, semconv, telemetry, topics
from halobus.commands import COMMAND, COMMAND_TYPE, Command
from halobus.dlq_address import addressed
from halobus.envelope import Envelope
from halobus.kafka_security import broker_security, token_provider
from halobus.lag import Lag, OffsetReader, Progress
from halobus.messages import FACT, Fact
from halobus.publisher import Publisher, Raw
from halobus.settings import Settings
from halobus.subscription import Handler, Subscription, decode, parse
from halobus.topics import MEBIBYTE, Topic

__all__ = ["Bus", "Lag", "Progress", "Raw"]

GRACE_SECONDS = 10.0
"""How long a stop waits for the running batch."""
MAX_POLL_INTERVAL_MS = 5 * 60 * 1000
METADATA_MAX_AGE_MS = 5 * 1000
"""A member that finds a topic missing is assigned nothing until it looks again: Kafka's default is five minutes."""
STUCK_SECONDS = 120.0
PING_SECONDS = 2.0


class Bus:
    """Kafka for one service. Names in its arguments are without the deployment's prefix."""

    def __init__(self, settings: Settings, service: str) -> None:
        self.service = service
        self.settings = settings
        self.beat: Callable[[], None] = lambda: None
        self.subscriptions: list[Subscription] = []
        self.groups: list[tuple[Topic, str]] = []
        self._consuming = False
        self._publisher = Publisher(settings, f"halobus-{service}")
        self._offsets = OffsetReader(settings)
        self.broker = KafkaBroker(
            settings.kafka_bootstrap_servers.split(","),
            client_id=f"halobus-{service}",
            consumer_only=True,
            allow_auto_create_topics=False,
            metadata_max_age_ms=METADATA_MAX_AGE_MS,
            apply_types=False,
            graceful_timeout=GRACE_SECONDS,
            security=broker_security(settings),
            sasl_oauth_token_provider=token_provider(settings),
            logger=logging.getLogger("halobus.faststream"),
            log_level=logging.DEBUG,
        )

    def name(self, topic: Topic) -> str:
        """The topic's name in the cluster."""
        return f"{self.settings.topic_prefix}{topic.name}"

    def group(self, group: str) -> str:
        """The group's name in the cluster: prefixed too, or two deployments would share members."""
        return f"{self.settings.topic_prefix}{group}"

    async def start(self) -> None:
        """Begin to consume. KafkaError where no broker answers; it may then be called again."""
        try:
            await self.broker.start()
        except BaseException:  # cancelled too: half-started consumers would be left open
            await self.broker.stop()
            raise
        for subscription, subscriber in zip(self.subscriptions, self.broker.subscribers, strict=True):
            subscription.watch(cast(Any, subscriber).consumer)
        self._consuming = True

    async def stop(self) -> None:
        """Stop consuming, wait for running batches (``GRACE_SECONDS`` at most) and commit them, then close."""
        for subscription in self.subscriptions:
            subscription.stop()
        await self.broker.stop()
        await self._publisher.stop()
        await self._offsets.close()

    async def ping(self) -> None:
        """Ask a broker for the cluster's metadata: KafkaError or TimeoutError where none answers within 2 s."""
        async with asyncio.timeout(PING_SECONDS):
            await self._offsets.ping()

    def is_stuck(self) -> bool:
        """Whether a consumer has neither polled nor begun or ended a batch for 2 minutes."""
        now = time.monotonic()
        return self._consuming and any(now - each.seen > STUCK_SECONDS for each in self.subscriptions)

    async def publish(
        self, topic: Topic, records: Sequence[Envelope], *, partition: int | None = None
    ) -> dict[int, int]:
        """Publish, acknowledged by all in-sync replicas when it returns: partition to the offset after its last record.

        Records go by their key, or all to ``partition``. One span; records without a trace carry it. KafkaError: some
        may have been written, publish all again (MessageSizeTooLargeError: one is too large, and will always be).
        """
        if not records:
            return {}
        with self._sending(topic, len(records)):
            trace = telemetry.carrier()
            raw = [_encode(record, trace) for record in records]
            written = await self._publisher.send(self.name(topic), raw, partition)
        if any(each.offset < 0 for each in written):
            return await self._ends(topic, {each.partition for each in written})
        ends: dict[int, int] = {}
        for each in written:
            ends[each.partition] = max(ends.get(each.partition, 0), each.offset + 1)
        return ends

    async def publish_raw(self, topic: Topic, records: Sequence[Raw], *, partition: int | None = None) -> None:
        """Publish bytes and headers exactly as they are: dead letters and replays. Errors as in ``publish``."""
        if records:
            with self._sending(topic, len(records)):
                await self._publisher.send(self.name(topic), records, partition)

    async def send_command(self, command: Command) -> None:
        """Publish a command: keyed by its dedup key, on its tenant's partition."""
        record = Envelope(
            COMMAND_TYPE, self.service, command.dedup_key, COMMAND.dump_json(command), command.tenant, id=command.id
        )
        where = topics.partition_of(command.tenant, topics.COMMANDS.partitions)
        await self.publish(topics.COMMANDS, [record], partition=where)

    async def send_fact(self, fact: Fact, source: str) -> None:
        """Publish a fact: keyed by its tenant, under its own id, so that announcing it again is no new fact."""
        await self.send_facts([fact], source)

    async def send_facts(self, facts: Sequence[Fact], source: str) -> None:
        """The same with many, in order within each tenant. KafkaError: some may have been written, send all again."""
        by_partition: dict[int, list[Envelope]] = {}
        for fact in facts:
            where = topics.partition_of(fact.tenant, topics.FACTS.partitions)
            body = fact.model_dump_json().encode()
            record = Envelope(FACT, source, fact.tenant, body, fact.tenant, id=fact.id, time=fact.at)
            by_partition.setdefault(where, []).append(record)
        for where, records in by_partition.items():
            await self.publish(topics.FACTS, records, partition=where)

    def subscribe(self, to: Sequence[Topic], group: str, handler: Handler, *, max_records: int = 500) -> None:
        """Have ``handler`` called with batches of raw records once started; call before ``start``.

        Returning commits; raising redelivers, after a pause that grows from 0.4 to 30 s. A batch may mix topics and
        partitions, each in order. A replay for another group is committed unseen.
        """
        own = addressed(group, handler)
        subscription = Subscription(self.service, self.group(group), own, lambda: self.beat())
        self.subscriptions.append(subscription)
        self.groups.extend((topic, group) for topic in to)
        self.broker.subscriber(
            *(self.name(topic) for topic in to),
            group_id=self.group(group),
            batch=True,
            max_records=max_records,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            auto_offset_reset="earliest",
            session_timeout_ms=self.settings.kafka_session_timeout_ms,
            heartbeat_interval_ms=max(self.settings.kafka_session_timeout_ms // 4, 300),
            max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
            max_partition_fetch_bytes=5 * MEBIBYTE,
            parser=parse,
            decoder=decode,
            no_reply=True,
        )(subscription.__call__)

    async def progress(self, group: str, topic: Topic) -> dict[int, Progress]:
        """How far the group has read, by partition. KafkaError where no broker answers or the topic is missing."""
        return await self._offsets.progress(self.group(group), self.name(topic))

    async def lags(self) -> list[Lag]:
        """The lag of every group of the deployment, by topic and partition, also of those that don't run."""
        declared = [(topic, group) for topic in topics.SOURCES for group in topic.groups]
        pairs = dict.fromkeys([*declared, *self.groups])
        found = [await self._offsets.lags(self.group(group), self.name(topic)) for topic, group in pairs]
        return [lag for each in found for lag in each]

    async def members(self) -> dict[str, int]:
        """How many members each group of the deployment has now, by its full name."""
        groups = {group for topic in topics.SOURCES for group in topic.groups} | {group for _, group in self.groups}
        return {name: await self._offsets.members(name) for name in sorted(map(self.group, groups))}

    async def dead_letters(self) -> dict[str, int]:
        """How many records each dead-letter topic has ever been given, by its full name."""
        names = [self.name(topic.dead_letters) for topic in topics.SOURCES]
        return {name: sum(each.end for each in (await self._offsets.progress(None, name)).values()) for name in names}

    async def check_topics(self) -> list[str]:
        """What differs between the declared topics and the cluster's, as sentences; empty where all is well."""
        found = await cluster.differences(await self._offsets.admin(), self.settings)
        return [difference.sentence for difference in found]

    async def _ends(self, topic: Topic, partitions: set[int]) -> dict[int, int]:
        """The partitions' ends: a resent batch that the broker had already is acknowledged without an offset."""
        found = await self._offsets.progress(None, self.name(topic))
        return {partition: found[partition].end for partition in partitions}

    def _sending(self, topic: Topic, count: int) -> Any:
        name = self.name(topic)
        attributes: dict[str, str | int] = {
            semconv.SYSTEM: semconv.KAFKA,
            semconv.DESTINATION: name,
            semconv.OPERATION_TYPE: semconv.SEND,
            semconv.OPERATION_NAME: "publish",
            semconv.BATCH_COUNT: count,
        }
        return telemetry.span(f"publish {name}", telemetry.SpanKind.PRODUCER, attributes)


def _encode(record: Envelope, trace: dict[str, str]) -> Raw:
    headers = record.headers() if record.trace else {**record.headers(), **trace}
    return Raw(record.key.encode(), record.value, [(name, text.encode()) for name, text in headers.items()])
