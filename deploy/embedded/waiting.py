"""Waiting for a process to become ready, or to fail with its own words."""

import time
from collections.abc import Callable
from pathlib import Path

from embedded.errors import StackError
from embedded.process import POLL, Process, alive

PATIENCE = 60.0  # seconds; a slow machine needs five


def wait_until(ready: Callable[[], bool], what: str, process: Process, log: Path) -> None:
    """Return as soon as `ready()`; raises StackError with the end of `log` if `process` ends first, or after 60 s."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if not alive(process):
            raise StackError(f"{what} ended at start:\n{last_lines(log)}")
        if time.monotonic() > deadline:
            raise StackError(f"{what} is not ready after {PATIENCE:.0f} s:\n{last_lines(log)}")
        time.sleep(POLL)


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, and where the rest is."""
    lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
    return "\n".join([*(f"    {line[:300]}" for line in lines), f"    (all of it: {log})"])
