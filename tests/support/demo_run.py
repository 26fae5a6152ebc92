"""A run of the demo as a user starts it: piped or under a terminal, and what is left of it afterwards."""

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = [sys.executable, "-m", "demo"]


@dataclass(frozen=True)
class Run:
    """``output``: what it prints, of both streams."""

    process: asyncio.subprocess.Process
    output: asyncio.StreamReader

    async def until(self, text: str) -> str:
        """All output up to the line that holds ``text``; AssertionError with the output where it ends before."""
        lines = []
        async for line in self.output:
            lines.append(line.decode(errors="replace"))
            if text in lines[-1]:
                return "".join(lines)
        raise AssertionError(f"ended before it said {text!r}:\n{''.join(lines)}")

    async def ended(self) -> tuple[int, str]:
        """Exit code, and the rest of the output."""
        rest = await self.output.read()
        return await self.process.wait(), rest.decode(errors="replace")


@asynccontextmanager
async def piped(environment: Mapping[str, str]) -> AsyncIterator[Run]:
    """Without a terminal."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    try:
        yield Run(process, process.stdout)
    finally:
        await _end(process)


@asynccontextmanager
async def in_terminal(environment: Mapping[str, str]) -> AsyncIterator[Run]:
    """In a terminal of 120 columns."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **environment, "TERM": "xterm", "COLUMNS": "120", "LINES": "50"},
    )
    os.close(theirs)
    reader = asyncio.StreamReader()
    reading = asyncio.create_task(_copy(ours, reader))
    try:
        yield Run(process, reader)
    finally:
        await _end(process)
        await reading
        os.close(ours)


async def _copy(terminal: int, reader: asyncio.StreamReader) -> None:
    while True:
        try:
            data = await asyncio.to_thread(os.read, terminal, 65536)
        except OSError:  # so a terminal says that its last user is gone
            break
        reader.feed_data(data)
    reader.feed_eof()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        await process.wait()


def processes_of(folder: Path) -> list[str]:
    """The command lines of all processes that know this folder: by arguments, environment or working folder."""
    return [
        _text(each / "cmdline") for each in Path("/proc").iterdir() if each.name.isdecimal() and _knows(each, folder)
    ]


def _knows(process: Path, folder: Path) -> bool:
    if process.name == str(os.getpid()):
        return False
    return any(str(folder) in text for text in (_text(process / "cmdline"), _text(process / "environ"), _cwd(process)))


def _text(file: Path) -> str:
    try:
        return file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""  # it has just ended, or is somebody else's


def _cwd(process: Path) -> str:
    try:
        return str((process / "cwd").readlink())
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
