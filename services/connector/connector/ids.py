"""Lists of ids. One is proof only if Halo's own count says the same before and after it (promise 4)."""

from array import array
from dataclasses import dataclass, field
from typing import Any

from connector.halo.listing import rows
from connector.pages import row_id
from connector.session import Session
from connector.source import Source, paging
from halobus.runs import Read

_ATTEMPTS = 2


@dataclass(frozen=True)
class Listing:
    """``ids``: all that Halo named, ascending. ``verified``: its count agrees, so what is not named is not there."""

    ids: "array[int]"
    verified: bool


@dataclass(frozen=True)
class IdLister:
    """Lists the ids that a read's filter matches, in ascending order and flat memory."""

    session: Session
    source: Source

    async def verified(self, read: Read) -> "array[int] | None":
        """The ids; None where the list can't be trusted, in one request or page by page."""
        listing = await self.listed(read)
        return listing.ids if listing.verified else None

    async def listed(self, read: Read) -> Listing:
        """The ids, in one request; page by page as well where Halo's count disagrees.

        Tickets that come and go between the requests move the count, so it is tried again before the pages are asked.
        """
        before, ids = await self._count(read), array("q")
        for _ in range(_ATTEMPTS):
            ids = await self._at_once(read)
            after = await self._count(read)
            if before is not None and before == len(ids) == after:
                return Listing(ids, verified=True)
            before = after
        paged = await self._by_page(read)
        if len(paged) == await self._count(read):
            return Listing(paged, verified=True)
        return Listing(ascending(ids + paged), verified=False)

    async def _count(self, read: Read) -> int | None:
        reply = await self.session.get(self.source.path, paging(self.source.filters(read), 1, 1))
        return rows(reply.data, self.source.key)[1]

    async def _at_once(self, read: Read) -> "array[int]":
        query = {**self.source.filters(read), self.source.ids_only: True, "order": "id"}
        collected = _Collected()
        rows((await self.session.get(self.source.path, query, row=collected.take)).data, self.source.key)
        return ascending(collected.ids)

    async def _by_page(self, read: Read) -> "array[int]":
        seen = array("q")
        page = 0
        while True:
            page += 1
            query = paging(self.source.filters(read), page, self.session.settings.page_size)
            found, _ = rows((await self.session.get(self.source.path, query)).data, self.source.key)
            listed = {id for id in map(row_id, found) if id is not None}
            new = sorted(id for id in listed if not seen or id > seen[-1])
            if not new:
                return seen
            seen.extend(new)


@dataclass(frozen=True)
class _Collected:
    """Takes each row's id while the answer is parsed: half a million rows as objects would be 150 MB at once."""

    ids: "array[int]" = field(default_factory=lambda: array("q"))

    def take(self, found: dict[str, Any]) -> Any:
        """Called with every object of the answer, rows first; what it returns stands in the object's place."""
        id = row_id(found)
        if id is None:
            return found
        self.ids.append(id)
        return None


def ascending(ids: "array[int]") -> "array[int]":
    """Each once, in order. Mostly they come so, and then nothing is copied."""
    if all(ids[place] < ids[place + 1] for place in range(len(ids) - 1)):
        return ids
    return array("q", sorted(set(ids)))
