"""*Test Connection*: discovery, token, who we are, one cheap read per permission. A token alone proves nothing.

Nothing is written to Halo. Every result says how it was learned.
"""

from collections.abc import Callable
from dataclasses import dataclass

from connector.halo.address import AllowedHosts
from connector.halo.auth import Token
from connector.halo.client import HaloClient
from connector.halo.discovery import discover
from connector.halo.endpoints import Endpoints
from connector.halo.errors import HaloError
from connector.halo.findings import agent_findings, cors_finding, permission_findings
from connector.halo.probes import Seen, probe
from connector.halo.scopes import Granted
from connector.halo.wire import Spend, Timeouts, TransportFactory, Wire
from halobus.clock import Clock
from halobus.runs import Diagnosis
from halobus.seal import Credential

TIMEOUTS = Timeouts(connect=4.0, read=6.0, total=8.0)
"""So that a silent host is told of within 10 seconds."""


@dataclass(frozen=True)
class Verdict:
    """``endpoints``, ``scopes``: set where the diagnosis is *connected*, for the credential that becomes active."""

    diagnosis: Diagnosis
    endpoints: Endpoints | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConnectionTest:
    """Tests a credential. All requests are interactive ones; a failure is a diagnosis, never an exception."""

    allowed: AllowedHosts
    transport: TransportFactory
    spend: Spend
    clock: Clock
    timeouts: Timeouts = TIMEOUTS

    async def run(self, url: str, credential: Callable[[], Credential]) -> Verdict:
        """Diagnose the credential at this Halo URL."""
        endpoints: Endpoints | None = None
        try:
            async with Wire(self.spend, self.clock, self.transport, self.timeouts) as wire:
                endpoints = await discover(wire, url, self.allowed)
            return await self._with_token(endpoints, credential)
        except HaloError as error:
            problem = error.problem
        instance = _instance(endpoints) if endpoints else {}
        return Verdict(Diagnosis(connected=False, problem=problem, findings=[cors_finding()], instance=instance))

    async def _with_token(self, endpoints: Endpoints, credential: Callable[[], Credential]) -> Verdict:
        client = HaloClient(
            endpoints, credential, self.transport, self.spend, self.clock, timeouts=self.timeouts, retries=0
        )
        try:
            granted = await client.tokens.granted()
            seen = await probe(client, granted)
        finally:
            await client.aclose()
        return _tested(endpoints, granted, seen)


def _tested(endpoints: Endpoints, granted: Granted[Token], seen: Seen) -> Verdict:
    """Connected where a stream at least can be read."""
    findings = [*agent_findings(seen), *permission_findings(granted, seen), cors_finding()]
    works = seen.problem is None
    diagnosis = Diagnosis(
        connected=works,
        problem=seen.problem,
        findings=findings,
        instance=_instance(endpoints),
        agent=seen.agent_name,
    )
    return Verdict(diagnosis, endpoints, granted.asked) if works else Verdict(diagnosis)


def _instance(endpoints: Endpoints) -> dict[str, str | None]:
    """The instance as the run's document shows it."""
    identity = endpoints.identity
    return {
        "key": identity.key,
        "tenant_id": identity.tenant_id,
        "database_id": identity.database_id,
        "host": identity.host,
        "resource_url": endpoints.resource_url,
        "token_url": endpoints.token_url,
    }
