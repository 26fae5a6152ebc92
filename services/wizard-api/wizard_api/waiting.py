"""``Prefer: wait=N``: a caller that would rather wait for a command's result than ask again (RFC 7240)."""

import asyncio
import re
from typing import Annotated

from fastapi import Header

from halobus.runs import ENDED, Run
from wizard_api.context import Wizard

LONGEST = 30.0
POLL_SECONDS = 0.2
Prefer = Annotated[
    str | None,
    Header(max_length=200, description="`wait=N`: answer when the run has ended, at most N <= 30 seconds later"),
]
_WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])")


def seconds(prefer: str | None, default: float = 0.0) -> float:
    """How long the caller wants to wait; what can't be read counts as not said, as RFC 7240 asks."""
    found = _WAIT.search(prefer or "")
    return min(float(found[1]), LONGEST) if found else default


async def ended_run(wizard: Wizard, tenant: str, id: str, patience: float) -> Run | None:
    """The run once it has ended, or None where it has not within ``patience`` seconds or the process ends."""
    if patience <= 0:
        return None
    try:
        async with asyncio.timeout(patience):
            while not wizard.closing.is_set():
                document = await wizard.database.runs.find_one({"_id": id, "tenant": tenant})
                if document is not None and document["state"] in ENDED:
                    return Run.model_validate(document)
                await pause(wizard, POLL_SECONDS)
    except TimeoutError:
        return None
    return None


async def pause(wizard: Wizard, seconds: float) -> None:
    """Sleep, but wake up at once where the process ends."""
    try:
        async with asyncio.timeout(seconds):
            await wizard.closing.wait()
    except TimeoutError:
        return
