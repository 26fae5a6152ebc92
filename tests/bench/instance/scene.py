"""One tenant of a simulated Halo with every stream on, contacts becoming accounts and assets becoming devices.

Time is scaled by the window alone, the same in the simulator and in the connector: Halo's 300 requests, in 30 s instead
of 300. Nothing else of the rate budget depends on time.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from chaos.row import Broken, Ground
from halo_simulator.running import Running, process, running
from support.host_portal import HostPortal
from support.system import ALL, Portal, System, system

ROLE = "viewer"
PERMISSIONS = (*ALL, "assets:read")


@dataclass(frozen=True)
class Scale:
    """``limit`` requests in ``window`` seconds, ``reserve`` of them for people. The day: ``syncs``, ``changes`` each.

    ``patience``: seconds for a sync, or for what follows from it.
    """

    size: str
    limit: int
    window: float
    reserve: int
    syncs: int
    changes: int
    patience: float

    @property
    def bulk(self) -> int:
        """Requests of a window that syncs may use: of our share, which is nine tenths, what people are not left."""
        return int(self.limit * 0.9) - self.reserve

    @property
    def settings(self) -> dict[str, str]:
        """The connector's."""
        return {
            "HALOBUS_HALO_LIMIT": str(self.limit),
            "HALOBUS_HALO_WINDOW": str(self.window),
            "HALOBUS_HALO_RESERVE": str(self.reserve),
        }


FULL = Scale("medium", 300, 30, 20, syncs=6, changes=80, patience=900)
SMALL = Scale("small", 60, 5, 10, syncs=2, changes=8, patience=120)


@dataclass
class Scene:
    """The running system, its tenant's admin, the portal around it, and its Halo. ``tell``: of a line at a time."""

    it: System
    portal: Portal
    host: HostPortal
    halo: Running
    scale: Scale
    tell: Callable[[str], None]
    broken: Broken = field(default_factory=Broken)


@asynccontextmanager
async def scene(ground: Ground, scale: Scale, tell: Callable[[str], None]) -> AsyncIterator[Scene]:
    """Everything up, nothing connected."""
    async with AsyncExitStack() as opened:
        place = await opened.enter_async_context(ground.place())
        halo = await opened.enter_async_context(_halo(scale))
        it = await opened.enter_async_context(system(place, ground.logs("instance"), halo.url, **scale.settings))
        portal = await opened.enter_async_context(it.portal(permissions=PERMISSIONS))
        host = await HostPortal(it.database, portal).open()
        yield Scene(it, portal, host, halo, scale, tell)


@asynccontextmanager
async def _halo(scale: Scale) -> AsyncIterator[Running]:
    if scale.size == "small":
        async with running(limit=scale.limit, window=scale.window) as small:
            yield small
        return
    settings = ("--set", f"limit={scale.limit}", "--set", f"window={scale.window}")
    async with process("--size", scale.size, *settings) as whole:
        yield whole
