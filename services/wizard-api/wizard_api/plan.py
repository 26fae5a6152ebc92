"""When the next scheduled sync is, and why it is later than usual or not at all."""

from dataclasses import dataclass
from datetime import datetime

from halobus.documents import Connection
from halobus.store import Database
from wizard_api import backoff
from wizard_api.connected import State


@dataclass(frozen=True)
class Planned:
    """``at`` None: none is planned. ``reason`` is for people, empty where the next one comes as usual."""

    at: datetime | None
    reason: str = ""


async def next_sync(database: Database, connections: Connection, state: State | None) -> Planned:
    """The plan as the schedule keeps it; None of ``state``: Halo was never connected."""
    none = _no_sync(connections, state)
    if none or state is None:
        return Planned(None, none)
    held = await backoff.standing(database, state)
    at = connections.next_sync_at
    if held.until is None or at is None:
        return Planned(at)
    why = f" ({held.problem.title})" if held.problem else ""
    reason = f"The last {held.failures} syncs failed{why}, so the next one waits longer than usual."
    return Planned(max(at, held.until), reason)


def _no_sync(connections: Connection, state: State | None) -> str:
    """Why none is planned, or nothing."""
    if state is None or state.tenant.state == "disconnected":
        return "Halo is not connected."
    if connections.completed is None:
        return "The schedule begins with Complete Setup."
    if connections.paused:
        return "The schedule is paused."
    return "" if state.enabled() else "No stream is switched on."
