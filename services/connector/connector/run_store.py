"""Writes of a run's document. Each filters on the fence and raises the revision that progress is followed by."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from connector.lease import Lease, LeaseLost
from halobus import metrics
from halobus.runs import OPEN, Read, Run, RunFact
from halobus.store import Database, ReturnDocument

KEPT = timedelta(days=90)


class RunStore:
    """The runs of one tenant, as seen and written by the holder of its lease."""

    def __init__(self, database: Database, lease: Lease) -> None:
        self.database = database
        self.lease = lease

    async def stamp(self) -> None:
        """Put our fence on the tenant's open runs: from here on an older holder's writes of them are refused."""
        mine = {"tenant": self.lease.tenant, "state": {"$in": sorted(OPEN)}, "fence": {"$lte": self.lease.fence}}
        await self.database.runs.update_many(mine, {"$set": {"fence": self.lease.fence}, "$inc": {"revision": 1}})

    async def oldest(self, kinds: frozenset[str]) -> Run | None:
        """The tenant's oldest open run of these kinds, which is the next to carry out."""
        query = {"tenant": self.lease.tenant, "state": {"$in": sorted(OPEN)}, "kind": {"$in": sorted(kinds)}}
        document = await self.database.runs.find_one(query, sort=[("created", 1)])
        return Run.model_validate(document) if document else None

    async def save(self, run: Run, **changes: Any) -> None:
        """Change fields of the run, in memory and in the database."""
        for name, value in changes.items():
            setattr(run, name, value)
        await self._write(run, {"$set": {name: _plain(value) for name, value in changes.items()}})

    async def save_read(self, run: Run, read: Read) -> None:
        """Write one read of the run, checkpoint included."""
        index = next(place for place, one in enumerate(run.reads) if one is read)
        await self._write(run, {"$set": {f"reads.{index}": read.model_dump()}})

    async def append_reads(self, run: Run, reads: list[Read]) -> None:
        """Add reads to the run's list."""
        run.reads.extend(reads)
        await self._write(run, {"$push": {"reads": {"$each": [read.model_dump() for read in reads]}}})

    async def finish(self, run: Run, state: str, facts: list[str], now: datetime, **changes: Any) -> None:
        """End the run, and store the facts that tell of it in the same write."""
        told = [*run.facts, *(_fact(run, fact, now) for fact in facts)]
        ended = {"state": state, "finished": now, "waiting": None, "facts": told, **changes}
        await self.save(run, expires=now + KEPT, **ended)
        metrics.add(metrics.RUNS, 1, kind=run.kind, state=state)

    async def tell(self, run: Run, fact: str, now: datetime, **changes: Any) -> None:
        """Store a fact of the run in the same write as what it tells of."""
        await self.save(run, facts=[*run.facts, _fact(run, fact, now)], **changes)

    async def flags(self, run: Run) -> Mapping[str, Any]:
        """What others may have asked of the run while it goes on: ``cancel_requested_by``."""
        return await self.database.runs.find_one({"_id": run.id}, {"cancel_requested_by": 1}) or {}

    async def _write(self, run: Run, change: dict[str, Any]) -> None:
        change.setdefault("$set", {})["fence"] = self.lease.fence
        document = await self.database.runs.find_one_and_update(
            {"_id": run.id, "fence": {"$lte": self.lease.fence}},
            {**change, "$inc": {"revision": 1}},
            projection={"revision": 1},
            return_document=ReturnDocument.AFTER,
        )
        if document is None:
            raise LeaseLost(self.lease.tenant)
        run.revision, run.fence = document["revision"], self.lease.fence


def _fact(run: Run, kind: str, now: datetime) -> RunFact:
    return RunFact(id=f"{run.id}.{kind}.{uuid4().hex[:8]}", type=kind, at=now)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.model_dump() if hasattr(value, "model_dump") else value
