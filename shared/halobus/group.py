"""``<service>_group``: how many records in a row the group could not store, and the build that stopped for it."""

import asyncio
from datetime import datetime

from pydantic import Field

from halobus.runs import Part
from halobus.store import Database, find_one
from halobus.streak import Streak

REREAD = 3.0
"""Seconds until a process looks again whether its group was stopped or resumed."""


class Stopped(Part):
    """Which build stopped, when and for what; ``halobus resume`` sets it to null, another build goes on regardless."""

    build: str
    at: datetime
    reason: str


class State(Part):
    """The one document, ``_id`` "group". ``armed`` False: resumed by an operator, so that build counts anew only
    after a record that can be stored; else the same bad records would stop it for ever.
    """

    build: str = ""
    streak: int = 0
    tenants: list[str] = Field(default_factory=list)
    armed: bool = True
    stopped: Stopped | None = None


class Group:
    """The state of a consumer group as seen by one of its processes, which runs ``build``."""

    def __init__(self, database: Database, service: str, build: str) -> None:
        self._database = database
        self._collection = f"{service.replace('-', '_')}_group"
        self._build = build
        self._stopped: Stopped | None = None
        self._streak: Streak | None = None
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
            self._streak = Streak(state.streak, tuple(state.tenants), state.armed) if ours else Streak()
        self._stopped = state.stopped if state.stopped and state.stopped.build == self._build else None

    @property
    def streak(self) -> Streak:
        """As this process last knew it; call ``stopped`` first."""
        return self._streak or Streak()

    async def keep(self, streak: Streak) -> None:
        """Store the streak where it moved."""
        if streak != self._streak:
            await self._write(self._streak_fields(streak))
            self._streak = streak

    async def stop(self, reason: str) -> None:
        """Stop this build, in every process and over restarts, until another one or ``halobus resume``."""
        disarmed = Streak(armed=False)
        stopped = {"build": {"$literal": self._build}, "at": "$$NOW", "reason": {"$literal": reason}}
        await self._write({**self._streak_fields(disarmed), "stopped": stopped})
        self._streak = disarmed
        self._read_at = 0.0  # look at once: from now on what counts is the document

    def _streak_fields(self, streak: Streak) -> dict[str, object]:
        return {
            "build": {"$literal": self._build},
            "streak": streak.records,
            "tenants": {"$literal": list(streak.tenants)},
            "armed": streak.armed,
        }

    async def _write(self, fields: dict[str, object]) -> None:
        await self._database[self._collection].update_one({"_id": "group"}, [{"$set": fields}], upsert=True)
