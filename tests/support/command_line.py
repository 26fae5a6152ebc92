"""The operator's command line, run as an operator's script would: piped, settings by environment."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from support.consumers import Where
from support.forked import forks


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def _environment(place: Where, more: Mapping[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "MONGODB_URI": place.mongodb_uri,
        "HALOBUS_TOPIC_PREFIX": place.topic_prefix,
        "HALOBUS_DATABASE": place.database,
        **more,
    }


async def started(place: Where, *arguments: str, **environment: str) -> Process:
    """A command that has begun."""
    command = [sys.executable, "-m", "halobus", *arguments]
    return await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=_environment(place, environment)
    )


async def halobus(place: Where, *arguments: str, **environment: str) -> Said:
    """Run a command to its end: forked, unless the interpreter itself is to be another one by its PYTHONPATH."""
    async with asyncio.timeout(60):
        if "PYTHONPATH" in environment:
            process = await started(place, *arguments, **environment)
            out, err = await process.communicate()
            return Said(process.returncode or 0, out.decode(), err.decode())
        return await _forked(_environment(place, environment), arguments)


async def _forked(environment: Mapping[str, str], arguments: Sequence[str]) -> Said:
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = await forks().start("halobus", environment, arguments=arguments, out=out, err=err)
        return _said(await process.wait(), out, err)


def _said(code: int, out: Path, err: Path) -> Said:
    return Said(code, out.read_text(), err.read_text())
