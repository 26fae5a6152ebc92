"""The caller's tenant as it stands: its connection, its settings and what follows from them."""

from dataclasses import dataclass

from halobus.decisions import KINDS, Decision, SyncSettings, TicketSettings
from halobus.documents import Connection, Tenant
from halobus.scope import Scope
from halobus.store import Database, Document
from halobus.streams import StreamName
from wizard_api.problems import conflict

CONNECT_FIRST = "Connect Halo first: PUT /integrations/halo/connection, then POST …/connection/test."


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
    revisions: tuple[int, int]

    @property
    def scope(self) -> Scope:
        return Scope.of(self.sync)

    def generation(self, stream: StreamName) -> int:
        return self.connections.generation(self.connection, stream)

    def enabled(self) -> list[StreamName]:
        """The streams that the admin has switched on, beside the reference lists."""
        switches = (StreamName.COMPANIES, StreamName.CONTACTS, StreamName.TICKETS)
        return [stream for stream in switches if self.sync.wants(stream)]


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
    # Fields of a later version are left out: while a new one is rolled out, its replicas may already write them.
    return Saved(KINDS[kind].stored(document["value"]), document["revision"], document)


async def state_of(database: Database, tenant: str) -> State:
    """Everything about the tenant's connection; ProblemError 409 where it never had one."""
    known = await tenant_of(database, tenant)
    if known.connection is None:
        raise conflict("not-connected", "Halo is not connected yet", CONNECT_FIRST)
    sync = await saved(database, tenant, known.connection, "sync")
    tickets = await saved(database, tenant, known.connection, "tickets")
    assert isinstance(sync.value, SyncSettings)
    assert isinstance(tickets.value, TicketSettings)
    return State(
        connections=await connections_of(database, tenant),
        tenant=known,
        connection=known.connection,
        sync=sync.value,
        tickets=tickets.value,
        revisions=(sync.revision, tickets.revision),
    )


async def live_state_of(database: Database, tenant: str) -> State:
    """As ``state_of``, for what needs Halo now: ProblemError 409 while Halo is disconnected too."""
    state = await state_of(database, tenant)
    if state.tenant.state == "disconnected":
        raise conflict("not-connected", "Halo is disconnected", CONNECT_FIRST)
    return state
