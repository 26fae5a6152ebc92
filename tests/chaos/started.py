"""The system with one tenant connected to a simulated Halo whose limit is out of the way, as most rows need it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from chaos.row import Ground
from halo_simulator.running import Running, process, running
from support.consumers import Where
from support.system import Portal, System, system

AMPLE = {"HALOBUS_HALO_LIMIT": "100000"}


@asynccontextmanager
async def halo(full: bool, **config: Any) -> AsyncIterator[Running]:
    """300 tickets in this process, or in full 20,000 in a process of their own."""
    if not full:
        async with running(limit=100_000, **config) as small:
            yield small
        return
    settings = [part for key, value in config.items() for part in ("--set", f"{key}={value}")]
    async with process("--size", "medium", "--set", "limit=100000", *settings) as medium:
        yield medium


@asynccontextmanager
async def tenant(ground: Ground, name: str, source: Running, **more: str) -> AsyncIterator[tuple[System, Portal]]:
    """A tenant that reads all teams, in the ground's house, else in a system of its own with this environment."""
    if ground.house is None:
        async with ground.place() as place, connected(place, ground.logs(name), source, **more) as made:
            yield made
        return
    async with ground.house.lent() as it, it.portal(ground.house.tenant()) as portal:
        await connect(portal, source)
        yield it, portal


@asynccontextmanager
async def connected(place: Where, logs: Path, source: Running, **more: str) -> AsyncIterator[tuple[System, Portal]]:
    """The services, and the portal of a tenant that reads all teams. ``more``: their environment."""
    async with system(place, logs, source.url, **{**AMPLE, **more}) as it, it.portal() as portal:
        await connect(portal, source)
        yield it, portal


async def connect(portal: Portal, source: Running) -> None:
    """Connect a tenant to this Halo and choose all teams."""
    tested = await portal.connect(source.url, source.client_id, source.client_secret)
    assert tested["diagnosis"]["connected"], tested
    await portal.settings("sync", teams="all")


async def quick(it: System, portal: Portal, seconds: float = 120) -> dict[str, Any]:
    """An incremental sync of the tickets, in no time after the last one; the ended run."""
    await forget_repetition(it)
    return await portal.ended(await portal.sync("quick", streams=["tickets"]), seconds)


async def forget_repetition(it: System) -> None:
    """Let the same sync run again: promise 6 answers with the last one's id for 120 s."""
    long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
    await it.database.commands.update_many({}, [{"$set": {"recorded": long_ago}}])
