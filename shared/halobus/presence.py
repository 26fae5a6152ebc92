"""Whether a record still belongs to anybody: to its tenant's present connection, and not to what was erased of it.

Two facts decide, and both stand for ever: ``tenants`` names the present connection, so nothing of one that was left can
live again; and what was deleted of a connection lies below the generations that were raised in that transaction. So a
sync in flight, a replayed topic and a replayed dead letter can't bring back what was erased, however late they come.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from halobus import version
from halobus.documents import Connection
from halobus.store import Database
from halobus.streams import StreamName


@dataclass(frozen=True)
class Presence:
    """A tenant's. ``connection`` None: it has none, and nothing of it may live.

    ``erased_at``: the whole tenant was. ``deleted``: connections whose data goes at once. ``erased``: by connection and
    stream, the generation below which all was deleted.
    """

    tenant: str
    connection: str | None
    erased_at: datetime | None = None
    deleted: frozenset[str] = frozenset()
    erased: Mapping[str, Mapping[StreamName, int]] = field(default_factory=dict)

    def floor(self, connection: str, stream: StreamName) -> str | None:
        """The version below which a stream was deleted; None where nothing was. Comments share that of tickets."""
        whose = StreamName.TICKETS if stream is StreamName.COMMENTS else stream
        generation = self.erased.get(connection, {}).get(whose)
        return None if generation is None else version.floor(generation)

    def holds(self, connection: str, stream: StreamName, number: str | None) -> bool:
        """Whether a record may live. ``number``: its version, None where that can't be read."""
        if connection != self.connection:
            return False
        if number is None:
            return connection not in self.deleted
        floor = self.floor(connection, stream)
        return floor is None or number >= floor


async def presences(database: Database, tenants: Collection[str] | None = None) -> dict[str, Presence]:
    """Of these tenants (None: all) that the connector knows. Whom it does not know was never connected here, perhaps to
    a database that was lost before this one: nothing of them may live. Raises the driver's errors.
    """
    chosen = {} if tenants is None else {"_id": {"$in": sorted(tenants)}}
    marked = {**chosen, "$or": [{"erased": {"$exists": True}}, {"erased_at": {"$exists": True}}]}
    marks = {
        document["_id"]: Connection.model_validate({**document, "tenant": document["_id"]})
        async for document in database["connections"].find(marked, {"deleted": 1, "erased": 1, "erased_at": 1})
    }
    found: dict[str, Presence] = {}
    async for document in database["tenants"].find(chosen, {"connection": 1}):
        tenant = document["_id"]
        mark = marks.get(tenant, Connection(tenant=tenant))
        found[tenant] = Presence(
            tenant, document.get("connection"), mark.erased_at, frozenset(mark.deleted), mark.erased
        )
    return found
