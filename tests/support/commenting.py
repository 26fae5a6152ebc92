"""A system whose comments are set up, and comments as a client writes and reads them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from halo_simulator.running import Running
from support.consumers import Where
from support.synced import an_hour_later
from support.system import Portal, System, system

QUICK = {
    "HALOBUS_HALO_LIMIT": "100000",
    "HALOBUS_HALO_WRITE_TIMEOUT": "1",
    "HALOBUS_HALO_WRITE_GRACE": "0.5",
    "HALOBUS_LEASE_SECONDS": "3",
    "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000",
}
PORTAL_COMMENT, INTERNAL_NOTE, UPDATED, OPEN = 4, 7, 21, 2
CLIENT = ("tickets:read", "tickets:comment")


@asynccontextmanager
async def synced(place: Where, logs: Path, halo: Running, **more: str) -> AsyncIterator[tuple[System, Portal]]:
    """The system, connected, its comments set up and everything read once."""
    async with system(place, logs, halo.url, **{**QUICK, **more}) as it, it.portal() as portal:
        tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
        assert tested["diagnosis"]["connected"], tested
        await portal.settings("sync", teams="all")
        await portal.settings(
            "tickets", closed_statuses=[8, 9], client_comment_status=UPDATED, comment_outcome=PORTAL_COMMENT
        )
        await portal.applied(await portal.sync("resync"))
        yield it, portal


async def ticket_of(halo: Running, **values: Any) -> int:
    """A new open ticket of a client."""
    clients = [row for row in await halo.control.rows("client") if row["id"] > 1]
    return await halo.control.create(status_id=OPEN, team_id=3, client_id=clients[0]["id"], **values)


async def quick(it: System, portal: Portal) -> dict[str, Any]:
    """A sync of tickets; the one before, if any, no longer stands for it."""
    await an_hour_later(it.database)
    return await portal.applied(await portal.sync("quick", streams=["tickets"], join=False))


async def comments(portal: Portal, ticket: int) -> dict[str, Any]:
    return dict(await portal.call("GET", f"/tickets/{ticket}/comments", headers={"prefer": "wait=20"}))


def texts(view: dict[str, Any]) -> list[str]:
    return [item["text"] for item in view["items"]]


async def write(portal: Portal, ticket: int, text: str, key: str | None = None) -> dict[str, Any]:
    headers = {"idempotency-key": key or uuid4().hex}
    return dict(await portal.call("POST", f"/tickets/{ticket}/comments", {"text": text}, headers=headers))


async def ended(portal: Portal, ticket: int, id: str, seconds: float = 40) -> dict[str, Any]:
    """The comment once it is no longer on its way."""
    return await portal.answered(f"/tickets/{ticket}/comments/{id}", seconds)


async def in_halo(halo: Running, ticket: int, text: str) -> list[dict[str, Any]]:
    return [row for row in await halo.control.actions(ticket) if row["note"] == text]
