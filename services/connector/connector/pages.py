"""Reading a stream page by page so that no row is lost: stable order, ids above the highest seen, checkpoints.

Halo caps pages silently and may repeat the last page past the end (docs/halo.md, Pagination), so a read ends on a
page that brings no new id or fewer rows than its first page. Rows that shift meanwhile are found by the repair.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.halo.clean import CleanError, as_row, pick, to_time
from connector.halo.client import Reply
from connector.halo.listing import rows
from connector.publish import Item, Publisher, unreadable
from connector.run_store import RunStore
from connector.session import Session
from connector.source import Row, Source, paging
from halobus import telemetry
from halobus.runs import Read, Run

Check = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class PageReader:
    """Reads one ``Read`` to its end, or from its checkpoint on. ``check`` raises where the run is to stop."""

    session: Session
    store: RunStore
    publisher: Publisher
    source: Source
    generation: int
    check: Check

    async def read(self, run: Run, read: Read) -> None:
        """Publish page after page until the checkpoint is complete; HaloError where Halo fails in between."""
        after = read.last_version
        while not read.checkpoint.complete:
            await self.check()
            with telemetry.span(f"read page {read.stream}", attributes={"halobus.page": read.checkpoint.page + 1}):
                await self._page(run, read, after)
            after = None

    async def _page(self, run: Run, read: Read, after: str | None) -> None:
        """``after``: where an earlier attempt's checkpoint stands. What it published beyond is not a part of the read:
        the same page is read again now, and a row that left it meanwhile is not listed any more.
        """
        page = read.checkpoint.page + 1
        query = paging(self.source.filters(read), page, self.session.settings.page_size)
        reply = await self.session.get(self.source.path, query)
        found, total = rows(reply.data, self.source.key)
        fresh = [(row, row_id(row)) for row in found]
        new = [(row, id) for row, id in fresh if id is None or id > read.checkpoint.highest_id]
        if after is not None:
            read.gaps.append((after, self.session.version(self.generation, reply.n)))
        await self._publish(run, read, reply, new)
        self._note(read, reply, found, new, total)
        await self.store.save_read(run, read)

    async def _publish(self, run: Run, read: Read, reply: Reply, new: list[tuple[Row, int | None]]) -> None:
        version = self.session.version(self.generation, reply.n)
        items: list[Item] = []
        for position, (row, id) in enumerate(new):
            name = self.source.read_elsewhere(row, read)
            if name is None:
                items.append(item_of(self.source, row, read, id, f"unknown-{version}-{position}"))
                continue
            read.elsewhere += 1
            read.checkpoint.shared = sorted({*read.checkpoint.shared, name})
        await self.publisher.publish(run, read, version, items)
        read.listed += len({item.id for item in items})

    def _note(
        self, read: Read, reply: Reply, found: list[Row], new: list[tuple[Row, int | None]], total: int | None
    ) -> None:
        point = read.checkpoint
        point.page += 1
        point.size = point.size or len(found)
        point.highest_id = max([point.highest_id, *(id for _, id in new if id is not None)])
        known = any(id is not None for _, id in new)
        alone = point.page == 1 and total is not None and total <= len(found)
        point.complete = not known or len(found) < point.size or alone
        read.pages += 1
        read.total = total if total is not None else read.total
        read.date = read.date or reply.date
        read.newest = max(filter(None, [read.newest, *(_changed(row) for row, _ in new)]), default=None)


def row_id(row: Row) -> int | None:
    """A row's id, which may come as 21, 21.0 or "21"; None where it is no id."""
    value = row.get("id") if isinstance(row, Mapping) else None
    try:
        return int(float(value)) if value is not None and not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def item_of(source: Source, row: Row, read: Read, id: int | None, stand_in: str) -> Item:
    """The row's record: clean, or for the dead letters with what was wrong with it."""
    try:
        message = source.clean(row, read)
    except CleanError as error:
        return unreadable(str(id) if id is not None else stand_in, str(error), json.dumps(row, default=str))
    if id is None:
        return unreadable(stand_in, "the row has no usable id", json.dumps(row, default=str))
    return Item(str(id), source.type, message)


def _changed(row: Row) -> datetime | None:
    """When Halo says the row changed; None for rows that don't say it readably, which then don't move the cursor."""
    try:
        return to_time(pick(as_row(row), "last_update", "lastupdate"), "last_update")
    except CleanError:
        return None
