"""Converging: what a consumer does besides its records, at a wake-up by a fact and hourly. All of it is idempotent."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from aiokafka import ConsumerRecord

from halobus import log, topics, version
from halobus.envelope import read_headers
from halobus.forgetting import forget
from halobus.patience import Patience
from halobus.presence import presences
from halobus.service import Service
from halobus.standing import Standing, standings
from halobus.store import Database
from halobus.streams import Stream

HOUR = 3600.0
FOR_THE_PORTAL = "/halobus/importer"
"""The source of facts that wake no consumer."""
Step = Callable[[Database, Standing], Awaitable[None]]
_log = log.get(__name__)


class Converge:
    """``steps`` are the service's own, after the clean-up that all share. ``attach`` it before the service runs."""

    def __init__(self, service: Service, stream: Stream, *steps: Step) -> None:
        self._service = service
        self._stream = stream
        self._steps = steps

    def attach(self, *others: "Converge") -> None:
        """Wake up with every fact, and hourly, since a fact may be lost. ``others``: of the owner's further streams."""
        all_of_them = (self, *others)

        async def wake(records: Sequence[ConsumerRecord]) -> None:
            for each in all_of_them:
                await each.wake(records)

        async def converge() -> None:
            for each in all_of_them:
                await each.converge()

        self._service.bus.subscribe([topics.FACTS], f"{self._stream.owner}.wake", wake)
        self._service.loop("converge", converge, every=HOUR)

    async def wake(self, records: Sequence[ConsumerRecord]) -> None:
        """One converging for each tenant, however many facts a batch has of it.

        What the importer tells is for the host portal: nobody converges by it, and an import tells thousands.
        """
        heard = [read_headers(record.headers) for record in records]
        named = {headers.get("ce_tenant") for headers in heard if headers.get("ce_source") != FOR_THE_PORTAL}
        tenants = {tenant for tenant in named if tenant}
        if None in named:
            _log.warning("fact_without_tenant")
        patience = Patience(self._service.health, "converging")
        await patience.through(lambda: self.converge(tenants))

    async def converge(self, tenants: Collection[str] | None = None) -> None:
        """Bring the mirrors of these tenants (None: of all) into line with what is decided. Raises outages."""
        database = self._service.database
        for presence in (await presences(database, tenants)).values():
            with log.bind(tenant=presence.tenant):
                await forget(database, presence, self._stream)
        for standing in await standings(database, self._stream.name, tenants):
            with log.bind(tenant=standing.tenant):
                await self._clear_past(standing)
                for step in self._steps:
                    await step(database, standing)

    async def _clear_past(self, standing: Standing) -> None:
        """Delete what is of an older generation. Not before the clearing run is applied: it could still need undoing
        by another one, and nobody sees the past meanwhile."""
        if not standing.cleared or standing.generation == 0:
            return
        past = {
            "tenant": standing.tenant,
            "connection": standing.connection,
            "version": {"$lt": version.floor(standing.generation)},
        }
        deleted = (await self._service.database[self._stream.collection].delete_many(past)).deleted_count
        if deleted:
            _log.info("past_generation_deleted", stream=self._stream.name, documents=deleted)
