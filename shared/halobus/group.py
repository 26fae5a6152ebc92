"""``<service>_group``: how many records in a row the group could not store, and the build that stopped for it."""

import asyncio
from datetime import datetime

from pydantic import Field

from halobus.runs import Part
from halobus.store import Database, find_one
from halobus.streak import Streak

REREAD = 3.0
"""Seconds until a process looks again whether its group was stopped or resumed."""
REMEMBERED = 9
"""Builds before the last that stopped; ``halobus resume`` forgets them all."""


class Stopped(Part):
    """Which build stopped, when and for what; ``halobus resume`` sets it to null, another build goes on regardless."""

    build: str
    at: datetime
    reason: str


class State(Part):
    """The one document, ``_id`` "group". ``resumed``: when an operator last let the group go on: what was published
    before says nothing any more, or the same bad records would stop it again. ``armed`` False: since then nothing has
    come that can be stored, and until then nothing stops it.

    ``stopped``: the newest stop. ``before``: those of other builds, which hold as well: of two bad builds side by side
    neither may set the other free again.
    """

    build: str = ""
    streak: int = 0
    tenants: list[str] = Field(default_factory=list)
    armed: bool = True
    resumed: datetime | None = None
    stopped: Stopped | None = None
    before: list[Stopped] = Field(default_factory=list)

    def stop_of(self, build: str) -> Stopped | None:
        """Why this build must hold."""
        known = [*self.before, *([self.stopped] if self.stopped else [])]
        return next((each for each in known if each.build == build), None)


class Group:
    """The state of a consumer group as seen by one of its processes, which runs ``build``."""

    def __init__(self, database: Database, service: str, build: str) -> None:
        self._database = database
        self._collection = f"{service.replace('-', '_')}_group"
        self._build = build
        self._stopped: Stopped | None = None
        self._streak: Streak | None = None
        self._resumed: datetime | None = None
        self._read_at = 0.0

    async def stopped(self) -> str | None:
        """Why this build must hold, or None. Reads the database every ``REREAD`` seconds at most."""
        now = asyncio.get_running_loop().time()
        if self._streak is None or now - self._read_at >= REREAD:
            await self._read()
            self._read_at = now
        return self._stopped.reason if self._stopped else None

    async def _read(self) -> None:
        state = State.model_validate(await find_one(self._database, self._collection, "group") or {})
        if self._streak is None or self._stopped:
            ours = state.build == self._build
            others = Streak(armed=self._stopped is None)  # resumed just now, and another build has counted since
            self._streak = Streak(state.streak, tuple(state.tenants), state.armed) if ours else others
        self._stopped, self._resumed = state.stop_of(self._build), state.resumed

    @property
    def streak(self) -> Streak:
        """As this process last knew it; call ``stopped`` first."""
        return self._streak or Streak()

    def counts(self, published: int) -> bool:
        """Whether a record of that time (milliseconds, as Kafka has it) says anything about the build."""
        return self._resumed is None or published > self._resumed.timestamp() * 1000

    async def keep(self, streak: Streak) -> None:
        """Store the streak where it moved."""
        if streak != self._streak:
            await self._write(self._streak_fields(streak))
            self._streak = streak

    async def stop(self, reason: str) -> None:
        """Stop this build, in every process and over restarts, until another one or ``halobus resume``."""
        disarmed = Streak(armed=False)
        stopped = {"build": {"$literal": self._build}, "at": "$$NOW", "reason": {"$literal": reason}}
        await self._write({**self._streak_fields(disarmed), "stopped": stopped, "before": self._others()})
        self._streak = disarmed
        self._read_at = 0.0  # look at once: from now on what counts is the document

    def _others(self) -> dict[str, object]:
        """The stops of other builds, the newest last; how ``$set`` computes it from what is there."""
        newest: dict[str, object] = {"$cond": [{"$gt": ["$stopped", None]}, ["$stopped"], []]}
        known = {"$concatArrays": [{"$ifNull": ["$before", []]}, newest]}
        others = {"$filter": {"input": known, "cond": {"$ne": ["$$this.build", {"$literal": self._build}]}}}
        return {"$slice": [others, -REMEMBERED]}

    def _streak_fields(self, streak: Streak) -> dict[str, object]:
        return {
            "build": {"$literal": self._build},
            "streak": streak.records,
            "tenants": {"$literal": list(streak.tenants)},
            "armed": streak.armed,
        }

    async def _write(self, fields: dict[str, object]) -> None:
        await self._database[self._collection].update_one({"_id": "group"}, [{"$set": fields}], upsert=True)
