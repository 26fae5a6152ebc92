"""Names for the ids in a ticket, from the reference lists and the companies, never from the ticket's own row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from halobus.messages import ReferenceItem, ReferenceName, Ticket
from halobus.mirror import visible
from halobus.store import Database
from halobus.streams import StreamName
from wizard_api import reference
from wizard_api.connected import State

LISTS: tuple[ReferenceName, ...] = ("statuses", "teams", "ticket-types", "agents", "priorities")


class Named(BaseModel):
    """``name`` is null where Halo's list lacks the id, or was not read yet."""

    id: int
    name: str | None
    colour: str | None = None


@dataclass(frozen=True)
class Names:
    """The lists by id; priorities by (SLA, priority), since their numbers begin anew in every SLA."""

    lists: Mapping[str, Mapping[object, ReferenceItem]]
    priorities: Mapping[tuple[object, object], ReferenceItem]
    companies: Mapping[int, str]

    def of(self, list_name: str, id: int | None) -> Named | None:
        """An id with its name; None where there is no id."""
        return _named(id, self.lists.get(list_name, {}).get(id))

    def priority(self, ticket: Ticket) -> Named | None:
        return _named(ticket.priority_id, self.priorities.get((ticket.sla_id, ticket.priority_id)))

    def company(self, id: int | None) -> Named | None:
        return None if id is None else Named(id=id, name=self.companies.get(id))


def _named(id: int | None, item: ReferenceItem | None) -> Named | None:
    if id is None:
        return None
    return Named(id=id, name=item.name if item else None, colour=item.colour if item else None)


async def load(database: Database, state: State, companies: Iterable[int | None]) -> Names:
    """All that is needed to name tickets of these companies."""
    lists = await reference.load(database, state, LISTS)
    return Names(
        {name: {item.id: item for item in items} for name, items in lists.items()},
        {_priority_key(item): item for item in lists.get("priorities", [])},
        await load_companies(database, state, {id for id in companies if id is not None}),
    )


def _priority_key(item: ReferenceItem) -> tuple[object, object]:
    return item.attributes.get("sla_id"), item.attributes.get("priority_id")


async def load_companies(database: Database, state: State, ids: set[int]) -> dict[int, str]:
    """The names of these Halo clients, of those that the portal shows."""
    live = visible(state.tenant.tenant, state.connection, state.generation(StreamName.COMPANIES))
    found = database.companies.find(
        {**live, "id": {"$in": [str(id) for id in ids]}}, {"content.id": 1, "content.name": 1}
    )
    return {document["content"]["id"]: document["content"]["name"] async for document in found}
