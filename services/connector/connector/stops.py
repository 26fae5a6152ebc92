"""Between two pages: is the run still to go on? Cancelled, superseded by a Clear & Resync, or by another connection."""

from dataclasses import dataclass
from typing import Literal

from connector.run_store import RunStore
from connector.tenant_state import TenantState
from halobus.documents import Connection
from halobus.runs import Run
from halobus.streams import StreamName


class RunStopped(Exception):  # noqa: N818 (an end of the run, not an error)
    """The run ends here in ``state``."""

    def __init__(self, state: Literal["cancelled", "superseded"]) -> None:
        super().__init__(state)
        self.state = state


class SwitchedOff(Exception):  # noqa: N818 (an end of the stream's reads, not an error)
    """The admin wants the stream to be read no more; the run goes on without it."""


@dataclass(frozen=True)
class StopCheck:
    """Asked before every request of a bulk read and while a read is being applied."""

    store: RunStore
    run: Run
    stream: StreamName
    state: TenantState

    async def __call__(self) -> None:
        """RunStopped or SwitchedOff where someone asked for it."""
        if (await self.store.flags(self.run)).get("cancel_requested_by"):
            raise RunStopped("cancelled")
        connection = await connection_of(self.store, self.run.tenant)
        for stream, generation in self.run.generations.items():
            if connection.generation(self.run.connection or "", StreamName(stream)) != generation:
                raise RunStopped("superseded")
        tenant = await self.store.database.tenants.find_one({"_id": self.run.tenant}, {"connection": 1, "state": 1})
        if tenant is None or tenant.get("connection") != self.run.connection:
            raise RunStopped("superseded")
        if tenant.get("state") == "disconnected":
            raise RunStopped("cancelled")
        switches = await self.state.switches(self.run.connection or "")
        if not switches.wants(self.stream):
            raise SwitchedOff


async def connection_of(store: RunStore, tenant: str) -> Connection:
    """What wizard-api holds of the tenant's connection."""
    document = await store.database.connections.find_one({"_id": tenant})
    return Connection.model_validate({"tenant": tenant, **(document or {})})
