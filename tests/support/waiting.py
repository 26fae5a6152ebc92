"""Waiting for what a test expects, instead of sleeping for as long as it may take."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
POLL = 0.05


async def until(condition: Callable[[], Awaitable[T]], seconds: float = 30.0) -> T:
    """The condition's first true value; AssertionError with its last one where it is not true in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (found := await condition()):
        assert loop.time() < deadline, f"not true within {seconds} s: {found!r}"
        await asyncio.sleep(POLL)
    return found
