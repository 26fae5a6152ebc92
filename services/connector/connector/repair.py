"""Rows shift while they are paged: after a read of several pages the ids are listed again and the missed ones read."""

from dataclasses import dataclass

from connector.ids import IdLister
from connector.lookup import Lookup
from connector.mirrors import Mirrors
from connector.publish import Publisher
from connector.run_store import RunStore
from connector.session import Session
from connector.source import Source
from halobus.runs import Read, Run


@dataclass(frozen=True)
class Repair:
    """Repairs the reads of a run that went over the same window as the repair itself."""

    session: Session
    store: RunStore
    publisher: Publisher
    mirrors: Mirrors
    source: Source
    lookup: Lookup
    generation: int

    async def repair(self, run: Run, read: Read) -> None:
        """Read what is listed now but was not met since the first of those reads began."""
        paged = _paged(run, read)
        first = min((one.first_version for one in paged if one.first_version), default=None)
        if first is not None and _may_have_shifted(paged):
            await self._read_missed(run, read, paged, first)
        read.checkpoint.complete = True

    async def _read_missed(self, run: Run, read: Read, paged: list[Read], first: str) -> None:
        # Reading what was missed needs no proof: a list that Halo's count disagrees with names real records too. While
        # tickets come and go there may be no other, and a row that shifted past the pages would be missed for a week.
        listing = await IdLister(self.session, self.source).listed(read)
        read.total = len(listing.ids)
        missed = [id async for id in self.mirrors.below(listing.ids, first)]
        for id in missed:
            looked = await self.lookup.look(read, id)
            await self.publisher.publish(run, read, self.session.version(self.generation, looked.n), [looked.item])
            read.listed += 1
            read.repaired += 1
            await self.store.save_read(run, read)
        for one in _verified(run, read) if listing.verified else []:
            # Every id that Halo lists is met now, so a count that moved meanwhile is no difference any more.
            one.difference = 0
            await self.store.save_read(run, one)


def _may_have_shifted(paged: list[Read]) -> bool:
    """Of several pages, rows move between the pages; of a whole in several reads, from one read's part to another's,
    and some may be in no part."""
    parts = [one for one in paged if one.kind == "full"]
    return sum(one.pages for one in paged) > len(paged) or len(parts) > 1


def _verified(run: Run, repair: Read) -> list[Read]:
    """The reads whose rows are all in the list of ids: a list of everything holds every window's."""
    reads = [one for one in run.reads if one.stream == repair.stream]
    return reads if repair.since is None else [one for one in reads if one.since == repair.since]


def _paged(run: Run, repair: Read) -> list[Read]:
    kinds = ("full", "incremental")
    return [one for one in run.reads if one.stream == repair.stream and one.since == repair.since and one.kind in kinds]
