"""What the holder of a tenant's lease does: keep the lease, carry out interactive commands, write-backs and syncs.

Interactive commands and write-backs have a task each, so that they run between the pages of a bulk read; Halo still
sees one read and one write of the tenant at a time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from connector import problems, writeback_store
from connector.connect import Connect
from connector.count import count
from connector.explain import explain
from connector.facts import Announcer
from connector.halo.errors import HaloError
from connector.halo.wire import Answers
from connector.knowledge import Knowledge, recall
from connector.lease import Lease, LeaseLost, release, renew
from connector.refresh import Refreshing
from connector.run_store import RunStore
from connector.session import Session
from connector.sessions import Sessions
from connector.sync import SyncRunner
from connector.tenant_state import TenantState
from connector.writeback import WriteBack, Writing, facts_of
from connector.writeback_comment import CommentWriting
from connector.writeback_opportunity import OpportunityWriting
from connector.writeback_store import WriteBackStore
from halobus import log, metrics, semconv, telemetry
from halobus.bus import Bus
from halobus.commands import COMMAND, CommentOnTicket, CountScope, CreateOpportunity, Explain
from halobus.documents import Tenant
from halobus.outages import is_outage
from halobus.runs import Problem, Run
from halobus.seal import SealError

logger = log.get(__name__)
BULK = frozenset({"sync", "sync.accept-removals"})
LOOKS = frozenset({"ticket.explain", "scope.count", "ticket.comments"})
INTERACTIVE = LOOKS | {"connection.test", "connection.disconnect", "reference.refresh"}
_IDLE_SECONDS = 30.0
_LOOK_SECONDS = 1.0
_OUTAGE_SECONDS = 2.0


@dataclass
class TenantWork:
    """One tenant's work under one lease. ``wake`` is set when a command was accepted."""

    bus: Bus
    sessions: Sessions
    lease: Lease
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    idle_since: float = 0.0
    busy: int = 0
    _session: Session | None = None
    _opened: list[Session] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = self.sessions.database
        self.store = RunStore(self.database, self.lease)
        self.write_backs = WriteBackStore(self.store)
        self.state = TenantState(self.database, self.lease)
        self.announcer = Announcer(self.database, self.bus)
        self.answers = Answers()
        self._opening = asyncio.Lock()

    async def run(self) -> None:
        """Work until the lease is lost, or nothing was to be done for a while; then it is given up."""
        await self.store.stamp()
        self.idle_since = asyncio.get_running_loop().time()
        loops = (self._work(partial(self.store.oldest, kinds)) for kinds in (BULK, INTERACTIVE))
        tasks = [asyncio.create_task(work) for work in (self._keep(), *loops, self._work(self._next_write_back))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except LeaseLost:
            metrics.add(metrics.LEASE_CHANGES, change="lost")
            logger.warning("lease_lost", tenant=self.lease.tenant, fence=self.lease.fence)
        finally:
            await self._end(tasks)

    async def _end(self, tasks: list["asyncio.Task[None]"]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Only now: a run may still be using a session whose credential was changed meanwhile.
        for session in self._opened:
            await session.client.aclose()
        await release(self.database, self.lease)

    async def _keep(self) -> None:
        """Renew the lease well before it ends; return when there was nothing to do for a while."""
        seconds = self.sessions.settings.lease_seconds
        while not self._idle():
            await asyncio.sleep(seconds / 3)
            try:
                await renew(self.database, self.lease, seconds)
            except Exception as error:
                if not is_outage(error):
                    raise
                logger.warning("lease_not_renewed", tenant=self.lease.tenant, error=type(error).__name__)

    def _idle(self) -> bool:
        return self.busy == 0 and asyncio.get_running_loop().time() - self.idle_since > _IDLE_SECONDS

    async def _next_write_back(self) -> Run | None:
        """The lease is kept while any is on its way: a successor would have to wait for the same."""
        run = await self.write_backs.next()
        if run is None and await self.write_backs.any_open():
            self.idle_since = asyncio.get_running_loop().time()
        return run

    async def _work(self, oldest: Callable[[], Awaitable[Run | None]]) -> None:
        """Carry out the run that is next, again and again."""
        while True:
            try:
                run = await oldest()
                if run is None:
                    await self._pause()
                    continue
                await self._carry_out(run)
            except Exception as error:
                if not is_outage(error):
                    raise
                # The run stays open with its checkpoint: it goes on when MongoDB or Kafka is back.
                logger.warning("work_interrupted", tenant=self.lease.tenant, error=type(error).__name__)
                await asyncio.sleep(_OUTAGE_SECONDS)

    async def _pause(self) -> None:
        self.wake.clear()
        try:
            await asyncio.wait_for(self.wake.wait(), _LOOK_SECONDS)
        except TimeoutError:
            return

    async def _carry_out(self, run: Run) -> None:
        self.busy += 1
        try:
            await self._dispatch(run)
        except LeaseLost:
            raise
        except (HaloError, SealError) as error:
            await self._fail(run, error.problem if isinstance(error, HaloError) else problems.sealed(error))
        except Exception as error:
            if is_outage(error):
                raise
            # A defect must not stop the tenant's line: the run fails, with the trace to look it up by.
            logger.exception("run_broke", tenant=run.tenant, run=run.id)
            await self._fail(run, problems.defect(error))
        finally:
            self.busy -= 1
            self.idle_since = asyncio.get_running_loop().time()

    async def _dispatch(self, run: Run) -> None:
        match run.kind:
            case "connection.test":
                await Connect(self.sessions, self.store, self.state, self.announcer).carry_out(run)
            case "connection.disconnect":
                await self._disconnect(run)
            case _:
                await self._with_halo(run)

    async def _with_halo(self, run: Run) -> None:
        session = await self._open_session()
        if session is None:
            await self._fail(run, problems.not_connected())
            return
        refreshing = Refreshing(self.bus, session, self.store)
        match run.kind:
            case "ticket.explain" | "scope.count":
                await self._look(run, session)
            case "ticket.comments":
                await refreshing.on_demand(run)
            case kind if kind in writeback_store.KINDS and run.connection != session.connection:
                await self._fail(run, problems.connection_left())  # its ids are of another Halo: somebody else's ticket
            case kind if kind in writeback_store.KINDS:
                writing_of = partial(self._writing, session, refreshing)
                await WriteBack(session, self.write_backs, self.announcer, writing_of).carry_out(run)
            case _:
                await SyncRunner(self.bus, session, self.store, self.state, self.announcer).carry_out(run)

    def _writing(self, session: Session, refreshing: Refreshing, run: Run) -> Writing:
        """What is written, by the run's kind."""
        command = COMMAND.validate_python(run.command)
        if isinstance(command, CreateOpportunity):
            return OpportunityWriting(self.database, session, refreshing, run, command)
        assert isinstance(command, CommentOnTicket)
        return CommentWriting(session, refreshing, run, command)

    async def _look(self, run: Run, session: Session) -> None:
        """Answer a question by looking at Halo; nothing is stored but the answer."""
        with telemetry.span(f"look {run.kind}", context=telemetry.context_from({"traceparent": run.traceparent or ""})):
            known = session.knowledge or await recall(self.database, run.tenant, session.connection) or Knowledge()
            command = COMMAND.validate_python(run.command)
            result = {}
            if isinstance(command, CountScope):
                result = await count(session, known, command.questions)
            elif isinstance(command, Explain):
                result = await explain(session, known, command.ticket_id)
            await self.store.finish(run, "done", [], session.clock.now(), result=result)

    async def _disconnect(self, run: Run) -> None:
        """Forget the credential; with the data, also how far each stream was read: wizard-api has raised their
        generations, so that a later connection begins anew.
        """
        with self._goes_on("disconnect", run):
            forgotten: dict[str, Any] = {"streams": {}, "findings": []} if run.command.get("delete") else {}
            now = self.sessions.clock.now()
            await self.state.set(state="disconnected", active=None, problem=None, **forgotten)
            await self.store.finish(run, "done", ["connection.disconnected"], now, trace=telemetry.trace_id())
            await self.announcer.announce(run)
            logger.info("disconnected", deleted=bool(forgotten))

    @contextmanager
    def _goes_on(self, name: str, run: Run) -> Iterator[None]:
        """A span in the trace of the click, and log lines that name tenant and run."""
        parent = telemetry.context_from({"traceparent": run.traceparent or ""})
        attributes = {semconv.TENANT: run.tenant, semconv.RUN: run.id}
        with log.bind(tenant=run.tenant, run=run.id), telemetry.span(name, attributes=attributes, context=parent):
            yield

    async def _fail(self, run: Run, problem: Problem) -> None:
        with self._goes_on(f"fail {run.kind}", run):
            logger.warning("run_failed", kind=problem.kind, title=problem.title)
            await self._failed(run, problem)

    async def _failed(self, run: Run, problem: Problem) -> None:
        if run.kind in writeback_store.KINDS:
            # Whatever went wrong here: what was once on its way may have arrived.
            state = "needs_review" if run.sending is not None and run.sending.attempt else "refused"
            now, facts = self.sessions.clock.now(), facts_of(run.kind, state)
            await self.store.finish(run, state, facts, now, problem=problem, due=None)
        else:
            await self.store.finish(run, "failed", ["run.failed"], self.sessions.clock.now(), problem=problem)
        await self.announcer.announce(run)

    async def _open_session(self) -> Session | None:
        """The session of the credential that is active now; the token is kept as long as that is the same."""
        async with self._opening:
            tenant: Tenant = await self.state.tenant()
            held = self._session
            if held is None or (held.active, held.connection) != (tenant.active, tenant.connection):
                self._session = self.sessions.open(self.lease, tenant, self.answers)
                self._opened += [self._session] if self._session else []
            return self._session
