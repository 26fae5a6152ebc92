"""A replay's address: the one group that it is for. Every other group of the topic commits past it."""

from collections.abc import Awaitable, Callable, Sequence

from aiokafka import ConsumerRecord

FOR_GROUP = "dlq-for-group"
"""The header of a replay: the group, without the deployment's prefix, that had put the record on the dead letters."""

Handler = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]


def is_replay(record: ConsumerRecord) -> bool:
    """Whether an operator put the record here."""
    return any(name == FOR_GROUP for name, _value in record.headers)


def is_for(record: ConsumerRecord, group: str) -> bool:
    """Whether the group should have the record: true for all but a replay to another one."""
    return all(value == group.encode() for name, value in record.headers if name == FOR_GROUP)


def addressed(group: str, handler: Handler) -> Handler:
    """``handler`` without what is for other groups; of a batch of nothing else it is not called."""

    async def own(records: Sequence[ConsumerRecord]) -> None:
        if kept := [record for record in records if is_for(record, group)]:
            await handler(kept)

    return own
