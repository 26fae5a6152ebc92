"""Carrying out a sync: stream after stream, each read settled before the next begins.

A run goes on from its document alone, so a new holder continues where the old one's last checkpoint stands.
"""

from collections.abc import Awaitable
from dataclasses import dataclass

from connector import problems, retyped
from connector.facts import Announcer
from connector.halo.errors import HaloError
from connector.run_store import RunStore
from connector.session import Session
from connector.settle import ReadFailed
from connector.stops import RunStopped, SwitchedOff, connection_of
from connector.stream_run import StreamRun
from connector.tenant_state import TenantState
from halobus import log, telemetry
from halobus.bus import Bus
from halobus.commands import COMMAND, AcceptRemovals, Refresh, Sync
from halobus.runs import Problem, Read, Run, Waiting
from halobus.seal import SealError
from halobus.streams import StreamName

logger = log.get(__name__)
ORDER = (
    StreamName.REFERENCE,
    StreamName.COMPANIES,
    StreamName.TICKETS,
    *retyped.SALES,
    StreamName.CONTACTS,
    StreamName.ASSETS,
)
"""Contacts and assets last: a large Halo's fill windows of the budget, and what moved lately is wanted at once."""


@dataclass(frozen=True)
class SyncRunner:
    """Carries out syncs, refreshes of reference lists and accepted removals of one tenant."""

    bus: Bus
    session: Session
    store: RunStore
    state: TenantState
    announcer: Announcer

    async def carry_out(self, run: Run) -> None:
        """Bring an open run to its end, whatever that is; only a lost lease or an outage of ours escapes."""
        parent = telemetry.context_from({"traceparent": run.traceparent or ""})
        with log.bind(tenant=run.tenant, run=run.id), telemetry.span(f"run {run.kind}", context=parent):
            await self._to_its_end(run)
            await self.announcer.announce(run)

    async def _to_its_end(self, run: Run) -> None:
        interactive = run.kind == "reference.refresh"
        if not interactive:
            self.session.spender.on_wait = lambda waiting: self._waits(run, waiting)
        try:
            streams = await self._begin(run)
            problem = await self._carry_out(run, streams, interactive)
            await (self._fail(run, problem) if problem else self._applied(run))
        except RunStopped as stopped:
            await self.store.finish(run, stopped.state, [f"run.{stopped.state}"], self.session.clock.now())
        except (ReadFailed, HaloError) as error:
            await self._fail(run, error.problem)
        except SealError as error:
            await self._fail(run, problems.sealed(error))
        finally:
            if not interactive:
                self.session.spender.on_wait = None

    async def _begin(self, run: Run) -> list[StreamName]:
        """The run's streams in order; at the first time also its generations, so that a clear is noticed."""
        if run.kind == "sync.accept-removals":
            await self._take_over_removals(run)
        wanted = {read.stream for read in run.reads} | set(_asked(run)) | {StreamName.REFERENCE}
        streams = [stream for stream in ORDER if stream in wanted]
        if run.started is None:
            connection = await connection_of(self.store, run.tenant)
            generations = {str(one): connection.generation(self.session.connection, one) for one in streams}
            now = self.session.clock.now()
            fields = {"connection": self.session.connection, "generations": generations, "trace": telemetry.trace_id()}
            await self.store.tell(run, "run.started", now, state="reading", started=now, **fields)
            await self.announcer.announce(run)
            logger.info("run_started", kind=run.kind, streams=[str(one) for one in streams])
        return streams

    async def _carry_out(self, run: Run, streams: list[StreamName], interactive: bool) -> Problem | None:
        """Stream after stream, then what one of them left to another. The first refusal of a stream, if any."""
        for_tickets = StreamName.TICKETS in streams and not interactive
        refused = [
            await self._tolerated(run, stream, self._stream(run, stream, interactive, for_tickets).carry_out())
            for stream in streams
        ]
        for stream, ids in (await self._retyped(run, streams)).items():
            refused.append(await self._tolerated(run, stream, self._stream(run, stream, False, False).let_go(ids)))
        return next((problem for problem in refused if problem is not None), None)

    async def _tolerated(self, run: Run, stream: StreamName, work: Awaitable[None]) -> Problem | None:
        """Do a stream's work; one that the agent may not read, or that was switched off, is noted and left out."""
        try:
            await work
        except SwitchedOff:
            await self._give_up(run, stream)
        except HaloError as error:
            if error.problem.kind != "permission":
                raise
            problem = problems.of_stream(stream, error.problem)
            await self.state.stream_failed(stream, problem)
            return problem
        return None

    async def _retyped(self, run: Run, streams: list[StreamName]) -> dict[StreamName, list[int]]:
        """What is to be looked at because it stands in the mirror of one domain and was met later in another's."""
        if run.kind != "sync" or not set(_asked(run)) & set(retyped.DOMAINS):
            return {}
        connection = await connection_of(self.store, run.tenant)
        here = self.session.connection
        generations = {stream: connection.generation(here, stream) for stream in retyped.DOMAINS}
        found = await retyped.left_behind(self.store.database, run.tenant, here, generations)
        return {stream: ids for stream, ids in found.items() if stream in streams}

    async def _give_up(self, run: Run, stream: StreamName) -> None:
        """The stream was switched off while it was read: its cursor stays, so that a later sync goes on from there."""
        for read in run.reads:
            if read.stream == stream and read.state != "applied":
                read.state = "failed"
        await self.store.save(run, reads=run.reads)
        logger.info("stream_switched_off", stream=str(stream))

    def _stream(self, run: Run, stream: StreamName, interactive: bool, for_tickets: bool) -> StreamRun:
        command = COMMAND.validate_python(run.command)
        lists = frozenset(command.lists) if isinstance(command, Refresh) else frozenset()
        return StreamRun(
            self.bus,
            self.session,
            self.store,
            self.state,
            run,
            stream,
            run.generations.get(str(stream), 0),
            asked=stream in _asked(run),
            lists=lists,
            for_tickets=for_tickets,
            interactive=interactive,
        )

    async def _take_over_removals(self, run: Run) -> None:
        """The ids that another run held back and an admin agreed to."""
        command = COMMAND.validate_python(run.command)
        if run.reads or not isinstance(command, AcceptRemovals):
            return
        held = await self.store.database.runs.find_one({"_id": command.run, "tenant": run.tenant}, {"approval": 1})
        approval = (held or {}).get("approval")
        if approval:
            read = Read(stream=StreamName(approval["stream"]), kind="removals", ids=approval["ids"])
            await self.store.append_reads(run, [read])

    async def _applied(self, run: Run) -> None:
        difference = sum(abs(read.difference) for read in run.reads)
        facts = ["run.applied", *(["approval.needed"] if run.approval else []), *(await self._recovered())]
        await self.store.finish(run, "applied", facts, self.session.clock.now(), difference=difference)
        logger.info("run_applied", listed=sum(read.listed for read in run.reads), difference=difference)

    async def _recovered(self) -> list[str]:
        """Halo answered: a connection that was failing is not any more."""
        if (await self.state.tenant()).state != "error":
            return []
        await self.state.set(state="connected", problem=None)
        return ["connection.recovered"]

    async def _fail(self, run: Run, problem: Problem) -> None:
        facts = ["run.failed"]
        if problem.kind in ("credentials", "address", "setup") and (await self.state.tenant()).state != "error":
            await self.state.set(state="error", problem=problem.model_dump())
            facts.append("connection.failing")
        await self.store.finish(run, "failed", facts, self.session.clock.now(), problem=problem)
        logger.warning("run_failed", kind=problem.kind, title=problem.title, halo=problem.halo)

    async def _waits(self, run: Run, waiting: Waiting | None) -> None:
        """Show that the run waits and until when. A read that is in hand goes on in the state that it was in."""
        await self.store.save(run, waiting=waiting, state="waiting" if waiting else "reading")


def _asked(run: Run) -> list[StreamName]:
    command = COMMAND.validate_python(run.command)
    match command:
        case Sync():
            return list(command.streams)
        case Refresh():
            return [StreamName.REFERENCE]
        case _:
            return []
