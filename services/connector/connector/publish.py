"""Publishing what a response brought: clean messages, keyed by the record's id, under the response's version."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from halobus.bus import Bus
from halobus.envelope import Envelope
from halobus.keys import RecordKey
from halobus.messages import GONE, UNREADABLE, Gone, Message, Unreadable
from halobus.runs import Read, Run
from halobus.streams import STREAMS
from halobus.topics import RECORD_LIMIT

_ROW_KEPT = 3 * 1024 * 1024


@dataclass(frozen=True)
class Item:
    """One record: its id, its ``ce_type`` and its message."""

    id: str
    type: str
    message: Message


def gone(message: Gone) -> Item:
    """The record that tells its owner that Halo shows something no longer."""
    return Item(message.id, GONE, message)


def unreadable(id: str, reason: str, row: str) -> Item:
    """A row for its owner's dead letters; of a huge one the beginning is kept."""
    return Item(id, UNREADABLE, Unreadable(id=id, reason=reason, row=row[:_ROW_KEPT]))


class Publisher:
    """Publishes for one connection and notes in the read where its records ended up.

    ``assure`` raises where the lease is lost: a holder that wakes must not publish what it read before it froze, which
    could bring back a record that its successor has found deleted and never stored.
    """

    def __init__(self, bus: Bus, tenant: str, connection: str, assure: Callable[[], Awaitable[None]]) -> None:
        self.bus = bus
        self.assure = assure
        self.tenant = tenant
        self.connection = connection

    async def publish(self, run: Run, read: Read, version: str, items: Sequence[Item]) -> None:
        """Publish and wait for the broker; then note versions and offsets in the read (not yet written)."""
        read.first_version = read.first_version or version
        read.last_version = version
        if not items:
            return
        topic = STREAMS[read.stream].topic
        await self.assure()
        offsets = await self.bus.publish(topic, [self._envelope(run, version, item) for item in items])
        for partition, offset in offsets.items():
            read.checkpoint.offsets[str(partition)] = offset

    def _envelope(self, run: Run, version: str, item: Item) -> Envelope:
        value = item.message.model_dump_json(exclude_none=True).encode()
        if len(value) > RECORD_LIMIT and item.type != UNREADABLE:
            too_large = unreadable(item.id, f"the row is {len(value)} bytes, more than {RECORD_LIMIT}", value.decode())
            return self._envelope(run, version, too_large)
        key = str(RecordKey(self.tenant, self.connection, item.id))
        return Envelope(item.type, "connector", key, value, self.tenant, version, run.id)
