"""A process of ours, forked off an interpreter that has imported it already; used like asyncio's own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

IMPORTED = ("connector.app", "sync_ticket.app", "sync_crm.app", "importer.app", "wizard_api.app", "halobus.cli")


class Forked:
    """``returncode`` is None while it runs, and negative where a signal ended it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Nothing happens to one that has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def end(self, code: int) -> None:
        self.returncode = code
        self._ended.set()


class Forks:
    """The fork server's other end: of one event loop, as long as it lives."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "support.fork_server", str(theirs.fileno()), *IMPORTED]
            self._server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True
            )
        self._socket.setblocking(False)
        self._children: dict[int, Forked] = {}
        self._starting: asyncio.Queue[int] = asyncio.Queue()
        self._one_at_a_time = asyncio.Lock()
        self._reading = asyncio.create_task(self._read())

    async def start(
        self,
        module: str,
        environment: Mapping[str, str],
        *,
        arguments: Sequence[str] = (),
        out: Path,
        err: Path | None = None,
    ) -> Forked:
        """``python -m module`` in a session of its own, with this environment and nothing else.

        ``out``, ``err``: files that its output is added to; without the second, the first takes it too.
        """
        order = {
            "module": module,
            "arguments": arguments,
            "environment": dict(environment),
            "out": str(out),
            "err": str(err or out),
        }
        async with self._one_at_a_time:
            await asyncio.get_running_loop().sock_sendall(self._socket, json.dumps(order).encode() + b"\n")
            return self._children[await self._starting.get()]

    async def _read(self) -> None:
        """Until the loop ends; then the server does."""
        rest = b""
        try:
            while received := await asyncio.get_running_loop().sock_recv(self._socket, 1 << 16):
                *lines, rest = (rest + received).split(b"\n")
                for line in lines:
                    self._told(json.loads(line))
        finally:
            self._socket.close()
            self._server.wait()

    def _told(self, fact: dict[str, int]) -> None:
        if "started" in fact:
            self._children[fact["started"]] = Forked(fact["started"])
            self._starting.put_nowait(fact["started"])
        else:
            self._children.pop(fact["ended"]).end(fact["code"])


_forks: WeakKeyDictionary[asyncio.AbstractEventLoop, Forks] = WeakKeyDictionary()


def forks() -> Forks:
    """The running loop's, started at its first use."""
    loop = asyncio.get_running_loop()
    if loop not in _forks:
        _forks[loop] = Forks()
    return _forks[loop]
