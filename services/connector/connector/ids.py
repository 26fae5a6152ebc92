"""A verified list of ids: it counts only if Halo's own count says the same before and after it (promise 4)."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from connector.halo.listing import rows
from connector.pages import row_id
from connector.session import Session
from connector.source import Source, paging
from halobus.runs import Read


@dataclass(frozen=True)
class IdLister:
    """Lists the ids that a read's filter matches, in ascending order and flat memory."""

    session: Session
    source: Source

    async def verified(self, read: Read) -> "array[int] | None":
        """The ids; None where the list can't be trusted, in one request or page by page."""
        before = await self._count(read)
        ids = await self._at_once(read)
        if before is not None and before == len(ids) == await self._count(read):
            return ids
        ids = await self._by_page(read)
        return ids if len(ids) == await self._count(read) else None

    async def _count(self, read: Read) -> int | None:
        reply = await self.session.get(self.source.path, paging(self.source.filters(read), 1, 1))
        return rows(reply.data, self.source.key)[1]

    async def _at_once(self, read: Read) -> "array[int]":
        query = {**self.source.filters(read), self.source.ids_only: True}
        reply = await self.session.get(self.source.path, query)
        found, _ = rows(reply.data, self.source.key)
        return _sorted(row_id(row) for row in found)

    async def _by_page(self, read: Read) -> "array[int]":
        seen: set[int] = set()
        page = 0
        while True:
            page += 1
            query = paging(self.source.filters(read), page, self.session.settings.page_size)
            found, _ = rows((await self.session.get(self.source.path, query)).data, self.source.key)
            new = {id for id in map(row_id, found) if id is not None} - seen
            if not new:
                return _sorted(seen)
            seen |= new


def _sorted(ids: Iterable[int | None]) -> "array[int]":
    return array("q", sorted({id for id in ids if id is not None}))
