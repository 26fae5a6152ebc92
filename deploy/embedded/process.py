"""Operating system processes, known by pid *and* start time, so that a recycled pid is never taken for ours."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE = 15.0  # seconds between SIGTERM and SIGKILL: Kafka and mongod close their files in one or two
POLL = 0.02  # seconds

# Our own children, kept until they are reaped: without it they would stay in the process table as long as we do.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Process:
    """One process for good: `started` is opaque, and differs for every process that ever has this pid."""

    pid: int
    started: str


def spawn(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Process:
    """Start `command` in a session of its own, its output appended to `log`; a terminal's Ctrl-C does not reach it."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    _children[child.pid] = child
    return Process(child.pid, start_time(child.pid) or "exited at once")


def current() -> Process:
    """This very process."""
    return Process(os.getpid(), start_time(os.getpid()) or "")


def alive(process: Process) -> bool:
    """Whether exactly this process still runs; a zombie does not."""
    started = start_time(process.pid)
    if started is None and (child := _children.pop(process.pid, None)):
        child.wait()  # returns at once: it is a zombie
    return started == process.started


def start_time(pid: int) -> str | None:
    """When the process with this pid was started, as an opaque text; None if there is none, or only its zombie."""
    if Path("/proc/self/stat").exists():
        return _start_time_from_proc(pid)
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = answer.stdout.strip().partition(" ")
    return started.strip() if started and not state.startswith("Z") else None


def _start_time_from_proc(pid: int) -> str | None:
    try:
        line = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = line.rpartition(")")[2].split()  # the name before it may hold blanks and brackets
    state, ticks_since_boot = fields[0], fields[19]
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return None if state in "ZX" else f"{boot} {ticks_since_boot}"


def send(process: Process, number: signal.Signals) -> None:
    """Signal the process and all that it started; nothing happens if it is gone."""
    if not alive(process):
        return
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return  # it ended between the look and the signal, which is what was wanted or as good


def stop(processes: Sequence[Process], grace: float = GRACE) -> None:
    """End them all: SIGTERM (a paused one is woken), after `grace` seconds SIGKILL; returns when all are gone."""
    for process in processes:
        send(process, signal.SIGTERM)
        send(process, signal.SIGCONT)
    if not wait_until_gone(processes, grace):
        kill(processes)


def kill(processes: Sequence[Process]) -> None:
    """End them all at once with SIGKILL; returns when all are gone."""
    for process in processes:
        send(process, signal.SIGKILL)
    if not wait_until_gone(processes, GRACE):
        raise TimeoutError(f"not gone {GRACE:.0f} s after SIGKILL: {[p.pid for p in processes if alive(p)]}")


def wait_until_gone(processes: Sequence[Process], seconds: float) -> bool:
    """Whether all of them ended within `seconds`."""
    deadline = time.monotonic() + seconds
    while any(alive(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
