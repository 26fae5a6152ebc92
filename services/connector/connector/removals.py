"""What Halo no longer shows leaves the portal, but only with proof, and many at once only with an admin's approval."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from connector.halo.listing import rows
from connector.ids import IdLister
from connector.lookup import Lookup, why_gone
from connector.mirrors import Mirrors
from connector.pages import row_id
from connector.publish import Item, Publisher, gone
from connector.run_store import RunStore
from connector.session import Session
from connector.source import Row, Source, paging
from halobus.messages import Gone
from halobus.runs import Approval, Read, Run
from halobus.store import Document

_FEW = 20
_SHARE = 0.01
_AT_ONCE = 100
"""Records published with one wait for the broker."""


def needs_approval(removals: int, visible: int) -> bool:
    """More than the larger of 20 and 1 % of what the portal shows."""
    return removals > max(_FEW, visible * _SHARE)


@dataclass(frozen=True)
class Removals:
    """Finds and publishes what is gone from one stream. ``scope``: the stream's filter over mirrors."""

    session: Session
    store: RunStore
    publisher: Publisher
    mirrors: Mirrors
    source: Source
    lookup: Lookup
    generation: int
    scope: Document

    async def deleted(self, run: Run, read: Read, listed_since: str | None) -> None:
        """What Halo lists as deleted or merged in the read's window.

        It is proven where the normal list of the same window, read from version ``listed_since`` on, lacks it: so an
        instance that ignores the parameter can't make us remove what it merely listed twice.
        """
        found = await self._deleted_rows(read)
        live = await self.mirrors.live_among(list(found))
        proven = [id for id, version in live.items() if listed_since is not None and version < listed_since]
        if not await self._held_back(run, read, proven):
            latest = self.session.client.responses
            await self._publish(run, read, [gone(why_gone(id, found[id])) for id in proven], latest)
        read.checkpoint.complete = True

    async def census(self, run: Run, read: Read, exact: bool) -> bool:
        """Compare Halo's ids with what the portal shows; what is on one side alone is looked at one by one.

        What is shown again, such as to an agent that got a team back, is listed but never changes: nothing else would
        bring it. ``exact``: everything listed should be shown. True where so much is missing that pages are cheaper.
        """
        before = self.session.version(self.generation, self.session.client.responses)
        ids = await IdLister(self.session, self.source).verified(read)
        much = False
        if ids is not None:
            read.total = len(ids)
            absent, missing = await self.mirrors.against(ids, self.generation, self.scope, before)
            if not await self._held_back(run, read, absent):
                await self.confirm(run, read, absent)
            much = exact and len(missing) > max(_FEW, len(ids) * _SHARE)
            if exact and not much:
                await self.confirm(run, read, missing)
        read.checkpoint.complete = True
        return much

    async def confirm(self, run: Run, read: Read, ids: Sequence[int]) -> None:
        """Ask Halo for each: gone with proof, or a fresh row after all."""
        for id in ids:
            looked = await self.lookup.look(read, id)
            await self._publish(run, read, [looked.item], looked.n)

    async def accepted(self, run: Run, read: Read) -> None:
        """What an admin agreed to remove: few are looked at one by one, of many one trusted list of all that Halo shows
        is the proof, so that an agent that lost a team of thousands costs a handful of requests.

        What is listed after all stays; as many of those as may go without being asked for are read afresh.
        """
        shown = await self._all_shown(read) if len(read.ids) > _FEW else None
        if shown is None:
            await self.confirm(run, read, read.ids)
            return
        latest = self.session.client.responses
        absent = [id for id in read.ids if not _among(shown, id)]
        for start in range(0, len(absent), _AT_ONCE):
            part = absent[start : start + _AT_ONCE]
            await self._publish(run, read, [gone(Gone(id=str(id), reason="not_visible")) for id in part], latest)
        await self.confirm(run, read, [id for id in read.ids if _among(shown, id)][:_FEW])

    async def _all_shown(self, read: Read) -> "array[int] | None":
        everything = read.model_copy(update={"teams": None, "statuses": None, "since": None})
        return await IdLister(self.session, self.source).verified(everything)

    async def _deleted_rows(self, read: Read) -> dict[int, Row]:
        found: dict[int, Row] = {}
        page, new = 0, True
        while new:
            page += 1
            query = {**paging(self.source.filters(read), page, self.session.settings.page_size), "deleted": True}
            reply = await self.session.get(self.source.path, query)
            listed, total = rows(reply.data, self.source.key)
            fresh = {id: row for row in listed if (id := row_id(row)) is not None and id not in found}
            found |= fresh
            new = bool(fresh) and (total is None or len(found) < total)
        return found

    async def _held_back(self, run: Run, read: Read, ids: Sequence[int]) -> bool:
        """Whether so many removals wait for an admin; then the run says which."""
        visible = await self.mirrors.visible(self.generation, self.scope)
        if not needs_approval(len(ids), visible):
            return False
        if run.approval is not None and run.approval.stream != read.stream:
            return True  # One question at a time: the next census finds these again.
        held = {*ids, *(run.approval.ids if run.approval else [])}
        approval = Approval(stream=read.stream, ids=sorted(held), asked=self.session.clock.now())
        await self.store.save(run, approval=approval)
        return True

    async def _publish(self, run: Run, read: Read, items: Sequence[Item], n: int) -> None:
        await self.publisher.publish(run, read, self.session.version(self.generation, n), items)
        read.listed += len(items)
        read.removed += sum(1 for item in items if item.type.startswith("halobus.record.gone"))
        await self.store.save_read(run, read)


def _among(ascending: "array[int]", id: int) -> bool:
    position = bisect_left(ascending, id)
    return position < len(ascending) and ascending[position] == id
