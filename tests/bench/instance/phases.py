"""Phases of the run, each measured: what every stream listed, and what that took of requests and time."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench.instance.scene import Scene
from halobus.runs import ENDED
from support.truth import balanced

LOOK = 0.1
STREAMS = ("reference", "companies", "tickets", "comments", "opportunities", "projects", "contacts", "assets")


@dataclass
class Spent:
    """Of one stream. ``waited``: seconds for the rate budget, which are part of ``seconds``."""

    listed: int = 0
    requests: int = 0
    seconds: float = 0.0
    waited: float = 0.0


@dataclass
class Phase:
    """``requests``: by Halo's own count, with those for tokens and tests. ``seconds``: from first to last."""

    name: str
    requests: int = 0
    seconds: float = 0.0
    refused: int = 0
    most: int = 0
    streams: dict[str, Spent] = field(default_factory=lambda: {name: Spent() for name in STREAMS})

    @property
    def waited(self) -> float:
        return sum(each.waited for each in self.streams.values())


@asynccontextmanager
async def measured(scene: Scene, name: str) -> AsyncIterator[Phase]:
    """A phase; what Halo refused in it is noted as broken."""
    phase = Phase(name)
    before, began = await scene.halo.control.budget(), time.monotonic()
    scene.tell(f"{name} …")
    yield phase
    after = await scene.halo.control.budget()
    phase.requests = int(after["served"] - before["served"])
    phase.refused = int(after["refused"] - before["refused"])
    phase.most, phase.seconds = int(after["max_in_window"]), time.monotonic() - began
    scene.broken.unless(phase.refused == 0, f"{name}: Halo refused {phase.refused} requests")
    scene.tell(f"{name}: {phase.requests} requests, {phase.seconds:.0f} s, {phase.waited:.0f} s of it for the budget")


async def sync(scene: Scene, phase: Phase, kind: str) -> None:
    """One sync of all streams, waited for: it must be applied, with every sum right and no record missed."""
    await _forget_repetition(scene)
    asked = {"streams": ["tickets"]} if kind == "clear" else {}  # nothing else can be cleared
    id = await scene.portal.sync(kind, **asked)
    async with asyncio.timeout(scene.scale.patience):
        await _follow(scene, phase, id)
    run = await scene.portal.run(id)
    for read in run["reads"]:
        spent = phase.streams[read["stream"]]
        spent.listed += read["listed"]
        spent.requests += read["requests"]
        spent.seconds += _seconds(read)
    _judge(scene, f"{phase.name}, {kind}", run)


async def _forget_repetition(scene: Scene) -> None:
    """Let the same sync run again: promise 6 answers with the last one's id for 120 s."""
    long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
    await scene.it.database.commands.update_many({"command.kind": "sync"}, [{"$set": {"recorded": long_ago}}])


def _judge(scene: Scene, what: str, run: dict[str, Any]) -> None:
    ended = f"{run['state']}: {run['problem']}" if run["problem"] else run["state"]
    scene.broken.unless(run["state"] == "applied", f"{what}: the sync ended {ended}")
    off = [f"{read['stream']} {read['kind']}" for read in balanced(run)]
    scene.broken.unless(not off, f"{what}: sums are off: {', '.join(off)}")
    dead = sum(read["sums"]["dead_lettered"] for read in run["reads"])
    scene.broken.unless(dead == 0, f"{what}: {dead} dead letters")
    held = run["approval"]
    scene.broken.unless(held is None, f"{what}: removals wait for approval: {held}")


async def _follow(scene: Scene, phase: Phase, id: str) -> None:
    """Until the run has ended; what it says meanwhile of waiting for the budget is added up by stream."""
    looked = time.monotonic()
    while True:
        found = await scene.it.database.runs.find_one({"_id": id}, {"state": 1, "waiting": 1, "reads": 1}) or {}
        now = time.monotonic()
        if (found.get("waiting") or {}).get("reason") == "budget":
            phase.streams[_current(found["reads"])].waited += now - looked
        looked = now
        if found.get("state") in ENDED:
            return
        await asyncio.sleep(LOOK)


def _current(reads: Sequence[dict[str, Any]]) -> str:
    return next((str(read["stream"]) for read in reads if read["state"] != "applied"), "reference")


def _seconds(read: dict[str, Any]) -> float:
    if read["started"] is None or read["finished"] is None:
        return 0.0
    return (datetime.fromisoformat(read["finished"]) - datetime.fromisoformat(read["started"])).total_seconds()
