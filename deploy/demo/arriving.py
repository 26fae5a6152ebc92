"""A change made in Halo arrives by itself: by Quick Sync, and by the schedule."""

import time

from demo.awaiting import until
from demo.check import Figure
from demo.choosing import Choices
from demo.errors import DemoError
from demo.parts import Parts
from demo.place import TENANT

PATIENCE = 60.0
POLL = 0.05
"""Seconds between two looks into MongoDB: so exact are the times shown."""


async def by_quick_sync(parts: Parts, choices: Choices, ticket: int) -> Figure:
    """Change a ticket in Halo and press Quick Sync."""
    summary = "Changed in Halo, fetched by Quick Sync"
    began = await _change(parts, choices, ticket, summary)
    started = await parts.api.post("/syncs", {"kind": "quick", "streams": ["tickets"], "join": True})
    figure = await _arrival(parts, ticket, summary, began, "Quick Sync")
    async for _ in parts.api.follow(started["id"]):
        pass  # to its end: the schedule would join a sync that runs
    return figure


async def by_schedule(parts: Parts, choices: Choices, ticket: int) -> Figure:
    """Change a ticket in Halo and let the schedule find it."""
    summary = "Changed in Halo, found by the schedule"
    began = await _change(parts, choices, ticket, summary)
    parts.view.say(
        "Nobody clicks. So that nobody has to wait for minutes, the clock of the schedule is brought forward:"
    )
    parts.view.say("next_sync_at of the connection is set to now, in MongoDB.")
    await parts.database.connections.update_one({"_id": TENANT}, [{"$set": {"next_sync_at": "$$NOW"}}])
    return await _arrival(parts, ticket, summary, began, "the schedule")


async def _change(parts: Parts, choices: Choices, ticket: int, summary: str) -> float:
    status = await _other_status(parts, choices, ticket)
    began = time.monotonic()
    await parts.halo.change(ticket, summary=summary, status_id=status)
    parts.view.say(f"In Halo, ticket {ticket} now is “{summary}” and {choices.statuses[status]}.")
    return began


async def _other_status(parts: Parts, choices: Choices, ticket: int) -> int:
    """A status that the ticket does not have and that is not excluded."""
    now = (await parts.halo.ticket(ticket))["status_id"]
    return next(id for id in choices.statuses if id != now and id not in choices.scope.excluded_statuses)


async def _arrival(parts: Parts, ticket: int, summary: str, began: float, way: str) -> Figure:
    """Wait until the document in MongoDB has the new summary."""

    async def arrived() -> bool:
        return await parts.database.tickets.find_one(_changed(ticket, summary), {"_id": 1}) is not None

    if not await until(arrived, seconds=PATIENCE, every=POLL):
        raise DemoError(f"ticket {ticket} has not arrived by {way} after {PATIENCE:.0f} s")
    seconds = time.monotonic() - began
    parts.view.say(f"✓ {seconds:.1f} s later it is in MongoDB.")
    return Figure(f"a change by {way}", True, f"in MongoDB {seconds:.1f} s after it was made in Halo")


def _changed(ticket: int, summary: str) -> dict[str, object]:
    return {"tenant": TENANT, "state": "live", "content.id": ticket, "content.summary": summary}
