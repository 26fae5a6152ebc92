"""The caller's tenant as it stands: its connection, its settings and what follows from them."""

from dataclasses import dataclass
from typing import TypeVar

from halobus.decisions import (
    KINDS,
    AssetSettings,
    Decision,
    OpportunitySettings,
    ProjectSettings,
    Switches,
    SyncSettings,
    TicketSettings,
)
from halobus.documents import Connection, Tenant
from halobus.runs import Finding
from halobus.scope import Scope
from halobus.settings_schema import decided
from halobus.store import Database, Document
from halobus.streams import StreamName
from wizard_api.problems import conflict

D = TypeVar("D", bound=Decision)
CONNECT_FIRST = "Connect Halo first: PUT /integrations/halo/connection, then POST …/connection/test."
_NEEDED = (StreamName.COMPANIES, StreamName.CONTACTS, StreamName.TICKETS)
_MORE = (StreamName.OPPORTUNITIES, StreamName.PROJECTS, StreamName.ASSETS)


@dataclass(frozen=True)
class Saved:
    """A settings document as stored; ``revision`` 0 and the defaults where nothing was saved yet."""

    value: Decision
    revision: int
    document: Document | None


@dataclass(frozen=True)
class State:
    """One tenant's connection, as read for one request. ``connection`` is the key's second part."""

    connections: Connection
    tenant: Tenant
    connection: str
    sync: SyncSettings
    tickets: TicketSettings
    opportunities: OpportunitySettings
    projects: ProjectSettings
    assets: AssetSettings
    revisions: tuple[int, ...]

    @property
    def scope(self) -> Scope:
        return Scope.of(self.sync)

    @property
    def switches(self) -> Switches:
        return Switches(self.sync, self.projects, self.assets)

    def generation(self, stream: StreamName) -> int:
        return self.connections.generation(self.connection, stream)

    def enabled(self) -> list[StreamName]:
        """The streams to be read, beside the reference lists: those that the admin has switched on.

        One without which the portal can do is read only where its permission is granted, as the last test found.
        """
        wanted = [stream for stream in (*_NEEDED, *_MORE) if self.switches.wants(stream)]
        return [one for one in wanted if one in _NEEDED or missing_permission(self.tenant, one) is None]


def missing_permission(known: Tenant, stream: StreamName) -> Finding | None:
    """What the last test found missing for the stream, in words and with the remedy."""
    opened = StreamName.COMPANIES if stream is StreamName.CONTACTS else stream  # by the same permission
    return next((one for one in known.findings if one.stream == opened and one.state == "missing"), None)


async def connections_of(database: Database, tenant: str) -> Connection:
    """The tenant's ``connections`` document, empty where there is none."""
    document = await database.connections.find_one({"_id": tenant}) or {}
    return Connection.model_validate({**document, "tenant": tenant})


async def tenant_of(database: Database, tenant: str) -> Tenant:
    """The tenant's ``tenants`` document, empty where there is none."""
    document = await database.tenants.find_one({"_id": tenant}) or {}
    return Tenant.model_validate({**document, "tenant": tenant})


async def saved(database: Database, tenant: str, connection: str, kind: str) -> Saved:
    """Settings of one kind."""
    document = await database.settings.find_one({"_id": f"{tenant}:{connection}:{kind}"})
    if document is None:
        return Saved(KINDS[kind](), 0, None)
    return Saved(decided(KINDS[kind], document), document["revision"], document)


async def state_of(database: Database, tenant: str) -> State:
    """Everything about the tenant's connection; ProblemError 409 where it never had one."""
    known = await tenant_of(database, tenant)
    if known.connection is None:
        raise conflict("not-connected", "Halo is not connected yet", CONNECT_FIRST)
    kinds = {kind: await saved(database, tenant, known.connection, kind) for kind in KINDS}
    return State(
        connections=await connections_of(database, tenant),
        tenant=known,
        connection=known.connection,
        sync=_of(SyncSettings, kinds["sync"]),
        tickets=_of(TicketSettings, kinds["tickets"]),
        opportunities=_of(OpportunitySettings, kinds["opportunities"]),
        projects=_of(ProjectSettings, kinds["projects"]),
        assets=_of(AssetSettings, kinds["assets"]),
        revisions=tuple(one.revision for one in kinds.values()),
    )


def _of(model: type[D], found: Saved) -> D:
    assert isinstance(found.value, model)
    return found.value


async def live_state_of(database: Database, tenant: str) -> State:
    """As ``state_of``, for what needs Halo now: ProblemError 409 while Halo is disconnected too."""
    state = await state_of(database, tenant)
    if state.tenant.state == "disconnected":
        raise conflict("not-connected", "Halo is disconnected", CONNECT_FIRST)
    return state
