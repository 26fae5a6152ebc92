"""One stream of a run: planned when its turn comes, then read after read, each settled before the next begins."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal

from connector.asset_plan import plan_all_assets, plan_assets, plan_types
from connector.census_time import census_time
from connector.comment_run import CommentRun
from connector.cursor import next_cursor
from connector.knowledge import Knowledge, learn, recall
from connector.lease import assure
from connector.lists import ListReader
from connector.lookup import Lookup
from connector.mirrors import Mirrors
from connector.pages import PageReader
from connector.plan import (
    Situation,
    covered_by,
    plan_companies,
    plan_lists,
    plan_sales,
    plan_shared,
    plan_tickets,
    plan_whole,
)
from connector.publish import Publisher
from connector.removals import Removals
from connector.repair import Repair
from connector.run_store import RunStore
from connector.session import Session
from connector.settle import Settlement
from connector.source import Assets, Companies, Contacts, Source, Tickets, opportunities, projects
from connector.stops import StopCheck
from connector.tenant_state import TenantState
from halobus.bus import Bus
from halobus.documents import StreamState
from halobus.runs import Read, Run
from halobus.scope import Scope, inside_filter
from halobus.store import Document
from halobus.streams import StreamName

PAGED = frozenset({"recent", "full", "incremental"})


@dataclass
class StreamRun:
    """Carries out what a run asks of one stream.

    ``lists``: reference lists to read, empty means all. ``for_tickets``: the run reads tickets after them.
    """

    bus: Bus
    session: Session
    store: RunStore
    state: TenantState
    run: Run
    stream: StreamName
    generation: int
    asked: bool = False
    lists: frozenset[str] = frozenset()
    for_tickets: bool = False
    interactive: bool = False
    scope: Scope = field(default_factory=lambda: Scope(None, frozenset()))
    absent: Literal["not_visible", "retyped"] = "not_visible"

    async def carry_out(self) -> None:
        """Read the stream to its end and move its cursor; errors are the run's to judge."""
        async with self.session.stream_lock(self.stream):
            switches = await self.state.switches(self.session.connection)
            if not switches.wants(self.stream):
                return
            self.scope = Scope.of(switches.sync)
            situation = await self._situation()
            # Also where the run goes on from its document: without it no row's team would be known.
            await self._knowledge()
            if not self._reads():
                await self.store.append_reads(self.run, await self._plan(situation))
            while (read := self._next()) is not None:
                await self._carry_out(read)
            await self._move_cursor(situation)
            if self.stream is StreamName.TICKETS and self.asked:
                await self._comments().carry_out()

    async def let_go(self, ids: list[int]) -> None:
        """Look at these one by one: they were met as something else, and what Halo says of each is stored."""
        async with self.session.stream_lock(self.stream):
            if not any(read.kind == "removals" for read in self._reads()):
                read = Read(stream=self.stream, kind="removals", ids=ids)
                await self.store.append_reads(self.run, [read])
                self.absent = "retyped"
                await self._carry_out(read)

    def _reads(self) -> list[Read]:
        return [read for read in self.run.reads if read.stream == self.stream]

    def _next(self) -> Read | None:
        return next((read for read in self._reads() if read.state != "applied"), None)

    async def _situation(self) -> Situation:
        now = self.session.clock.now()
        known = await self.state.stream(self.stream)
        return Situation(self.stream, known, self.generation, now, self.session.settings)

    async def _plan(self, situation: Situation) -> list[Read]:
        match self.stream:
            case StreamName.COMMENTS:
                return []  # chosen when the tickets' reads have told what changed
            case StreamName.REFERENCE:
                asked = self.asked or await self._knowledge() is None
                return plan_lists(situation, asked, self.lists, self.for_tickets)
            case StreamName.TICKETS:
                return plan_tickets(situation, self.scope, await self._knowledge() or Knowledge())
            case StreamName.OPPORTUNITIES | StreamName.PROJECTS:
                return plan_sales(situation)
            case StreamName.ASSETS:
                return plan_assets(situation, await self._knowledge() or Knowledge())
            case _:
                return plan_companies(situation)

    async def _knowledge(self) -> Knowledge | None:
        if self.session.knowledge is None:
            self.session.knowledge = await recall(self.store.database, self.run.tenant, self.session.connection)
        return self.session.knowledge

    async def _carry_out(self, read: Read) -> None:
        read.state, read.started = "reading", read.started or self.session.clock.now()
        state = "running" if self.interactive else "reading"
        await self.store.save(self.run, state=state, reads=self.run.reads, waiting=None)  # an earlier holder's wait too
        if not read.checkpoint.complete:
            sent = self.session.bulk_requests
            await self._read(read)
            read.requests += self.session.bulk_requests - sent
        await self._add_shared(read)
        await self.store.save(self.run, state="running" if self.interactive else "applying")
        settlement = Settlement(self.bus, self.store, self._mirrors(), self.session.clock, self._check())
        await settlement.settle(self.run, read)
        read.state, read.finished = "applied", self.session.clock.now()
        if read.kind in PAGED and read.total is not None:
            read.difference = read.total - read.listed - read.elsewhere
        await self.store.save_read(self.run, read)

    async def _read(self, read: Read) -> None:
        if read.kind not in PAGED:
            # One that was cut short looks anew at what there is to do: what it had done counts as done.
            read.listed, read.first_version, read.last_version = 0, None, None
        match read.kind:
            case "lists":
                await self._read_lists(read)
            case "recent" | "full" | "incremental":
                await self._pages().read(self.run, read)
            case "repair":
                await self._repair().repair(self.run, read)
            case "deleted":
                await self._removals().deleted(self.run, read, self._listed_since())
            case "census":
                await self._census(read)
            case "removals":
                await self._removals().accepted(self.run, read)

    async def _read_lists(self, read: Read) -> None:
        reader = ListReader(self.session, self.store, self._publisher(), self.generation, self._check())
        lists = await reader.read(self.run, read, self.interactive)
        self.session.knowledge = learn(lists, await self._knowledge())

    async def _add_shared(self, read: Read) -> None:
        """Ask once per team whose shared name the read met, or type of asset; its rows were left to these reads."""
        if read.kind not in PAGED or not read.checkpoint.shared or read.teams is not None:
            return
        of_types = self.stream is StreamName.ASSETS
        planned = plan_types(read) if of_types else plan_shared(read, self.session.knowledge or Knowledge())
        known = {_part(one) for one in self._reads()}
        extra = [one for one in planned if _part(one) not in known]
        if extra:
            place = self.run.reads.index(read) + 1
            reads = [*self.run.reads[:place], *extra, *self.run.reads[place:]]
            await self.store.save(self.run, reads=reads)

    async def _census(self, read: Read) -> None:
        """Where Halo's count and what it listed differ, nothing is removed (promise 2)."""
        if any(one.difference for one in self._reads()):
            read.checkpoint.complete = True
            return
        known = self._missing_is_known(read)
        much = await self._removals().census(self.run, read, known)
        if much and not any(one.kind == "full" for one in self._reads()):
            situation = await self._situation()
            knowledge = await self._knowledge() or Knowledge()
            assets = self.stream is StreamName.ASSETS
            reads = plan_all_assets(situation, knowledge) if assets else plan_whole(situation, self.scope, knowledge)
            await self.store.append_reads(self.run, reads)

    def _missing_is_known(self, read: Read) -> bool:
        """Whether the census' filter says just what the scope says: else what is listed need not be shown."""
        return self.stream is not StreamName.TICKETS or read.statuses is not None or not self.scope.excluded_statuses

    def _listed_since(self) -> str | None:
        return next((read.first_version for read in self._reads() if read.kind == "incremental"), None)

    async def _move_cursor(self, situation: Situation) -> None:
        reads = self._reads()
        first = next((read for read in reads if read.kind in PAGED), None)
        if first is None and not any(read.kind == "lists" for read in reads):
            return
        state = situation.state if situation.state.generation == self.generation else StreamState()
        cursor = self._cursor(first, situation, state) if first else state.cursor
        full = situation.full_is_due and any(read.kind == "full" for read in reads)
        whole = first is not None or not any(read.lists for read in reads)
        settings = (await self.state.switches(self.session.connection)).sync
        now = self.session.clock.now()
        changed = {
            "generation": self.generation,
            "cursor": cursor,
            "covered": covered_by(self.scope, Scope.of(settings)) if self.stream is StreamName.TICKETS else None,
            "full_read_at": now if full else state.full_read_at,
            "census_at": census_time(reads, state.census_at, now),
            "synced_at": now if whole else state.synced_at,
            "problem": None,
        }
        await self.state.save_stream(self.stream, state.model_copy(update=changed))

    def _cursor(self, first: Read, situation: Situation, state: StreamState) -> datetime | None:
        return next_cursor(first, None if situation.fresh else state.cursor, self.session.zone)

    def _comments(self) -> CommentRun:
        parts = (self._publisher(), self.run, self.generation, self._check(), self.scope)
        return CommentRun(self.bus, self.session, self.store, self.state, *parts)

    def _check(self) -> StopCheck:
        return StopCheck(self.store, self.run, self.stream, self.state)

    def _publisher(self) -> Publisher:
        seconds = self.session.settings.lease_seconds
        assured = partial(assure, self.store.database, self.session.lease, seconds)
        return Publisher(self.bus, self.run.tenant, self.session.connection, assured)

    def _mirrors(self) -> Mirrors:
        return Mirrors(self.store.database, self.run.tenant, self.session.connection, self.stream)

    def _source(self) -> Source:
        if self.stream is StreamName.COMPANIES:
            return Companies(self.session.zone)
        if self.stream is StreamName.CONTACTS:
            return Contacts(self.session.zone)
        if self.stream is StreamName.OPPORTUNITIES:
            return opportunities(self.session.zone)
        if self.stream is StreamName.PROJECTS:
            return projects(self.session.zone)
        if self.stream is StreamName.ASSETS:
            return Assets(self.session.zone)
        return Tickets(self.session.zone, self.session.knowledge or Knowledge())

    def _lookup(self) -> Lookup:
        return Lookup(self.session, self._source(), self.session.knowledge or Knowledge(), self.absent)

    def _pages(self) -> PageReader:
        return PageReader(self.session, self.store, self._publisher(), self._source(), self.generation, self._check())

    def _repair(self) -> Repair:
        parts = (self._publisher(), self._mirrors(), self._source(), self._lookup(), self.generation)
        return Repair(self.session, self.store, *parts)

    def _removals(self) -> Removals:
        parts = (self._publisher(), self._mirrors(), self._source(), self._lookup(), self.generation)
        return Removals(self.session, self.store, *parts, self._scope_filter())

    def _scope_filter(self) -> Document:
        return inside_filter(self.scope) if self.stream is StreamName.TICKETS else {}


def _part(read: Read) -> tuple[object, ...]:
    """What a read is about."""
    return (read.kind, read.since, tuple(read.teams or ()), tuple(read.types or ()))
