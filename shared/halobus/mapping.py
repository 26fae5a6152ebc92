"""What a service makes of its stream's records: which message it stores, and which of them stay without content."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from halobus.arrival import Arrival
from halobus.keys import RecordKey
from halobus.messages import Gone
from halobus.mirror import Write
from halobus.store import Database

Content = dict[str, Any]
Judge = Callable[[RecordKey, Content], str | None]
"""Why a record's content is not kept (the stub's reason), or None where it is."""


class ConnectionKey(NamedTuple):
    """A connection of a tenant."""

    tenant: str
    connection: str


async def everything(_database: Database, _connections: Collection[ConnectionKey]) -> Judge:
    """The judge of a stream without a scope."""
    return lambda _key, _content: None


@dataclass(frozen=True)
class Mapping:
    """``type``: the ``ce_type`` that carries content. ``identity``: the field that must equal the id in the key.

    ``revision`` enters the content's hash: raise it when the same message is stored in another way. ``judge`` is asked
    once per batch, with the connections in it. ``places``: the fields that it judges by.
    """

    type: str
    identity: str = "id"
    revision: int = 1
    places: tuple[str, ...] = ()
    judge: Callable[[Database, Collection[ConnectionKey]], Awaitable[Judge]] = everything


def to_write(arrival: Arrival, mapping: Mapping, judge: Judge) -> Write:
    """What the mirror of a record should be: its content, or a stub where Halo or the judge keeps it out."""
    origin, message = arrival.origin, arrival.message
    # Each write is made whole: ``dataclasses.replace`` alone would take a tenth of the consumer's time.
    made = partial(Write, arrival.key, arrival.version, run=origin.run, trace=origin.trace, mapping=mapping.revision)
    if isinstance(message, Gone):
        return made(state="gone", reason=message.reason, merged_into=message.merged_into)
    content = message.model_dump()
    reason = judge(arrival.key, content)
    if reason is None:
        return made(state="live", content=content)
    return made(state="scope", reason=reason, hidden=content, places=mapping.places)
