"""What the rows on three brokers and three mongods share: a full read, a blow in the middle of it, and the account."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chaos.load import some
from chaos.row import Broken, Ground, Row
from chaos.started import connected, forget_repetition, halo
from embedded.stack import Stack
from embedded.state import Kind
from halo_simulator.running import Running
from halobus import store, topics
from halobus.bus import Bus
from halobus.migrate import migrate
from halobus.runs import ENDED
from halobus.store import Document
from support.consumers import settings_of
from support.system import Portal, System
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

NODES = 3
PATIENCE = 240.0


@dataclass
class Scene:
    """A system on three nodes of each kind, and a tenant of it that reads all tickets."""

    stack: Stack
    it: System
    portal: Portal
    source: Running
    full: bool
    runs: int = 0

    async def hurt(self, what: str, kind: Kind, *indices: int) -> None:
        """``what``: kill, start, pause or resume."""
        for index in indices:
            await asyncio.to_thread(getattr(self.stack, what), kind, index)

    async def reading(self) -> str:
        """Begin to read everything anew; the run's id, once some pages are read and more are to come."""
        await forget_repetition(self.it)
        kind, asked = ("clear", {"streams": ["tickets"]}) if self.runs else ("resync", some(self.full, "tickets"))
        run = await self.portal.sync(kind, **asked)
        self.runs += 1
        await until(lambda: self._in_the_middle(run), PATIENCE)
        return run

    async def _in_the_middle(self, run: str) -> bool:
        reads = (await self.run(run) or {}).get("reads", ())
        return any(read["stream"] == "tickets" and read["pages"] > 2 for read in reads)

    async def run(self, id: str) -> Document | None:
        """The run's document; None while MongoDB does not answer."""
        try:
            return await store.find_one(self.it.database, "runs", id)
        except store.OUTAGES:
            return None

    async def ended(self, id: str) -> Document:
        """The run once it has ended, whatever is down meanwhile."""

        async def over() -> Document | None:
            run = await self.run(id)
            return run if run is not None and run["state"] in ENDED else None

        run = await until(over, PATIENCE)
        assert run is not None
        return run

    async def buried(self) -> int:
        """Dead letters of all topics."""
        bus = Bus(self.it.settings, "chaos")
        try:
            found = [await bus.progress("nobody", topic.dead_letters) for topic in topics.SOURCES]
        finally:
            await bus.stop()
        return sum(each.end for one in found for each in one.values())


Blow = Callable[[Scene], Awaitable[None]]
"""Hurts the scene's stack and mends it again; the services get no help."""


async def struck(ground: Ground, name: str, blows: Mapping[str, Blow], *, full: bool) -> Row:
    """A full read for each blow. ``blows``: in words, what is done in its middle."""
    broken = Broken()
    figures: dict[str, str] = {}
    async with _scene(ground, name, full=full) as scene:
        for words, blow in blows.items():
            run = await scene.reading()
            await blow(scene)
            mended = asyncio.get_running_loop().time()
            ended = await scene.ended(run)
            figures[words] = f"applied {asyncio.get_running_loop().time() - mended:.0f} s after it was over"
            missing = differences(await should_show(scene.source.control), await stored(scene.it.database))
            broken.unless(
                ended["state"] == "applied", f"{words}: the run ended as {ended['state']}: {ended.get('problem')}"
            )
            broken.unless(balanced(ended) == [], f"{words}: a sum is off")
            broken.unless(missing == {}, f"{words}: {len(missing)} tickets differ")
        buried = await scene.buried()
    broken.unless(buried == 0, f"{buried} dead letters")
    figures["dead letters"] = str(buried)
    return Row(name, f"in the middle of full reads: {', '.join(blows)}", figures, broken.sentences)


@asynccontextmanager
async def _scene(ground: Ground, name: str, *, full: bool) -> AsyncIterator[Scene]:
    more = {"HALOBUS_REPLICATION_FACTOR": str(NODES), "HALOBUS_PAGE_SIZE": "100" if full else "20"}
    async with (
        three_nodes(ground) as stack,
        Ground(stack, ground.folder).place() as place,
        halo(full, latency=0.02 if full else 0.1) as source,
    ):
        await migrate(settings_of(place, replication_factor=NODES))
        async with connected(place, ground.logs(name.replace(" ", "-")), source, **more) as (it, portal):
            yield Scene(stack, it, portal, source, full)


@asynccontextmanager
async def three_nodes(ground: Ground) -> AsyncIterator[Stack]:
    """The ground's own stack where it has three nodes, else one for this row alone."""
    if isinstance(ground.stack, Stack) and ground.stack.state.nodes == NODES:
        yield ground.stack
        return
    stack = Stack(ground.folder / "three", NODES, tied=True)
    try:
        yield await asyncio.to_thread(stack.up)
    finally:
        await asyncio.to_thread(stack.down)
