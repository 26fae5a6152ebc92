"""The bus on a real Kafka: what is acknowledged, redelivered, left untouched, and how far a group has read."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaConnectionError, KafkaError, MessageSizeTooLargeError
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from halobus import semconv, telemetry, topics
from halobus.bus import Bus, Raw
from halobus.commands import CancelSync
from halobus.envelope import Envelope, read_headers
from halobus.lag import OffsetReader
from halobus.messages import Fact
from halobus.migrate import migrate_topics
from halobus.settings import Settings
from support.consumers import Where, settings_of
from support.waiting import until


@pytest.fixture
async def settings(place: Where) -> Settings:
    """Of a place with its topics."""
    found = settings_of(place)
    reader = OffsetReader(found)
    await migrate_topics(await reader.admin(), found)
    await reader.close()
    return found


@pytest.fixture
async def bus(settings: Settings) -> AsyncIterator[Bus]:
    """Not started yet: a test subscribes first."""
    made = Bus(settings, "sync-ticket")
    yield made
    await made.stop()


NOW = datetime(2026, 1, 1, tzinfo=UTC)
COMMAND = CancelSync(id="c1", tenant="acme", dedup_key="acme:sync.cancel:1", actor="ann", requested_at=NOW, run="r1")
FACT = Fact(id="f1", type="run.applied", tenant="acme", at=NOW)


def record(n: int) -> Envelope:
    return Envelope("halobus.test.v1", "test", f"acme:c:{n}", str(n).encode(), "acme")


async def test_what_is_published_is_delivered_once_and_its_offsets_are_told(bus: Bus) -> None:
    got: list[ConsumerRecord] = []

    async def take(records: Sequence[ConsumerRecord]) -> None:
        got.extend(records)

    bus.subscribe([topics.TICKETS], "g", take)
    await bus.start()
    ends = await bus.publish(topics.TICKETS, [record(n) for n in range(200)])

    await until(lambda: _is(len(got) == 200))
    assert sorted(each.key for each in got) == sorted(f"acme:c:{n}".encode() for n in range(200))
    assert ends == {
        partition: max(each.offset for each in got if each.partition == partition) + 1
        for partition in {each.partition for each in got}
    }
    await until(lambda: _committed(bus, ends))


async def test_an_exception_has_the_batch_delivered_again_and_its_text_stays_out_of_other_logs(
    bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    attempts: list[list[bytes]] = []

    async def take(records: Sequence[ConsumerRecord]) -> None:
        attempts.append([each.value for each in records])
        if len(attempts) == 1:
            raise ValueError("content of a document")

    bus.subscribe([topics.TICKETS], "g", take)
    await bus.start()
    ends = await bus.publish(topics.TICKETS, [record(1)])

    await until(lambda: _is(len(attempts) == 2))
    assert attempts == [[b"1"], [b"1"]]
    await until(lambda: _committed(bus, ends))
    foreign = [each for each in caplog.records if not each.name.startswith("halobus.subscription")]
    assert not [each for each in foreign if "content of a document" in each.getMessage()]


async def test_raw_records_keep_every_byte_and_none_stops_the_line(bus: Bus) -> None:
    got: list[ConsumerRecord] = []

    async def take(records: Sequence[ConsumerRecord]) -> None:
        got.extend(records)

    odd = [
        Raw(b"k1", b"\x00\xff", [("broken", b"\xff\xfe"), ("twice", b"1"), ("twice", b"2")]),
        Raw(b"k2", None, [("reply_to", b"halo.tickets"), ("content-type", b"application/json")]),
        Raw(None, b"no key", []),
    ]
    bus.subscribe([topics.TICKETS], "g", take)
    await bus.start()
    await bus.publish_raw(topics.TICKETS, [*odd, Raw(None, None, [])], partition=3)

    await until(lambda: _is(len(got) == 4))
    assert [Raw(each.key, each.value, list(each.headers)) for each in got] == [*odd, Raw(None, b"", [])]


async def test_commands_and_facts_go_to_their_tenants_partition(bus: Bus) -> None:
    got: list[ConsumerRecord] = []

    async def take(records: Sequence[ConsumerRecord]) -> None:
        got.extend(records)

    bus.subscribe([topics.COMMANDS, topics.FACTS], "g", take)
    await bus.start()
    await bus.send_command(COMMAND)
    await bus.send_fact(FACT, "wizard-api")

    await until(lambda: _is(len(got) == 2))
    by_topic = {each.topic: each for each in got}
    command, fact = by_topic[bus.name(topics.COMMANDS)], by_topic[bus.name(topics.FACTS)]
    assert (command.key, command.partition) == (b"acme:sync.cancel:1", topics.partition_of("acme", 6))
    assert (fact.key, fact.partition) == (b"acme", topics.partition_of("acme", 3))
    assert read_headers(fact.headers)["ce_id"] == FACT.id


async def test_one_span_a_call_whose_trace_its_records_carry(bus: Bus, settings: Settings) -> None:
    got: list[ConsumerRecord] = []

    async def take(records: Sequence[ConsumerRecord]) -> None:
        got.extend(records)

    spans = InMemorySpanExporter()
    telemetry.configure("test", settings).add_span_processor(SimpleSpanProcessor(spans))
    other = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    bus.subscribe([topics.TICKETS], "g", take)
    await bus.start()
    await bus.publish(topics.TICKETS, [record(1), replace(record(2), trace={"traceparent": other})], partition=0)
    await until(lambda: _is(len(got) == 2))

    [span] = spans.get_finished_spans()
    name = bus.name(topics.TICKETS)
    assert (span.name, span.kind) == (f"publish {name}", SpanKind.PRODUCER)
    assert span.attributes is not None
    assert span.attributes[semconv.BATCH_COUNT] == 2
    assert span.attributes[semconv.DESTINATION] == name
    assert span.context is not None
    carried = [read_headers(each.headers)["traceparent"] for each in got]
    assert carried[0].split("-")[1:3] == [f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"]
    assert carried[1] == other


async def test_a_record_that_is_too_large_is_the_records_fault_and_the_next_one_goes(bus: Bus) -> None:
    with pytest.raises(MessageSizeTooLargeError):
        await bus.publish(topics.TICKETS, [Envelope("t", "test", "k", b"x" * 6 * topics.MEBIBYTE, "acme")])
    limit = 4 * topics.MEBIBYTE - 4096
    assert await bus.publish(topics.TICKETS, [Envelope("t", "test", "k", b"x" * limit, "acme")])


async def test_progress_of_a_group_that_never_read_is_the_whole_topic(bus: Bus) -> None:
    await bus.publish(topics.TICKETS, [record(1), record(2)], partition=2)
    progress = await bus.progress("never", topics.TICKETS)
    assert (progress[2].lag, progress[2].started, sum(each.lag for each in progress.values())) == (2, False, 2)
    assert len(progress) == topics.TICKETS.partitions


async def test_lag_tells_the_age_of_the_oldest_waiting_record(bus: Bus, settings: Settings) -> None:
    await bus.publish(topics.TICKETS, [record(1)], partition=2)
    reader = OffsetReader(settings)
    lags = {each.partition: each for each in await reader.lags("never", bus.name(topics.TICKETS))}
    await reader.close()
    assert 0 < lags[2].seconds < 60
    assert lags[0].seconds == 0.0


async def test_without_a_broker_publishing_fails_soon_and_nothing_is_left_open(settings: Settings) -> None:
    away = Bus(settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:1"}), "sync-ticket")
    with pytest.raises(KafkaConnectionError):
        await away.publish(topics.TICKETS, [record(1)])
    with pytest.raises((KafkaError, TimeoutError)):
        await away.ping()
    await away.stop()


async def _is(condition: bool) -> bool:
    return condition


async def _committed(bus: Bus, ends: dict[int, int]) -> bool:
    progress = await bus.progress("g", topics.TICKETS)
    return all(progress[partition].committed == end for partition, end in ends.items())
