"""Halo's teams and statuses as the admin last saw them, kept in ``seen_lists``: what came or went since is news.

One document a connection. Saving settings takes what Halo lists now as seen; a dismissed change is remembered by its
key for as long as it is one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from halobus.messages import ReferenceItem
from halobus.store import Database, Document, Session
from wizard_api import reference
from wizard_api.connected import State

Names = Mapping[int, str]


@dataclass(frozen=True)
class Seen:
    """``teams``, ``statuses``: names by id; None where the admin has saved nothing yet. ``dismissed``: keys."""

    teams: Names | None = None
    statuses: Names | None = None
    dismissed: frozenset[str] = field(default_factory=frozenset)


async def load(database: Database, state: State) -> Seen:
    """What is remembered of the connection."""
    found = await database.seen_lists.find_one({"_id": _key(state)}) or {}
    return Seen(_names(found.get("teams")), _names(found.get("statuses")), frozenset(found.get("dismissed", [])))


async def now(database: Database, state: State, kind: str) -> Document:
    """What saving settings of a kind takes as seen: the list that its pickers show."""
    name = {"sync": "teams", "tickets": "statuses"}.get(kind, "")
    lists = await reference.load(database, state, ["teams", "statuses"])
    return {name: plain(lists[name])} if name in lists else {}


async def save(database: Database, state: State, change: Document, session: Session | None = None) -> None:
    """Write fields of the connection's document."""
    own = {"tenant": state.tenant.tenant, "connection": state.connection}
    await database.seen_lists.update_one(
        {"_id": _key(state)}, {"$set": {**own, **change}}, upsert=True, session=session
    )


def plain(items: Iterable[ReferenceItem]) -> list[Document]:
    """A list as it is kept: ids and names."""
    return [{"id": item.id, "name": item.name} for item in items]


def _names(kept: list[Document] | None) -> Names | None:
    return {row["id"]: row["name"] for row in kept} if kept is not None else None


def _key(state: State) -> str:
    return f"{state.tenant.tenant}:{state.connection}"
