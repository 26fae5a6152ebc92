"""Waiting for what a test expects, instead of sleeping for as long as it may take."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
SHORTEST, LONGEST = 0.02, 0.25
"""Seconds between two looks: a tenth of what was waited already, so that waiting does not become the load."""


async def until(condition: Callable[[], Awaitable[T]], seconds: float = 30.0) -> T:
    """The condition's first true value; AssertionError with its last one where it is not true in time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not (found := await condition()):
        waited = loop.time() - began
        assert waited < seconds, f"not true within {seconds} s: {found!r}"
        await asyncio.sleep(min(max(SHORTEST, waited / 10), LONGEST))
    return found
