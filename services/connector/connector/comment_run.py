"""The comments of the tickets that a sync has changed: newest first, so many a cycle, the rest when one is opened."""

from dataclasses import dataclass

from connector.actions import as_items, read_actions
from connector.halo.errors import HaloError
from connector.lookup import NOT_SHOWN
from connector.mirrors import Mirrors
from connector.pages import Check
from connector.publish import Publisher
from connector.run_store import RunStore
from connector.session import Session
from connector.settle import Settlement
from connector.tenant_state import TenantState
from connector.ticket_moments import moment_of, read_at, with_older_comments
from halobus import telemetry
from halobus.bus import Bus
from halobus.documents import StreamState
from halobus.runs import Read, Run
from halobus.scope import Scope, inside_filter
from halobus.streams import StreamName


@dataclass(frozen=True)
class CommentRun:
    """Carries out the one read of comments of a run, after its reads of tickets."""

    bus: Bus
    session: Session
    store: RunStore
    state: TenantState
    publisher: Publisher
    run: Run
    generation: int
    check: Check
    scope: Scope

    async def carry_out(self) -> None:
        """Choose the tickets, once; then read, publish and settle. A run that changed none asks Halo nothing."""
        if not self._reads():
            ids = list(await self._choose())
            if ids:
                read = Read(stream=StreamName.COMMENTS, kind="comments", ids=ids, total=len(ids))
                await self.store.append_reads(self.run, [read])
        for read in self._reads():
            if read.state != "applied":
                await self._carry_out(read)

    def _reads(self) -> list[Read]:
        return [read for read in self.run.reads if read.stream is StreamName.COMMENTS]

    async def _choose(self) -> list[int]:
        versions = [read.first_version for read in self.run.reads if read.stream is StreamName.TICKETS]
        first = min((version for version in versions if version is not None), default=None)
        most = self.session.settings.comments_per_cycle
        if first is None or most == 0:
            return []
        where = (self.store.database, self.run.tenant, self.session.connection)
        return list(await with_older_comments(*where, self.generation, first, inside_filter(self.scope), most))

    async def _carry_out(self, read: Read) -> None:
        clock = self.session.clock
        read.state, read.started = "reading", read.started or clock.now()
        await self.store.save(self.run, state="reading", reads=self.run.reads)
        while read.checkpoint.page < len(read.ids):
            await self.check()
            with telemetry.span("read page comments", attributes={"halobus.page": read.checkpoint.page + 1}):
                await self._ticket(read, read.ids[read.checkpoint.page])
        read.checkpoint.complete = True
        await self.store.save(self.run, state="applying")
        mirrors = Mirrors(self.store.database, self.run.tenant, self.session.connection, StreamName.COMMENTS)
        await Settlement(self.bus, self.store, mirrors, clock, self.check).settle(self.run, read)
        read.state, read.finished = "applied", clock.now()
        await self.store.save_read(self.run, read)
        state = StreamState(generation=self.generation, synced_at=clock.now())
        await self.state.save_stream(StreamName.COMMENTS, state)

    async def _ticket(self, read: Read, ticket: int) -> None:
        """One ticket's comments. One that Halo no longer shows has none to list; the census tells why."""
        moment = await moment_of(self.store.database, self.run.tenant, self.session.connection, ticket)
        sent = self.session.bulk_requests
        try:
            actions = await read_actions(self.session, ticket, private=False, interactive=False)
        except HaloError as error:
            if error.status not in NOT_SHOWN:
                raise
        else:
            version = self.session.version(self.generation, actions.n)
            await self.publisher.publish(
                self.run, read, version, as_items(ticket, read_at(moment, actions.date), actions)
            )
            read.listed += 1
        read.requests += self.session.bulk_requests - sent
        read.pages += 1
        read.checkpoint.page += 1
        await self.store.save_read(self.run, read)
