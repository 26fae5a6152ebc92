"""*Test Connection*: the draft is tested, and what worked becomes active. A failed test breaks nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from connector import problems
from connector.budget import Budget
from connector.facts import Announcer
from connector.halo.client import HaloClient
from connector.halo.diagnosis import ConnectionTest, Verdict
from connector.halo.endpoints import Endpoints
from connector.halo.errors import HaloError
from connector.halo.transport import GuardedTransport
from connector.halo.zone import measure
from connector.recording import record_run
from connector.run_store import RunStore
from connector.session import Spender
from connector.sessions import Sessions
from connector.stops import connection_of
from connector.tenant_state import TenantState
from halobus import log, seal, telemetry
from halobus.clock import Clock
from halobus.commands import COMMAND, Refresh, TestConnection, dedup_key
from halobus.documents import Active, Draft, Tenant, Zone
from halobus.runs import Diagnosis, Run

logger = log.get(__name__)
Credential = Callable[[], seal.Credential]


@dataclass(frozen=True)
class Connect:
    """Tests the draft of one tenant as the holder of its lease."""

    sessions: Sessions
    store: RunStore
    state: TenantState
    announcer: Announcer

    async def carry_out(self, run: Run) -> None:
        """Bring the test to its end: *done* with a diagnosis that says connected, or *failed* with why not."""
        parent = telemetry.context_from({"traceparent": run.traceparent or ""})
        with log.bind(tenant=run.tenant, run=run.id), telemetry.span("test connection", context=parent):
            now = self.sessions.clock.now()
            await self.store.save(run, state="running", started=now, trace=telemetry.trace_id())
            await self._test(run)
            await self.announcer.announce(run)

    async def _test(self, run: Run) -> None:
        command = COMMAND.validate_python(run.command)
        draft = (await connection_of(self.store, run.tenant)).draft
        if not isinstance(command, TestConnection) or draft is None or draft.revision != command.draft_revision:
            await self._failed(run, Diagnosis(connected=False, problem=problems.credential_changed()))
            return
        try:
            credential = self._credential(run.tenant, draft)
        except seal.SealError as error:
            await self._failed(run, Diagnosis(connected=False, problem=problems.sealed(error)))
            return
        requests = _Requests(await self._budget(draft), self.sessions.clock)
        test = ConnectionTest(self.sessions.allowed(), self._transport, requests.spend, self.sessions.clock)
        verdict = await test.run(draft.url, credential)
        await self._judge(run, command, draft, credential, verdict, requests)

    async def _judge(
        self,
        run: Run,
        command: TestConnection,
        draft: Draft,
        credential: Credential,
        verdict: Verdict,
        requests: "_Requests",
    ) -> None:
        """Make the tested credential the active one, unless it leads to another instance than the connected one."""
        endpoints, tenant = verdict.endpoints, await self.state.tenant()
        if endpoints is None:
            await self._failed(run, verdict.diagnosis)
            return
        await requests.move_to(self.sessions.budget(endpoints.identity.key))
        other = tenant.instance is not None and tenant.instance != endpoints.identity.key
        if other and not command.replace:
            await self._other_instance(run, verdict.diagnosis, tenant)
            return
        zone = await self._zone(endpoints, credential, requests, verdict)
        connection = tenant.connection if tenant.connection and not other else f"c{uuid4().hex[:12]}"
        await self._activate(tenant, draft, verdict, endpoints, connection, zone, new=other)
        await self._done(run, verdict.diagnosis, tenant, connection)

    def _credential(self, tenant: str, draft: Draft) -> Credential:
        """Opens the secret at each use; SealError at once where it can't be opened."""

        def opened() -> seal.Credential:
            blob = seal.Sealed(draft.sealed.key_id, draft.sealed.blob)
            keys = self.sessions.keys()
            return seal.unseal(blob, keys, tenant=tenant, host=draft.host, client_id=draft.client_id)

        opened()
        return opened

    def _transport(self) -> GuardedTransport:
        return GuardedTransport(self.sessions.allowed())

    async def _budget(self, draft: Draft) -> Budget:
        """The instance's budget where some tenant's connection tells which one the host is, else one of the host."""
        known = await self.sessions.database.tenants.find_one({"active.host": draft.host}, {"instance": 1})
        return self.sessions.budget((known or {}).get("instance") or f"host:{draft.host}")

    async def _zone(
        self, endpoints: Endpoints, credential: Credential, requests: "_Requests", verdict: Verdict
    ) -> Zone:
        clock = self.sessions.clock
        client = HaloClient(
            endpoints, credential, self._transport, requests.spend, clock, scopes=verdict.scopes, retries=0
        )
        try:
            return await measure(lambda path, params: client.get(path, params, interactive=True), clock.now())
        except HaloError as error:
            # Not knowing it costs a wider window at each sync, not the connection.
            logger.warning("zone_not_measured", problem=error.problem.title)
            return Zone(offset_minutes=None, measured_at=clock.now())
        finally:
            await client.aclose()

    async def _activate(
        self,
        tenant: Tenant,
        draft: Draft,
        verdict: Verdict,
        endpoints: Endpoints,
        connection: str,
        zone: Zone,
        new: bool,
    ) -> None:
        active = Active(
            url=endpoints.url,
            host=draft.host,
            resource_url=endpoints.resource_url,
            token_url=endpoints.token_url,
            client_id=draft.client_id,
            sealed=draft.sealed,
            draft_revision=draft.revision,
            scopes=list(verdict.scopes),
            tested_at=self.sessions.clock.now(),
        )
        fields: dict[str, Any] = {
            "connection": connection,
            "instance": endpoints.identity.key,
            "active": active.model_dump(),
            "state": "connected",
            "problem": None,
            "findings": [finding.model_dump() for finding in verdict.diagnosis.findings],
            "zone": zone.model_dump(),
        }
        # What is left is told in the write that leaves it: its owners delete what they hold of it.
        left = {"streams": {}, "left": [*(tenant.left or []), tenant.connection]} if new else {}
        await self.state.set(**fields, **left)

    async def _done(self, run: Run, diagnosis: Diagnosis, before: Tenant, connection: str) -> None:
        facts = ["connection.recovered" if before.state == "error" else "connection.connected"]
        now = self.sessions.clock.now()
        await self.store.finish(run, "done", facts, now, diagnosis=diagnosis, connection=connection)
        logger.info("connected", connection=connection, instance=diagnosis.instance.get("key"))
        await self._read_lists(run, connection)

    async def _read_lists(self, run: Run, connection: str) -> None:
        """Step 2's pickers need the reference lists: their run begins at once, and once for each test."""
        id = f"{run.id}-lists"
        command = Refresh(
            id=id,
            tenant=run.tenant,
            dedup_key=dedup_key(run.tenant, "reference.refresh", [connection, id]),
            actor=run.command["actor"],
            requested_at=self.sessions.clock.now(),
            connection=connection,
        )
        await record_run(self.sessions.database, command)

    async def _other_instance(self, run: Run, diagnosis: Diagnosis, tenant: Tenant) -> None:
        told = diagnosis.model_copy(update={"connected": False, "problem": problems.other_instance(tenant)})
        await self._failed(run, told, other_instance=True)

    async def _failed(self, run: Run, diagnosis: Diagnosis, **result: Any) -> None:
        now = self.sessions.clock.now()
        problem = diagnosis.problem or problems.credential_changed()
        fields = {"diagnosis": diagnosis, "problem": problem, "result": result}
        await self.store.finish(run, "failed", ["run.failed"], now, **fields)
        logger.warning("test_failed", kind=problem.kind, title=problem.title)


class _Requests:
    """Spends for a test, whose instance is known only once discovery has answered."""

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self._budget = budget
        self._clock = clock
        self._spent = 0

    async def spend(self, interactive: bool) -> None:
        """Take a slot; a test waits for one like everything else."""
        self._spent += 1
        await Spender(self._budget, self._clock).spend(interactive)

    async def move_to(self, budget: Budget) -> None:
        """Count what was spent so far against the instance that it reached."""
        if budget.instance != self._budget.instance:
            await budget.record(self._spent)
            self._budget = budget
