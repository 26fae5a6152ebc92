"""A consumer of one stream: a batch of raw records becomes mirrors, or dead letters, and then is committed.

Everything may be done again: the commit, which is the handler's return, comes after the last acknowledged write.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from aiokafka import ConsumerRecord

from halobus import log, metrics
from halobus.apply import apply
from halobus.arrival import Arrival, Reason, Reject, reject
from halobus.dead_letters import bury
from halobus.decode import decode
from halobus.dlq_address import is_replay
from halobus.erasures import Erased, people, without
from halobus.group import Group
from halobus.mapping import ConnectionKey, Mapping, to_write
from halobus.mirror import Write
from halobus.patience import Patience
from halobus.presence import Presence, presences
from halobus.process_spans import page_spans, write_span
from halobus.rejects import remember
from halobus.service import Service
from halobus.streak import Streak, Verdict, follow
from halobus.streams import Stream
from halobus.subscription import Handler
from halobus.telemetry import Link

GROUP_CHECK_SECONDS = 5.0
Decoded = Arrival | Reject | Erased
Result = Write | Reject
_log = log.get(__name__)


class GroupStoppedError(Exception):
    """The group is stopped for a bad deploy: its records wait, neither committed nor dead-lettered."""


class Consumer:
    """Stores one stream for its owner. ``attach`` it to its service before that runs."""

    def __init__(self, service: Service, stream: Stream, mapping: Mapping) -> None:
        self._service = service
        self._stream = stream
        self._mapping = mapping
        self._group = Group(service.database, service.name, service.settings.build)

    def attach(self, *others: "Consumer") -> None:
        """Subscribe to the stream's topic, and keep saying whether the group is stopped.

        ``others``: the owner's further streams, by the same subscription, so that a process is one member of the group.
        """
        consumers = (self, *others)
        handle = _each_its_own(consumers) if others else self.handle
        self._service.bus.subscribe([each._stream.topic for each in consumers], self._stream.owner, handle)
        self._service.loop("group", self._show_group, every=GROUP_CHECK_SECONDS)

    async def handle(self, records: Sequence[ConsumerRecord]) -> None:
        """Store a batch. Returns when all of it is stored or dead-lettered; raises to have it delivered again."""
        patience = Patience(self._service.health, "storing")
        if stopped := await patience.through(self._look_at_group):
            raise GroupStoppedError(stopped)
        decoded = await patience.through(
            partial(self._still_held, [decode(record, self._mapping) for record in records])
        )
        with page_spans(self._stream.topic, self._stream.owner, [each.origin for each in decoded]) as pages:
            results, stale = await self._store(decoded, pages, patience)
            rejects = [result for result in results if isinstance(result, Reject)]
            streak = await self._follow(decoded, results, patience)
            topic, owner = self._stream.topic, self._stream.owner
            await patience.through(partial(bury, self._service.bus, topic, owner, rejects))
            await patience.through(partial(remember, self._service.database, self._stream, rejects))
            await patience.through(partial(self._group.keep, streak))
        self._count(results, stale)

    async def _show_group(self) -> None:
        await self._look_at_group()

    async def _look_at_group(self) -> str | None:
        """Why the group is stopped, or None; it shows in the service's readiness."""
        stopped = await self._group.stopped()
        self._service.health.set("group", f"stopped: {stopped}" if stopped else None)
        metrics.set(metrics.GROUP_STOPPED, stopped is not None, group=self._service.bus.group(self._stream.owner))
        return stopped

    async def _still_held(self, decoded: Sequence[Arrival | Reject]) -> list[Decoded]:
        """Without what was deleted, or is of a connection that the tenant has left: it belongs to no run any more; and
        without what is known of erased persons.
        """
        tenants = {each.origin.tenant for each in decoded if each.origin.tenant is not None}
        known = await presences(self._service.database, tenants)
        kept = [each for each in decoded if _is_held(each, known.get(each.origin.tenant or ""), self._stream)]
        if dropped := len(decoded) - len(kept):
            _log.info("erased_records_dropped", stream=self._stream.name, records=dropped)
            labels = {"service": self._service.name, "stream": self._stream.name}
            metrics.add(metrics.RECORDS, dropped, **labels, outcome="erased")
        erased = await people(self._service.database, tenants)
        return [without(each, erased, self._stream.name) for each in kept]

    async def _store(
        self, decoded: Sequence[Decoded], pages: Sequence[Link], patience: Patience
    ) -> tuple[list[Result], int]:
        """Write what can be stored: a result for each record, in their order, and how many were stale."""
        database, collection = self._service.database, self._stream.collection
        stored = [each for each in decoded if not isinstance(each, Reject)]
        connections = {ConnectionKey(each.key.tenant, each.key.connection) for each in stored}
        judge = await patience.through(partial(self._mapping.judge, database, connections))
        writes = [each.stub() if isinstance(each, Erased) else to_write(each, self._mapping, judge) for each in stored]
        with write_span(self._service.name, collection, len(writes), pages):
            applied = await patience.through(partial(apply, database, collection, writes))
        made = iter(writes)
        results: list[Result] = [each if isinstance(each, Reject) else next(made) for each in decoded]
        for position, result in enumerate(results):
            if isinstance(result, Write) and (why := applied.refused.get((result.key, result.version))):
                results[position] = reject(decoded[position].origin, Reason.STORAGE, why)
        return results, applied.stale

    async def _follow(self, decoded: Sequence[Decoded], results: Sequence[Result], patience: Patience) -> Streak:
        """The streak after this batch. Where it is over, the group stops, and nothing of the batch is dead-lettered.

        Replays don't count, nor what an operator's resume let pass: what was bad before says nothing against the build.
        """
        verdicts = [
            Verdict(each.origin.tenant, isinstance(result, Write))
            for each, result in zip(decoded, results, strict=True)
            if not is_replay(each.origin.record) and self._group.counts(each.origin.record.timestamp)
        ]
        streak = follow(self._group.streak, verdicts)
        if streak.over:
            last = next(result for result in reversed(results) if isinstance(result, Reject))
            why = f"{streak.records} records in a row could not be stored, the last for {last.reason}: {last.error}"
            await patience.through(partial(self._group.stop, why))
            _log.error("group_stopped", group=self._stream.owner, reason=why)
            await self._look_at_group()
            raise GroupStoppedError(why)
        return streak

    def _count(self, results: Sequence[Result], stale: int) -> None:
        """By outcome. A bulk write doesn't tell which of its documents were stale: they are taken for live ones."""
        rejects = Counter(result.reason for result in results if isinstance(result, Reject))
        states = Counter(result.state for result in results if isinstance(result, Write))
        counts = {
            "written": max(states["live"] - stale, 0),
            "filtered": states["scope"],
            "gone": states["gone"],
            "stale": stale,
            "dead_lettered": rejects.total(),
        }
        for outcome, count in counts.items():
            if count:
                metrics.add(
                    metrics.RECORDS, count, service=self._service.name, stream=self._stream.name, outcome=outcome
                )
        for reason, count in rejects.items():
            metrics.add(metrics.DEAD_LETTERS, count, stream=self._stream.name, reason=reason)


def _is_held(each: Arrival | Reject, presence: Presence | None, stream: Stream) -> bool:
    if presence is None:
        return isinstance(each, Reject)  # a reason is kept, a mirror would outlive everybody who could delete it
    key = each.origin.key
    return presence.holds(key.connection, stream.name, each.origin.version) if key else presence.connection is not None


def _each_its_own(consumers: Sequence[Consumer]) -> Handler:
    """A handler of batches that mix topics: each consumer is given the records of its own."""

    async def handle(records: Sequence[ConsumerRecord]) -> None:
        for consumer in consumers:
            topic = consumer._service.bus.name(consumer._stream.topic)
            if own := [record for record in records if record.topic == topic]:
                await consumer.handle(own)

    return handle
