"""The operator's command line, run as an operator's script would: piped, settings by environment."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import Any, NamedTuple

from support.consumers import Where


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def started(place: Where, *arguments: str, **environment: str) -> Process:
    """A command that has begun."""
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "MONGODB_URI": place.mongodb_uri,
        "HALOBUS_TOPIC_PREFIX": place.topic_prefix,
        "HALOBUS_DATABASE": place.database,
        **environment,
    }
    command = [sys.executable, "-c", "from halobus.cli import main; main()", *arguments]
    return await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env={**os.environ, **settings}
    )


async def halobus(place: Where, *arguments: str, **environment: str) -> Said:
    """Run a command to its end."""
    process = await started(place, *arguments, **environment)
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())
