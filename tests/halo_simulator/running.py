"""Starts a simulator for a test: inside the test's own loop, or as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from halo_simulator import server, tls
from halo_simulator.applications import CLIENT_ID, CLIENT_SECRET
from halo_simulator.config import Config, patched
from halo_simulator.control import Control
from halo_simulator.instance import Instance


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers."""

    url: str
    control: Control
    authority: Path | None = None
    """The authority's certificate, when it speaks HTTPS."""
    instance: Instance | None = None
    """The simulator itself, when it runs in this process."""
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET


@contextlib.asynccontextmanager
async def running(
    tls_folder: Path | None = None, source: Callable[[], float] = time.time, **config: Any
) -> AsyncIterator[Running]:
    """A simulator in this process on a free port; keys as in `Config`; `source` is the time that its clock reads."""
    instance = Instance(patched(Config(), config), source)
    files = tls.make(tls_folder) if tls_folder else None
    sock = server.bound("127.0.0.1", 0)
    served = server.server(instance, files)
    task = asyncio.create_task(served.serve(sockets=[sock]))
    url = f"{'https' if files else 'http'}://127.0.0.1:{sock.getsockname()[1]}"
    authority = files.authority if files else None
    try:
        async with Control(url, authority) as control:
            await control.config()
            yield Running(url, control, authority, instance)
    finally:
        served.should_exit = True
        await task


@contextlib.asynccontextmanager
async def process(*arguments: str, environment: dict[str, str] | None = None) -> AsyncIterator[Running]:
    """A simulator as `python -m halo_simulator` with these arguments; ended with its context, or with this process."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "halo_simulator", "--tied", *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=os.environ | (environment or {}),
    )  # fmt: skip
    try:
        ready = await _first_line(child)
        authority = Path(ready["ca"]) if ready["ca"] else None
        async with Control(ready["url"], authority) as control:
            yield Running(ready["url"], control, authority)
    finally:
        await _end(child)


async def _first_line(child: asyncio.subprocess.Process) -> dict[str, Any]:
    """What the process says when it is ready."""
    assert child.stdout is not None
    line = await child.stdout.readline()
    if not line:
        raise RuntimeError(f"the simulator ended with {await child.wait()} before it was ready")
    answer: dict[str, Any] = json.loads(line)
    return answer


async def _end(child: asyncio.subprocess.Process) -> None:
    """Asks it to end, then makes it."""
    for signal in (child.terminate, child.kill):
        if child.returncode is None and await _ended(child, signal):
            return


async def _ended(child: asyncio.subprocess.Process, signal: Callable[[], None]) -> bool:
    """Whether it ended within some seconds of a signal."""
    with contextlib.suppress(ProcessLookupError):
        signal()
    try:
        await asyncio.wait_for(child.wait(), 5)
    except TimeoutError:
        return False
    return True
