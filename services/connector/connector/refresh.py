"""Reading one ticket's comments between the syncs: somebody has opened it, or a comment of ours was just written."""

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
from connector.source import Tickets
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
    """Reads and publishes what belongs to one ticket."""

    bus: Bus
    session: Session
    store: RunStore

    async def generation(self, tenant: str) -> int:
        """The present generation of tickets, and so of comments."""
        connection = await connection_of(self.store, tenant)
        return connection.generation(self.session.connection, StreamName.COMMENTS)

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
            lock = self.session.stream_lock(StreamName.TICKETS)
            if not lock.locked():  # a read of tickets that is under way counts what was stored meanwhile as its own
                async with lock:
                    await self._ticket(run, ticket)
        except HaloError as error:
            logger.warning("not_read_again", ticket=ticket, kind=error.kind)

    async def _comments(self, run: Run, read: Read, ticket: int) -> None:
        moment = await moment_of(self.store.database, run.tenant, self.session.connection, ticket)
        generation = await self.generation(run.tenant)
        try:
            actions = await read_actions(self.session, ticket, private=False, interactive=True)
        except HaloError as error:
            if error.status not in NOT_SHOWN:
                raise
            return
        version = self.session.version(generation, actions.n)
        await self._publisher(run).publish(run, read, version, as_items(ticket, read_at(moment, actions.date), actions))
        read.listed = 1

    async def _ticket(self, run: Run, ticket: int) -> None:
        generation = await self.generation(run.tenant)
        known = self.session.knowledge or await recall(self.store.database, run.tenant, self.session.connection)
        knowledge = known or Knowledge()
        lookup = Lookup(self.session, Tickets(self.session.zone, knowledge), knowledge)
        read = Read(stream=StreamName.TICKETS, kind="repair")
        looked = await lookup.look(read, ticket, interactive=True)
        await self._publisher(run).publish(run, read, self.session.version(generation, looked.n), [looked.item])

    def _publisher(self, run: Run) -> Publisher:
        seconds = self.session.settings.lease_seconds
        assured = partial(assure, self.store.database, self.session.lease, seconds)
        return Publisher(self.bus, run.tenant, self.session.connection, assured)
