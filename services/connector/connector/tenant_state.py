"""The connector's own document of a tenant: read freely, written only as the lease's holder."""

from dataclasses import dataclass
from typing import Any

from connector.lease import Lease, write
from halobus.decisions import AssetSettings, ProjectSettings, Switches, SyncSettings
from halobus.documents import StreamState, Tenant
from halobus.runs import Problem
from halobus.settings_schema import decided
from halobus.store import Database, Document
from halobus.streams import StreamName


@dataclass(frozen=True)
class TenantState:
    """Reads and writes ``tenants`` and reads the settings of one tenant."""

    database: Database
    lease: Lease

    async def tenant(self) -> Tenant:
        """The ``tenants`` document, empty where there is none yet."""
        document = await self.database.tenants.find_one({"_id": self.lease.tenant})
        return Tenant.model_validate({"tenant": self.lease.tenant, **(document or {})})

    async def stream(self, name: StreamName) -> StreamState:
        """How far a stream is; nothing read where nothing is stored."""
        return (await self.tenant()).streams.get(name, StreamState())

    async def switches(self, connection: str) -> Switches:
        """The settings that decide what is read; the defaults before any were saved."""
        prefix = f"{self.lease.tenant}:{connection}"
        kinds = {f"{prefix}:{kind}": kind for kind in ("sync", "projects", "assets")}
        found: dict[str, Document] = {}
        async for document in self.database.settings.find({"_id": {"$in": list(kinds)}}):
            found[kinds[document["_id"]]] = document
        return Switches(
            decided(SyncSettings, found.get("sync")),
            decided(ProjectSettings, found.get("projects")),
            decided(AssetSettings, found.get("assets")),
        )

    async def set(self, **fields: Any) -> None:
        """Write fields of the document."""
        await write(self.database, self.lease, {"$set": fields})

    async def save_stream(self, name: StreamName, state: StreamState) -> None:
        """Replace what is stored of a stream; it has no problem any more unless ``state`` has one."""
        await self.set(**{f"streams.{name}": state.model_dump()})

    async def stream_failed(self, name: StreamName, problem: Problem) -> None:
        """Note why a stream could not be read, beside what is known of it."""
        await self.set(**{f"streams.{name}.problem": problem.model_dump()})
