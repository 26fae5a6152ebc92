"""``erasures``: persons who are to stay erased. Written by the operator's ``halobus erase`` alone; never expires.

It is a rule on reading records, above any version: what comes of such a person, from a sync, a topic read again or a
replayed dead letter, is stored as a stub without content. So the record counts in its run like any other.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from halobus.arrival import Arrival, Origin, Reject
from halobus.keys import RecordKey
from halobus.messages import Ticket
from halobus.mirror import Write
from halobus.store import Database
from halobus.streams import StreamName

COLLECTION = "erasures"
REASON = "erased"
People = frozenset[tuple[str, str, str]]
"""Tenant, connection and Halo's id of contacts."""


@dataclass(frozen=True, slots=True)
class Erased:
    """A record of an erased person; nothing of it is kept but its key and version."""

    origin: Origin
    key: RecordKey
    version: str

    def stub(self) -> Write:
        """What its mirror becomes."""
        run, trace = self.origin.run, self.origin.trace
        return Write(self.key, self.version, "scope", reason=REASON, run=run, trace=trace)


async def people(database: Database, tenants: Collection[str]) -> People:
    """The erased contacts of these tenants. Raises the driver's errors."""
    found = database[COLLECTION].find({"tenant": {"$in": sorted(tenants)}})
    return frozenset([(each["tenant"], each["connection"], each["contact"]) async for each in found])


def without(each: Arrival | Reject, erased: People, stream: StreamName) -> Arrival | Reject | Erased:
    """The record without erased persons: a contact becomes a stub, a ticket loses its requester's name and address."""
    key, number = each.origin.key, each.origin.version
    if not erased or key is None or number is None:
        return each
    if stream is StreamName.CONTACTS and tuple(key) in erased:
        return Erased(each.origin, key, number)
    if not isinstance(each, Arrival) or not isinstance(each.message, Ticket):
        return each
    if (key.tenant, key.connection, str(each.message.user_id)) not in erased:
        return each
    return replace(each, message=each.message.model_copy(update={"user_name": None, "user_email": None}))
