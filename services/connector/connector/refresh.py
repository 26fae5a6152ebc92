"""Reading one record between the syncs: somebody has opened a ticket, or Halo has just taken what we wrote."""

from dataclasses import dataclass
from functools import partial

from connector.actions import as_items, read_actions
from connector.halo.errors import HaloError
from connector.knowledge import Knowledge, recall
from connector.lease import assure
from connector.lookup import NOT_SHOWN, Lookup
from connector.mirrors import Mirrors
from connector.publish import Publisher
from connector.run_store import RunStore
from connector.session import Session
from connector.settle import Settlement
from connector.source import Tickets, opportunities
from connector.stops import connection_of
from connector.ticket_moments import moment_of, read_at
from halobus import log
from halobus.bus import Bus
from halobus.runs import Read, Run
from halobus.streams import StreamName

logger = log.get(__name__)


async def _never() -> None:
    """An interactive read is not stopped on its way: it is short."""


@dataclass(frozen=True)
class Refreshing:
    """Reads and publishes what belongs to one ticket, or one opportunity."""

    bus: Bus
    session: Session
    store: RunStore

    async def generation(self, tenant: str, stream: StreamName) -> int:
        """The stream's present generation; comments share that of their tickets."""
        connection = await connection_of(self.store, tenant)
        return connection.generation(self.session.connection, stream)

    async def on_demand(self, run: Run) -> None:
        """Carry out ``ticket.comments``: read, publish, and end once they are stored."""
        ticket = int(run.command["ticket_id"])
        read = Read(stream=StreamName.COMMENTS, kind="comments", ids=[ticket])
        run.reads = [read]
        await self.store.save(run, state="running", started=self.session.clock.now(), reads=run.reads)
        await self._comments(run, read, ticket)
        mirrors = Mirrors(self.store.database, run.tenant, self.session.connection, StreamName.COMMENTS)
        await Settlement(self.bus, self.store, mirrors, self.session.clock, _never).settle(run, read)
        read.state = "applied"
        await self.store.finish(run, "done", [], self.session.clock.now(), reads=run.reads)

    async def after_comment(self, run: Run, ticket: int) -> None:
        """Bring the comment, and the status that came with it, into the portal now; else the next sync does."""
        try:
            await self._comments(run, Read(stream=StreamName.COMMENTS, kind="comments", ids=[ticket]), ticket)
            await self._record(run, StreamName.TICKETS, ticket)
        except HaloError as error:
            logger.warning("not_read_again", ticket=ticket, kind=error.kind)

    async def after_opportunity(self, run: Run, opportunity: int) -> None:
        """Bring a new opportunity into the portal now; else the next sync does, or the one that is reading them."""
        try:
            await self._record(run, StreamName.OPPORTUNITIES, opportunity)
        except HaloError as error:
            logger.warning("not_read_again", opportunity=opportunity, kind=error.kind)

    async def _comments(self, run: Run, read: Read, ticket: int) -> None:
        moment = await moment_of(self.store.database, run.tenant, self.session.connection, ticket)
        generation = await self.generation(run.tenant, StreamName.COMMENTS)
        try:
            actions = await read_actions(self.session, ticket, private=False, interactive=True)
        except HaloError as error:
            if error.status not in NOT_SHOWN:
                raise
            return
        version = self.session.version(generation, actions.n)
        await self._publisher(run).publish(run, read, version, as_items(ticket, read_at(moment, actions.date), actions))
        read.listed = 1

    async def _record(self, run: Run, stream: StreamName, id: int) -> None:
        """One row of a stream, as it is now."""
        lock = self.session.stream_lock(stream)
        if lock.locked():  # a read of the stream that is under way counts what was stored meanwhile as its own
            return
        async with lock:
            known = self.session.knowledge or await recall(self.store.database, run.tenant, self.session.connection)
            knowledge, zone = known or Knowledge(), self.session.zone
            source = Tickets(zone, knowledge) if stream is StreamName.TICKETS else opportunities(zone)
            read = Read(stream=stream, kind="repair")
            generation = await self.generation(run.tenant, stream)
            looked = await Lookup(self.session, source, knowledge).look(read, id, interactive=True)
            await self._publisher(run).publish(run, read, self.session.version(generation, looked.n), [looked.item])

    def _publisher(self, run: Run) -> Publisher:
        seconds = self.session.settings.lease_seconds
        assured = partial(assure, self.store.database, self.session.lease, seconds)
        return Publisher(self.bus, run.tenant, self.session.connection, assured)
