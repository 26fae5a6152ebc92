"""The guide's planner: a newcomer whose opportunities, projects and companies are synced, on the whole system."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from support.guided import Guided
from support.system import Portal
from support.waiting import until

COMPANY = 12
"""A client of the simulated Halo, imported into the portal."""
DEFAULTS: dict[str, Any] = {
    "workflow_id": 5,
    "stage_id": 52,
    "type": "Managed Services",
    "ticket_type_id": 21,
    "probability": 35,
    "categories": [101, 202, 301, 402],
}
STREAMS = ["companies", "opportunities", "projects"]
_keys = count(1)


@dataclass
class Planned:
    """``portal``: an admin who is a planner as well."""

    guide: Guided
    portal: Portal

    async def sync(self, **body: Any) -> None:
        """A quick sync; the one before no longer stands for it."""
        long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
        mine = {"tenant": self.portal.tenant, "command.kind": "sync"}
        await self.guide.system.database.commands.update_many(mine, [{"$set": {"recorded": long_ago}}])
        await self.portal.applied(await self.portal.sync("quick", **{"streams": STREAMS, **body}))

    async def lists_are_read(self) -> None:
        await self.guide.lists_are_read(self.portal)

    async def items(self, **query: Any) -> dict[Any, dict[str, Any]]:
        """The planner, by the opportunity's number, or by the item's id where it has none."""
        page = await self.portal.call("GET", "/planner/items", params={"limit": "100", **query})
        return {row["opportunity"] or row["id"]: row for row in page["items"]}

    async def has(self, *opportunities: int) -> dict[Any, dict[str, Any]]:
        """The planner once these are in it."""

        async def there() -> dict[Any, dict[str, Any]] | None:
            found = await self.items()
            return found if found.keys() >= set(opportunities) else None

        found = await until(there)
        assert found is not None
        return found

    async def shows(self, opportunity: int, **fields: Any) -> dict[str, Any]:
        """An item once it is so."""

        async def so() -> dict[str, Any] | None:
            row = (await self.items()).get(opportunity, {})
            return row if fields.items() <= row.items() else None

        row = await until(so)
        assert row is not None
        return dict(await self.portal.call("GET", f"/planner/items/{row['id']}"))

    async def settled(self) -> None:
        """Until sync-crm has heard of all that was decided and applied so far: a fact of ours has come back to it."""
        marker = await self.guide.halo.control.create(domain="opps", summary="Marker", client_id=COMPANY)
        await self.sync()
        await self.portal.call("POST", "/opportunities/import", {"ids": [marker]})
        await self.has(marker)

    async def create(self, wait: int = 25, **body: Any) -> httpx.Response:
        """Create Opportunity, as the planner does it."""
        headers = {"idempotency-key": f"{self.portal.tenant}-{next(_keys)}", "prefer": f"wait={wait}"}
        return await self.portal.http.post("/api/v1/opportunities", json=body, headers=headers)

    async def made(self, **body: Any) -> dict[str, Any]:
        """One that Halo has made: its row there."""
        answer = await self.create(**body)
        assert answer.status_code == 201, answer.text
        return await self.guide.halo.control.ticket(answer.json()["opportunity"])


@asynccontextmanager
async def planned(guide: Guided, **settings: Any) -> AsyncIterator[Planned]:
    """Connected, opportunity sync on, one company imported, the defaults chosen."""
    async with guide.newcomer() as portal:
        made = Planned(guide, portal)
        await portal.settings("sync", teams="all", tickets=False, users=False, opportunities=True)
        await made.lists_are_read()
        await made.sync()
        await portal.call("POST", "/companies/import", {"ids": [COMPANY]})
        await portal.settings("opportunities", **{**DEFAULTS, **settings})
        yield made
