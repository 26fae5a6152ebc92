"""Looking at one record in Halo by its id: there, deleted, merged, or not shown to the API agent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from connector.halo.clean import CleanError, pick, to_bool, to_id
from connector.halo.client import Reply
from connector.halo.errors import HaloError
from connector.halo.listing import rows
from connector.knowledge import Knowledge
from connector.pages import item_of, row_id
from connector.publish import Item, gone
from connector.session import Session
from connector.source import Row, Source, paging
from halobus.messages import Gone
from halobus.runs import Read

NOT_SHOWN = frozenset({403, 404})
"""A single record that the agent may not see is refused or not found, as Halo likes; lists may be read all the same."""

_ELSEWHERE: Mapping[str, Mapping[str, bool]] = {
    "Tickets": {"is_opportunity": True, "is_project": True},
    "Opportunities": {"is_opportunity": False},
    "Projects": {"is_project": False},
}
"""By path: what says that a row of this number has become something of another list (docs/halo.md section 6.4)."""


@dataclass(frozen=True)
class Looked:
    """``item``: the record as it is now, content or *gone*; ``row``: Halo's, if it shows one; ``n``: its response."""

    item: Item
    row: Row | None
    n: int


@dataclass(frozen=True)
class Lookup:
    """Asks for one record; for a ticket whose team's name is shared, also which of the teams it is.

    ``absent``: why one that Halo does not show is gone, where the caller knows more than that.
    """

    session: Session
    source: Source
    knowledge: Knowledge
    absent: Literal["not_visible", "retyped"] = "not_visible"

    async def look(self, read: Read, id: int, interactive: bool = False) -> Looked:
        """The record as Halo has it now, or the proof that it is gone; HaloError where Halo can't be asked."""
        row = await self._row(id, interactive)
        if row is None:
            item = gone(Gone(id=str(id), reason=self.absent))
        elif is_gone(row):
            item = gone(why_gone(id, row))
        elif _is_something_else(row, self.source.path):
            item = gone(Gone(id=str(id), reason="retyped"))
        else:
            item = item_of(self.source, row, await self._by_team(read, row, id, interactive), id, str(id))
        return Looked(item, row, self.session.client.responses)

    async def _row(self, id: int, interactive: bool) -> Row | None:
        try:
            reply: Reply = await self.session.get(f"{self.source.path}/{id}", {}, interactive)
        except HaloError as error:
            if error.status in NOT_SHOWN:
                return None
            raise
        return reply.data if isinstance(reply.data, dict) and row_id(reply.data) == id else None

    async def _by_team(self, read: Read, row: Row, id: int, interactive: bool) -> Read:
        """The read narrowed to the row's team, where its name is shared and Halo tells which one it is."""
        plain = read.model_copy(update={"teams": None, "since": None, "statuses": None})
        name = self.source.read_elsewhere(row, plain)
        for team in self.knowledge.teams.get(name or "", ()):
            narrowed = plain.model_copy(update={"teams": [team]})
            query = {**paging(self.source.filters(narrowed), 1, 1), "search_id": id}
            reply = await self.session.get(self.source.path, query, interactive)
            if any(row_id(found) == id for found in rows(reply.data, self.source.key)[0]):
                return narrowed
        return plain


def is_gone(row: Row) -> bool:
    """Halo shows the row, but marked as deleted or merged into another."""
    try:
        return to_bool(row.get("deleted"), "deleted") or _merged_into(row) is not None
    except CleanError:
        return False


def _is_something_else(row: Row, path: str) -> bool:
    """Whether the row says so; one that says nothing is what was asked for."""
    try:
        return any(
            row.get(name) is not None and to_bool(row[name], name) is value
            for name, value in _ELSEWHERE.get(path, {}).items()
        )
    except CleanError:
        return False


def why_gone(id: int, row: Row) -> Gone:
    """The proof in a row: merged, with where to, or deleted."""
    merged = _merged_into(row)
    return Gone(id=str(id), reason="merged" if merged is not None else "deleted", merged_into=merged)


def _merged_into(row: Row) -> int | None:
    try:
        return to_id(pick(row, "merged_into_id", "mergedintoid"), "merged_into_id")
    except CleanError:
        return None
