"""The rate budget of a Halo instance, in MongoDB: shared by all tenants and replicas on it, and it survives a kill.

A slot is one request, kept a little longer than Halo's own window (docs/halo.md, Rate limits). Bulk reads leave a
reserve for interactive commands. A refusal by Halo while our own count has room means that others use the instance
too: our share is halved, and recovers by a tenth a window.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connector.settings import ConnectorSettings
from halobus.store import Database, Document, ReturnDocument

_MARGIN = 301 / 300
_LOWEST_SHARE = 0.05
_RECOVERY = 0.1


@dataclass(frozen=True)
class Refusal:
    """No slot is free before ``until`` (the database's time), which is ``seconds`` from now. ``used``: slots taken."""

    until: datetime
    seconds: float
    used: int


@dataclass(frozen=True)
class Budget:
    """One instance's budget. ``instance`` is the identity that all its tenants share."""

    database: Database
    settings: ConnectorSettings
    instance: str

    async def take(self, interactive: bool) -> Refusal | None:
        """Take one slot if one is free, by one conditional update; else say when to ask again."""
        document = await self._update(self._take(interactive))
        await self._recover(document)
        return None if document["granted"] else self._refusal(document, interactive)

    async def record(self, requests: int) -> None:
        """Count requests that were sent before the instance was known, such as discovery."""
        now = [{"t": "$$NOW"}] * requests
        await self._update([self._clean(), {"$set": {"slots": {"$concatArrays": ["$slots", now]}}}])

    async def refused_by_halo(self) -> bool:
        """Halo answered 429. Halves our share where our own count has room; True if it did."""
        room = {"$lt": [{"$size": "$slots"}, self._allowed(interactive=True)]}
        halved = {"$max": [_LOWEST_SHARE, {"$multiply": ["$share", 0.5]}]}
        lower = {"share": {"$cond": [room, halved, "$share"]}, "lowered": room, "share_changed": "$$NOW"}
        return bool((await self._update([self._clean(), {"$set": lower}]))["lowered"])

    @property
    def _window(self) -> timedelta:
        return timedelta(seconds=self.settings.halo_window * _MARGIN)

    def _clean(self) -> Document:
        oldest = {"$subtract": ["$$NOW", int(self._window.total_seconds() * 1000)]}
        kept = {"$filter": {"input": {"$ifNull": ["$slots", []]}, "cond": {"$gt": ["$$this.t", oldest]}}}
        share = {"$ifNull": ["$share", self.settings.halo_share]}
        configured = {
            "ours": self.settings.halo_share,
            "reserve": self.settings.halo_reserve,
        }  # for wizard-api's metrics
        return {
            "$set": {"slots": kept, "share": share, "limit": self.settings.halo_limit, **configured, "now": "$$NOW"}
        }

    def _allowed(self, interactive: bool) -> Document:
        """Slots that may be in use: our share of the limit, for a bulk read less the reserve, but never none."""
        ours: dict[str, Any] = {"$floor": {"$multiply": [self.settings.halo_limit, "$share"]}}
        return ours if interactive else {"$max": [1, {"$subtract": [ours, self.settings.halo_reserve]}]}

    def _take(self, interactive: bool) -> list[Document]:
        granted = {"$lt": [{"$size": "$slots"}, self._allowed(interactive)]}
        taken = {"$cond": ["$granted", {"$concatArrays": ["$slots", [{"t": "$$NOW"}]]}, "$slots"]}
        allowed = self._allowed(interactive)
        return [self._clean(), {"$set": {"granted": granted, "allowed": allowed}}, {"$set": {"slots": taken}}]

    async def _update(self, pipeline: list[Document]) -> Document:
        document: Document = await self.database.budgets.find_one_and_update(
            {"_id": self.instance}, pipeline, upsert=True, return_document=ReturnDocument.AFTER
        )
        return document

    async def _recover(self, document: Document) -> None:
        changed = document.get("share_changed")
        if changed is None or document["share"] >= self.settings.halo_share or document["now"] - changed < self._window:
            return
        share = min(self.settings.halo_share, document["share"] + _RECOVERY)
        await self.database.budgets.update_one(
            {"_id": self.instance, "share_changed": changed}, [{"$set": {"share": share, "share_changed": "$$NOW"}}]
        )

    def _refusal(self, document: Document, interactive: bool) -> Refusal:
        slots, now = document["slots"], document["now"]
        blocking = slots[len(slots) - int(document["allowed"])]
        until = blocking["t"] + self._window
        return Refusal(until, max(0.0, (until - now).total_seconds()), len(slots))
