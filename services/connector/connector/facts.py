"""Announcing facts: they stand in the run first, are published second, and marked third; an unmarked one goes again."""

from dataclasses import dataclass

from halobus import log
from halobus.bus import Bus
from halobus.messages import Fact
from halobus.runs import Run
from halobus.store import Database

logger = log.get(__name__)


@dataclass(frozen=True)
class Announcer:
    """Publishes a run's facts on ``halo.integration-events``; the same fact always has the same id."""

    database: Database
    bus: Bus

    async def announce(self, run: Run) -> None:
        """Publish what is not marked yet."""
        for fact in run.facts:
            if fact.announced:
                continue
            data = {"kind": run.kind, "state": run.state, **fact.data}
            message = Fact(
                id=fact.id,
                type=fact.type,
                tenant=run.tenant,
                connection=run.connection,
                at=fact.at,
                subject=run.id,
                data=data,
            )
            await self.bus.send_fact(message, "connector")
            await self._mark(run, fact.id)
            fact.announced = True
            logger.info("fact_announced", fact=fact.type, run=run.id, tenant=run.tenant)

    async def sweep(self) -> None:
        """Announce what a process that ended in between left unmarked; any replica may."""
        async for document in self.database.runs.find({"facts.announced": False}).limit(100):
            await self.announce(Run.model_validate(document))

    async def _mark(self, run: Run, fact: str) -> None:
        await self.database.runs.update_one({"_id": run.id, "facts.id": fact}, {"$set": {"facts.$.announced": True}})
