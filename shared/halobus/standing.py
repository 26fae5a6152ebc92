"""Where a tenant's stream stands: its connection, and the generation below which mirrors are of the past."""

from collections.abc import Collection
from dataclasses import dataclass

from halobus.documents import Connection, Tenant
from halobus.store import Database
from halobus.streams import StreamName


@dataclass(frozen=True)
class Standing:
    """``cleared``: the run that began this generation has been applied, so that older mirrors may be deleted."""

    tenant: str
    connection: str
    generation: int
    cleared: bool


async def standings(database: Database, stream: StreamName, tenants: Collection[str] | None = None) -> list[Standing]:
    """One for each of these tenants (None: all) that has been connected. Raises the driver's errors."""
    chosen = {} if tenants is None else {"_id": {"$in": sorted(tenants)}}
    decided = {
        document["_id"]: Connection.model_validate(document) async for document in database["connections"].find(chosen)
    }
    found: list[Standing] = []
    async for document in database["tenants"].find({**chosen, "connection": {"$type": "string"}}):
        tenant = Tenant.model_validate(document)
        connection = tenant.connection or ""
        wanted = decided.get(tenant.tenant, Connection(tenant=tenant.tenant)).generation(connection, stream)
        read = tenant.streams[stream].generation if stream in tenant.streams else 0
        found.append(Standing(tenant.tenant, connection, wanted, wanted == read))
    return found
