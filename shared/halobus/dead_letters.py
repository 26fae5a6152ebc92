"""Dead letters: a record that can't be stored goes, byte for byte, to its topic's ``.dlq`` with what is known of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiokafka import ConsumerRecord

from halobus.arrival import ERROR_LIMIT, Reason, Reject
from halobus.bus import Bus, Raw
from halobus.envelope import Headers, read_headers
from halobus.topics import Topic

PREFIX = "dlq-"
REPLAYS = "dlq-replays"


async def bury(bus: Bus, topic: Topic, group: str, rejects: Sequence[Reject]) -> None:
    """Publish rejects of ``topic`` to its ``.dlq``; all are acknowledged when it returns. Raises Kafka's errors."""
    if rejects:
        letters = [letter(each.origin.record, group, each.reason, each.error) for each in rejects]
        await bus.publish_raw(topic.dead_letters, letters)


def letter(record: ConsumerRecord, group: str, reason: Reason, error: str) -> Raw:
    """The record as it was; the headers of an earlier burial give way to those of this one, but for the replays."""
    kept: Headers = [(name, value) for name, value in record.headers if not name.startswith(PREFIX)]
    return Raw(record.key, record.value, [*kept, *_account(record, group, reason, error)])


def _account(record: ConsumerRecord, group: str, reason: Reason, error: str) -> Headers:
    said = {
        "dlq-topic": record.topic,
        "dlq-partition": str(record.partition),
        "dlq-offset": str(record.offset),
        "dlq-group": group,
        "dlq-reason": f"{reason}: {error}",
        "dlq-at": datetime.now(UTC).isoformat(),
        REPLAYS: read_headers(record.headers).get(REPLAYS, "0"),
    }
    return [(name, value.encode()[:ERROR_LIMIT]) for name, value in said.items()]
