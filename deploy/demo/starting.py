"""Bring everything up, and know when it is: Kafka and MongoDB, topics and indexes, the simulator, the five services."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from demo.awaiting import until
from demo.environment import LIMIT, WINDOW, Environments, machine
from demo.errors import DemoError
from demo.place import SERVICES, SIMULATOR, Place
from demo.processes import Processes
from demo.readiness import Readiness
from embedded.choose import Chosen, choose

PATIENCE = 90.0
"""Seconds for one part; a slow machine needs ten."""
PAUSE = 0.1
STACK, SCHEMA = "Kafka and MongoDB", "topics and indexes"


@asynccontextmanager
async def chosen_stack(folder: Path) -> AsyncIterator[Chosen]:
    """The Kafka and MongoDB that ``embedded.choose`` picks, stopped in the end if they were started for us."""
    starting = asyncio.create_task(asyncio.to_thread(choose, folder))
    try:
        chosen = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # A thread can't be stopped half-way: let it end, then undo it.
        await asyncio.to_thread((await starting).close)
        raise
    try:
        yield chosen
    finally:
        await asyncio.shield(asyncio.to_thread(chosen.close))


def start_simulator(processes: Processes, place: Place) -> None:
    """A Halo of the chosen size, with the limit that the connector is told of."""
    options = ["--size", place.size, "--port", str(place.ports[SIMULATOR])]
    limits = ["--set", f"limit={LIMIT}", "--set", f"window={WINDOW}"]
    processes.start(SIMULATOR, [sys.executable, "-m", "halo_simulator", *options, *limits], machine())


def start_services(processes: Processes, environments: Environments) -> None:
    """Each as its container would: its module, and settings from the environment."""
    for name in SERVICES:
        command = [sys.executable, "-m", name.replace("-", "_")]
        processes.start(name, command, environments.service(name))


async def migrate(processes: Processes, environments: Environments) -> None:
    """``halobus migrate``, as an operator runs it before the services of a new version."""
    processes.start("migrate", [str(Path(sys.executable).parent / "halobus"), "migrate"], environments.operator())
    code: int | None = None

    async def ended() -> bool:
        nonlocal code
        code = processes.finished("migrate")
        return code is not None

    await _until(ended, "halobus migrate", processes, "migrate")
    if code:
        raise DemoError(f"halobus migrate has ended with exit code {code}\n{processes.last_words('migrate')}")


async def simulator_answers(processes: Processes, place: Place, ready: Readiness) -> None:
    """Wait until the simulated Halo has made its data and listens."""
    async with httpx.AsyncClient(trust_env=False) as http:

        async def answers() -> bool:
            return await _status(http, f"{place.url(SIMULATOR)}/control/budget") == 200

        await _until(answers, "the simulated Halo", processes, SIMULATOR)
    ready.done(SIMULATOR, place.url(SIMULATOR))


async def service_is_ready(processes: Processes, place: Place, name: str, ready: Readiness) -> None:
    """Wait for /readyz; what it names meanwhile is shown."""
    async with httpx.AsyncClient(trust_env=False) as http:

        async def answers() -> bool:
            problems = await _problems(http, f"{place.url(name)}/readyz")
            if problems:
                ready.working(name, problems)
            return not problems

        await _until(answers, name, processes, name)
    ready.done(name, place.url(name))


async def _until(condition: Callable[[], Awaitable[bool]], what: str, processes: Processes, log: str) -> None:
    async def ready() -> bool:
        if await condition():
            return True
        processes.check()
        return False

    if not await until(ready, seconds=PATIENCE, every=PAUSE):
        raise DemoError(f"{what} is not ready after {PATIENCE:.0f} s\n{processes.last_words(log)}")


async def _status(http: httpx.AsyncClient, url: str) -> int | None:
    try:
        return (await http.get(url)).status_code
    except httpx.TransportError:
        return None  # not up yet


async def _problems(http: httpx.AsyncClient, url: str) -> str:
    """What /readyz names; empty when it is ready."""
    try:
        answer = await http.get(url)
    except httpx.TransportError:
        return "starting"
    return "" if answer.status_code == 200 else "; ".join(answer.json()["problems"].values())
