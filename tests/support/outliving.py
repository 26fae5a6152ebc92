"""What a test starts ends with the test run, however that ends."""

from functools import cache

from embedded import process
from embedded.guard import Guard
from embedded.process import Process


@cache
def _guard() -> Guard:
    return Guard()


def ends_with_us(pid: int) -> None:
    """Have a child (of a session of its own) killed when this process is gone: by an exit, an interrupt, SIGKILL."""
    started = process.start_time(pid)
    if started is not None:
        _guard().watch(Process(pid, started))
