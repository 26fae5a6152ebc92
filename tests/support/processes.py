"""A service started as a container would start it: its module in a process of its own, settings by environment."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from support.consumers import Where
from support.outliving import ends_with_us
from support.waiting import until

EXIT_SECONDS = 20.0


class Running:
    """A service's process; ``port`` serves its health, ``lines`` are the log lines so far, as they were read."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.port = 0
        self.lines: list[dict[str, object]] = []
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            found = json.loads(line)
            self.lines.append(found)
            if found["event"] == "listening":
                self.port = int(found["port"])

    async def ready(self) -> bool:
        """Whether /readyz says so."""
        if not self.port:
            return False
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200

    async def terminate(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(EXIT_SECONDS):
            code = await self.process.wait()
            await self.reading
        return code


@asynccontextmanager
async def service_process(module: str, place: Where, **environment: str) -> AsyncIterator[Running]:
    """``python -m module`` in the place; ready when the block begins, killed where the block leaves it running."""
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "MONGODB_URI": place.mongodb_uri,
        "HALOBUS_TOPIC_PREFIX": place.topic_prefix,
        "HALOBUS_DATABASE": place.database,
        "HALOBUS_HTTP_PORT": "0",
        **environment,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdout=PIPE, env={**os.environ, **settings}, start_new_session=True
    )
    ends_with_us(process.pid)
    running = Running(process)
    try:
        await until(running.ready)
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await running.reading
