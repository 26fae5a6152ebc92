"""Creating opportunities in Halo through the API, and counting what Halo has of each."""

from typing import Any
from uuid import uuid4

from halo_simulator.control import Control
from support.system import ALL, Portal

PLANNING = (*ALL, "planner:read", "planner:write")
DEFAULTS: dict[str, Any] = {
    "workflow_id": 5, "stage_id": 52, "type": "New Business", "ticket_type_id": 21, "probability": 40,
    "categories": [101, None, None, 401],
}  # fmt: skip
"""What an admin chose, from the simulator's lists; its type Opportunity needs categories 1 and 4."""
CLIENT = 12


async def prepare(portal: Portal) -> None:
    """After a connection: lists and companies are read, a company linked, and the defaults chosen."""
    await portal.settings("sync", teams="all", opportunities=True)
    await portal.applied(await portal.sync("resync", streams=["companies", "opportunities"]))
    done = await portal.call("POST", "/companies/import", {"ids": [CLIENT], "alike": True})
    assert done["imported"] == 1, done
    await portal.settings("opportunities", **DEFAULTS)


async def create(portal: Portal, title: str, key: str = "", **more: Any) -> dict[str, Any]:
    """Ask for an opportunity; where it is on its way. Halo may have refused it already: then that is the answer."""
    headers = {"idempotency-key": key or uuid4().hex}
    body = {"title": title, "client_id": CLIENT, **more}
    answer = await portal.http.post("/api/v1/opportunities", json=body, headers=headers)
    said = dict(answer.json())
    assert answer.is_success or said["type"].endswith(":halo-refused"), answer.text
    return said


async def ended(portal: Portal, id: str, seconds: float = 40) -> dict[str, Any]:
    """The creation once it is no longer on its way."""
    return await portal.answered(f"/opportunities/creations/{id}", seconds)


async def in_halo(control: Control, title: str) -> list[dict[str, Any]]:
    """The opportunities of Halo that are called so, deleted ones too."""
    return [row async for row in control.tickets("opps") if row["summary"] == title]
