"""Ends a stack's processes when the process that started them is gone, however it went.

A small process of its own that reads its standard input, a pipe that only the starter holds open: one line per process
to look after, `pid start-time`. When the pipe closes, by `close`, exit, crash or SIGKILL, what still runs is killed.
(Linux's parent-death signal would do it without a process, but it fires when the *thread* that forked ends, and other
systems don't have it.)
"""

import subprocess
import sys
from typing import IO, cast

from embedded.process import Process, kill


class Guard:
    """The starter's end of the pipe."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "embedded.guard"]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, text=True)

    def watch(self, process: Process) -> None:
        """From now on `process` does not outlive us."""
        self._pipe.write(f"{process.pid} {process.started}\n")
        self._pipe.flush()

    def close(self) -> None:
        """Kill what still runs of the watched processes; returns when done."""
        self._pipe.close()
        self._child.wait()

    @property
    def _pipe(self) -> IO[str]:
        return cast("IO[str]", self._child.stdin)


def main() -> None:
    lines = [line.strip().partition(" ") for line in sys.stdin]
    kill([Process(int(pid), started) for pid, _, started in lines])


if __name__ == "__main__":
    main()
