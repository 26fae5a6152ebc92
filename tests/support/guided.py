"""One whole system with one simulated Halo for many tests, put back between them to what it was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from conftest import placed

from embedded.choose import Chosen
from halo_simulator.running import Running, running
from support.system import Portal, System, system
from support.waiting import until

SETTINGS = "/api/v1/integrations/halo/settings"
_numbers = count(1)


@dataclass
class Guided:
    """``portal``: an admin whose Halo is connected and synced, all teams of it."""

    halo: Running
    system: System
    portal: Portal

    async def reset(self) -> None:
        """Halo works and allows everything again, and the admin's settings are the simplest ones."""
        await self.halo.control.clear_faults()
        for agent in (3, 4):
            await self.halo.control.agent(agent, teams=None, clients=None)
        await self.portal.settings("tickets")
        await self.portal.settings("sync", teams="all")

    @asynccontextmanager
    async def newcomer(self, connect: bool = True) -> AsyncIterator[Portal]:
        """Another admin, of a tenant of their own that nothing was decided for yet."""
        async with self.system.portal(f"newcomer-{next(_numbers)}") as portal:
            if connect:
                await self.connect(portal)
            yield portal

    async def connect(self, portal: Portal) -> None:
        tested = await portal.connect(self.halo.url, self.halo.client_id, self.halo.client_secret)
        assert tested["diagnosis"]["connected"], tested

    async def lists_are_read(self, portal: Portal) -> None:
        """Sync PSA Data, begun after this call and waited for. A click shortly before no longer stands for it."""
        long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
        clicks = {"tenant": portal.tenant, "command.kind": "reference.refresh"}

        async def begun() -> str | None:
            await self.system.database.commands.update_many(clicks, [{"$set": {"recorded": long_ago}}])
            answer = await portal.call("POST", "/integrations/halo/reference/refresh")
            return None if answer["deduplicated"] else str(answer["id"])

        id = await until(begun)
        assert id is not None
        assert (await portal.ended(id))["state"] == "applied"


@asynccontextmanager
async def guided(stack: Chosen, logs: Path) -> AsyncIterator[Guided]:
    """The system, connected and synced; Halo's limit is out of the way."""
    async with (
        placed(stack) as place,
        running(limit=100_000) as halo,
        system(place, logs, halo.url, HALOBUS_HALO_LIMIT="100000") as it,
        it.portal() as portal,
    ):
        made = Guided(halo, it, portal)
        await made.connect(portal)
        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("resync"))
        yield made


async def shown(portal: Portal, **query: Any) -> dict[int, dict[str, Any]]:
    """All tickets that the portal lists, by id."""
    found: dict[int, dict[str, Any]] = {}
    cursor = None
    while True:
        params = {"limit": "100", **query, **({"cursor": cursor} if cursor else {})}
        page = await portal.call("GET", "/tickets", params=params)
        found |= {int(row["id"]): row for row in page["items"]}
        cursor = page.get("next")
        if cursor is None:
            return found


async def refused(portal: Portal, kind: str, **value: Any) -> dict[str, str]:
    """The fields that settings are refused for, with what is said of each."""
    held = await portal.http.get(f"{SETTINGS}/{kind}")
    answer = await portal.http.put(f"{SETTINGS}/{kind}", json=value, headers={"if-match": held.headers["etag"]})
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def dry_run(portal: Portal, kind: str, wait: int = 0, **value: Any) -> dict[str, Any]:
    """What settings would do."""
    headers = {"prefer": f"wait={wait}"} if wait else {}
    path = f"/integrations/halo/settings/{kind}"
    return dict(await portal.call("PUT", path, value, params={"dry_run": "true"}, headers=headers))
