"""The write-backs of one tenant as their holder sees them. All times are the database's, so they survive a takeover."""

from datetime import datetime, timedelta
from typing import Any

from connector.lease import LeaseLost
from connector.run_store import RunStore
from halobus.runs import Run
from halobus.store import Document, ReturnDocument

KINDS = frozenset({"ticket.comment", "opportunity.create"})
_WAITING = ["queued", "unknown"]


class WriteBackStore:
    """Finds what is due and moves it on; every write filters on the fence and is a majority write."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.runs = store.database.runs

    async def next(self) -> Run | None:
        """The oldest write-back for which something is to be done. One found *sending* was left by a holder before."""
        now = {"$lte": [{"$ifNull": ["$due", "$created"]}, "$$NOW"]}
        todo: list[Document] = [{"state": "sending"}, {"state": {"$in": _WAITING}, "$expr": now}]
        document = await self.runs.find_one({**self._mine(), "$or": todo}, sort=[("created", 1)])
        return Run.model_validate(document) if document else None

    async def any_open(self) -> bool:
        """Whether the tenant has write-backs on their way, due or not."""
        waiting = {**self._mine(), "state": {"$in": [*_WAITING, "sending"]}}
        return await self.runs.find_one(waiting, {"_id": 1}) is not None

    async def begin(self, run: Run, patience: timedelta) -> None:
        """Write *sending* with the time, before Halo is asked; after ``patience`` a successor may look for it."""
        attempt = run.sending.attempt if run.sending else 0
        again = run.state == "sending"  # a refused token was renewed: the same attempt
        sending = {"attempt": attempt if again else attempt + 1, "sent_at": "$$NOW"}
        await self._write(run, {"state": "sending", "sending": sending, "due": _in(patience)})

    async def later(self, run: Run, state: str, pause: timedelta | None, *, undone: bool = False) -> None:
        """*queued* or *unknown* until ``pause`` is over (None: until what stands). ``undone``: the attempt was none."""
        fields: dict[str, Any] = {"state": state}
        if pause is not None:
            fields["due"] = _in(pause)
        if undone and run.sending is not None:
            fields["sending.attempt"] = max(0, run.sending.attempt - 1)
        await self._write(run, fields)

    async def since_sent(self, run: Run) -> timedelta:
        """How long ago it was sent, by the database's clock."""
        found = await self.runs.aggregate([{"$match": {"_id": run.id}}, {"$project": {"now": "$$NOW"}}]).to_list(1)
        now: datetime = found[0]["now"]
        sent = run.sending.sent_at if run.sending else None
        return now - (sent or now)

    async def others(self, run: Run, beside: str) -> list[Run]:
        """The other write-backs of its kind whose command has the same under ``beside``, such as the ticket's id."""
        same = {**self._mine(), "kind": run.kind, f"command.{beside}": run.command[beside], "_id": {"$ne": run.id}}
        return [Run.model_validate(document) async for document in self.runs.find(same)]

    def _mine(self) -> Document:
        return {"tenant": self.store.lease.tenant, "kind": {"$in": sorted(KINDS)}}

    async def _write(self, run: Run, fields: dict[str, Any]) -> None:
        fence = self.store.lease.fence
        mine = {"_id": run.id, "fence": {"$lte": fence}}
        change = [{"$set": {**fields, "fence": fence, "revision": {"$add": ["$revision", 1]}}}]
        document = await self.runs.find_one_and_update(mine, change, return_document=ReturnDocument.AFTER)
        if document is None:
            raise LeaseLost(self.store.lease.tenant)
        now = Run.model_validate(document)
        run.state, run.sending, run.due, run.revision, run.fence = now.state, now.sending, now.due, now.revision, fence


def _in(pause: timedelta) -> Document:
    seconds = pause.total_seconds()
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": int(seconds * 1000)}}
