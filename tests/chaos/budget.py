"""budget: Halo's limit is used and not overrun, by two tenants of one instance and two connectors, one of them killed.

Time is scaled by the window alone, the same one in the simulator and in the connector: 300 requests in 30 s, in small
45 in 5 s. Nothing else of the budget depends on time, and the database's clock, which it lives by, stays as it is.
"""

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conftest import Place

from chaos.foreign import foreign_client
from chaos.load import some
from chaos.row import Broken, Ground, Row
from chaos.started import connect, forget_repetition
from halo_simulator.running import Running, process, running
from halobus.runs import ENDED
from support.system import Portal, System, system
from support.truth import FIELDS, balanced, differences, should_show
from support.waiting import until

SHARE = 0.9
RESERVE = 20
"""Kept for interactive commands where nobody sets it otherwise: a test has to do with it."""
QUIET = 15
"""Requests of a cycle in which nothing has changed and no list is due."""
CYCLES = 20
"""A full read leaves the comments of older tickets to the cycles after it, so many in each."""
MARGIN = 301 / 300


@dataclass(frozen=True)
class Scale:
    """``limit`` requests in ``window`` seconds, of which a foreign client takes a ``part``.

    ``reserve``: kept for interactive commands. ``page``: tickets in one.
    """

    limit: int
    window: float
    reserve: int
    part: float
    page: int
    tenants: tuple[str, ...]
    full: bool

    @property
    def bulk(self) -> int:
        """Requests of a window that bulk reads may use."""
        return int(self.limit * SHARE) - self.reserve

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HALOBUS_HALO_LIMIT": str(self.limit),
            "HALOBUS_HALO_WINDOW": str(self.window),
            "HALOBUS_HALO_RESERVE": str(self.reserve),
            "HALOBUS_PAGE_SIZE": str(self.page),
            "HALOBUS_LEASE_SECONDS": "5" if self.full else "3",
            **({} if self.full else {"HALOBUS_COMMENTS_PER_CYCLE": "5"}),
        }


# Small enough for two tenants of 300 tickets to fill more than two windows, and slow enough (5 a second) for a busy
# machine to keep up: what a window leaves unused is then the budget's doing. The reserve can't be smaller than a test,
# so it is a larger part of the limit, and a foreign client must take more to be felt.
SMALL = Scale(45, 5, 14, 3 / 4, 20, ("acme", "globex"), full=False)
FULL = Scale(300, 30, RESERVE, 1 / 3, 100, ("acme", "globex", "initech"), full=True)


@dataclass
class Scene:
    """The system with its tenants connected to one Halo, and what their runs said that they wait for."""

    it: System
    source: Running
    scale: Scale
    portals: list[Portal]
    alone: float
    """Seconds to connect where nobody else asks Halo: a test takes no longer by itself."""
    waited: set[tuple[str, str]] = field(default_factory=set)

    async def look(self, runs: Sequence[str]) -> bool:
        """Note what these runs wait for; whether all have ended."""
        found = await self.it.database.runs.find({"_id": {"$in": list(runs)}}).to_list(None)
        self.waited |= {
            (run["waiting"]["reason"], run["waiting"]["detail"])
            for run in found
            if run.get("waiting") and run["waiting"]["until"] is not None
        }
        return len(found) == len(runs) and all(run["state"] in ENDED for run in found)

    async def has_waited(self, runs: Sequence[str], reason: str) -> bool:
        """Whether one of them has told that it waits for this."""
        ended = await self.look(runs)
        assert not ended, f"the runs ended without having waited for {reason}: {self.waited}"
        return any(why == reason for why, _ in self.waited)

    async def syncs(self, portals: Sequence[Portal], kind: str, **body: Any) -> list[str]:
        await forget_repetition(self.it)
        return [await portal.sync(kind, **body) for portal in portals]

    async def applied(self, portals: Sequence[Portal], runs: Sequence[str], broken: Broken) -> None:
        """Wait for the end of the runs; each must be applied with a right sum, and its tenant equal to Halo."""
        await until(lambda: self.look(runs), 600)
        wanted = await should_show(self.source.control)
        for portal, id in zip(portals, runs, strict=True):
            run = await portal.run(id)
            broken.unless(run["state"] == "applied", f"{portal.tenant}'s run ended as {run['state']}: {run['problem']}")
            broken.unless(balanced(run) == [], f"a sum of {portal.tenant} is off")
            live = self.it.database.tickets.find({"tenant": portal.tenant, "state": "live"}, {"content": 1})
            held = {doc["content"]["id"]: {name: doc["content"][name] for name in FIELDS} async for doc in live}
            missing = differences(wanted, held)
            broken.unless(missing == {}, f"{len(missing)} tickets of {portal.tenant} differ")


async def budget(ground: Ground, full: bool) -> Row:
    broken = Broken()
    scale = FULL if full else SMALL
    async with ground.place() as place, _scene(place, ground.logs("budget"), scale) as scene:
        figures = await _shared_by_two(scene, broken)
        figures |= await _a_quiet_cycle(scene, broken)
        figures |= await _a_foreign_client(scene, broken)
    done = (
        f"{len(scale.tenants)} tenants of one instance, two connectors, one killed, {scale.limit} requests in "
        f"{scale.window:g} s; then a foreign client that takes {scale.limit * scale.part:.0f} of them"
    )
    return Row("budget", done, figures, broken.sentences)


@asynccontextmanager
async def _scene(place: Place, logs: Path, scale: Scale) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as opened:
        # An hour old, so that what it was generated with lies behind a change made now by more than the cursor does.
        anchor = ("--anchor", f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
        settings = ("--set", f"limit={scale.limit}", "--set", f"window={scale.window}", *anchor)
        small = running(limit=scale.limit, window=scale.window)
        source = await opened.enter_async_context(process("--size", "medium", *settings) if scale.full else small)
        it = await opened.enter_async_context(system(place, logs, source.url, **scale.environment))
        portals = [await opened.enter_async_context(it.portal(tenant)) for tenant in scale.tenants]
        alone = min([await _seconds(connect(portal, source)) for portal in portals])
        yield Scene(it, source, scale, portals, alone)


async def _seconds(work: Awaitable[None]) -> float:
    began = time.monotonic()
    await work
    return time.monotonic() - began


async def _shared_by_two(scene: Scene, broken: Broken) -> dict[str, str]:
    """All tenants read everything; meanwhile an admin tests the connection, and a connector is killed."""
    await scene.it.again("connector")
    began = time.time()
    runs = await scene.syncs(scene.portals, "resync", **some(scene.scale.full, "tickets"))
    await until(lambda: scene.has_waited(runs, "budget"), 120)
    tested = await _test(scene)
    await until(lambda: _windows_since(scene, began, 2), 200)
    killed = time.time()
    await _kill(scene)
    await scene.applied(scene.portals, runs, broken)
    used = await scene.source.control.budget()
    share = _used(await scene.source.control.requests(), began, killed, scene.scale)
    broken.unless(used["refused"] == 0, f"{used['refused']} requests were refused by Halo")
    broken.unless(share >= 0.99, f"only {share:.1%} of the bulk share were used")
    kept = scene.scale.reserve
    broken.unless(tested["requests"] <= kept, f"a test takes {tested['requests']:.0f} requests of {kept} kept")
    # In small the machine is busy with other tests, so what counts is by how much the test was slower than alone.
    waited = tested["seconds"] - (0.0 if scene.scale.full else scene.alone)
    broken.unless(waited < 2, f"a test took {tested['seconds']:.1f} s, {scene.alone:.1f} s where it is alone")
    return {
        "refused by Halo": f"{used['refused']} of {used['served']}",
        "most in a window": f"{used['max_in_window']} of {scene.scale.limit}",
        "bulk share used while reading": f"{share:.1%}",
        "Test Connection meanwhile": f"{tested['seconds']:.1f} s, {tested['requests']:.0f} requests",
    }


async def _test(scene: Scene) -> dict[str, float]:
    """*Test Connection* while the bulk share is used up: seconds, and the requests that a test takes."""
    before = time.monotonic()
    tested = await scene.portals[0].test()
    seconds = time.monotonic() - before
    assert tested["diagnosis"]["connected"], tested
    run = await scene.it.database.runs.find_one({"_id": tested["id"]}) or {}
    return {"seconds": seconds, "requests": float(await _requests_of_a_test(scene, run))}


async def _requests_of_a_test(scene: Scene, run: dict[str, Any]) -> int:
    """Its requests begin with discovery, and none of a bulk read asks for one row of a list by page 1."""
    spent = await scene.source.control.requests()
    within = [one for one in spent if run["started"].timestamp() <= one["time"] <= run["finished"].timestamp()]
    return sum("page_size=" not in one["query"] or "page_size=1&" in one["query"] + "&" for one in within)


async def _windows_since(scene: Scene, began: float, windows: int) -> bool:
    return time.time() - began > windows * scene.scale.window * MARGIN


async def _kill(scene: Scene) -> None:
    first = scene.it.processes["connector"]
    first.kill()
    assert first.child is not None
    await first.child.wait()


def _used(requests: Sequence[dict[str, Any]], began: float, ended: float, scale: Scale) -> float:
    """The part of the bulk share that was used in the whole windows between the two moments.

    Interactive requests count as well: a bulk read leaves them what they took.
    """
    times = [one["time"] for one in requests if began <= one["time"] <= ended]
    window = scale.window * MARGIN
    windows = max(1, int((ended - times[0]) / window))
    each = Counter(int((moment - times[0]) / window) for moment in times)
    # What a window had more than its share, for interactive requests, makes up for no other one.
    return sum(min(scale.bulk, each[number]) for number in range(windows)) / (scale.bulk * windows)


async def _a_quiet_cycle(scene: Scene, broken: Broken) -> dict[str, str]:
    """One tenant syncs all that is switched on until nothing is left to bring: neither changes nor older comments.

    The cursor stays a little behind the newest change, so what lies close to that is listed in every cycle. Here that
    is one ticket, and not the many that a generated instance shows as changed at its last moment.
    """
    portal = scene.portals[-1]
    await scene.source.control.create(summary="The last change for a while")
    for _ in range(CYCLES):
        mark = await scene.source.control.mark()
        [id] = await scene.syncs([portal], "quick")
        run = await portal.applied(id, 300)
        if not any(read["listed"] for read in run["reads"] if read["stream"] == "comments"):
            break
    asked = Counter(one["path"].lower() for one in await scene.source.control.requests(mark))
    what = ", ".join(f"{times} {path}" for path, times in asked.most_common())
    broken.unless(asked.total() <= QUIET, f"a cycle without a change takes more than {QUIET} requests: {what}")
    return {"a cycle without a change": f"{asked.total()} requests"}


async def _a_foreign_client(scene: Scene, broken: Broken) -> dict[str, str]:
    """Another integration takes its part of the limit: our share backs off, and the run says why it waits."""
    portals = scene.portals[:1]
    scene.waited.clear()
    scale = scene.scale
    part = scale.limit * scale.part
    # In small it has been there for a window already: a read of 300 tickets must not be over before it is felt.
    async with foreign_client(scene.source, part / scale.window, first=0 if scale.full else int(part)):
        runs = await scene.syncs(portals, "clear", streams=["tickets"])
        await until(lambda: scene.has_waited(runs, "halo"), 200)
        lowest = await _share(scene)
        await scene.applied(portals, runs, broken)
    told = sorted(detail for reason, detail in scene.waited if reason == "halo")
    broken.unless(lowest <= SHARE / 2, f"our share went to {lowest} alone")
    broken.unless(any("others use" in detail for detail in told), f"the run does not say why it waits: {told}")
    return {"beside a foreign client": f'share {lowest:.0%} instead of {SHARE:.0%}, the run says "{told[0]}"'}


async def _share(scene: Scene) -> float:
    document = await scene.it.database.budgets.find_one({"_id": {"$not": {"$regex": "^host:"}}}) or {}
    return float(document["share"])
