"""A tenant of the whole system whose first sync is through, and what makes the next one another sync."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from halo_simulator.running import Running
from halobus.store import Database
from support.consumers import Where
from support.system import Portal, System, system

AMPLE = {"HALOBUS_HALO_LIMIT": "100000"}
"""More requests than a test makes."""


@asynccontextmanager
async def synced(
    place: Where, logs: Path, halo: Running, **settings: Any
) -> AsyncIterator[tuple[System, Portal, dict[str, Any]]]:
    """The system after its tenant's first sync, of all teams and with these sync settings, and that run."""
    async with system(place, logs, halo.url, **AMPLE) as it, it.portal() as portal:
        tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
        assert tested["diagnosis"]["connected"], tested
        await portal.settings("sync", teams="all", **settings)
        yield it, portal, await portal.applied(await portal.sync("resync"))


async def an_hour_later(database: Database) -> None:
    """No sync that was asked for stands for the next one any more."""
    long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
    await database.commands.update_many({"command.kind": "sync"}, [{"$set": {"recorded": long_ago}}])
