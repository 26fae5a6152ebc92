"""A tenant whose connection is about to change: what a test does to it, and what is left of its data."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.running import Running
from halobus import topics
from halobus.bus import Bus
from halobus.store import Database, Document
from support.records import TENANT, raw
from support.system import Portal, System, system
from support.waiting import until

AMPLE = {"HALOBUS_HALO_LIMIT": "100000"}
MIRRORS = ("tickets", "comments", "companies", "contacts", "reference")
DECIDED = ("settings", "company_links", "seen_lists")
CONNECTION = "/api/v1/integrations/halo/connection"


@asynccontextmanager
async def synced(
    place: Place, logs: Path, halo: Running, others: Iterable[Running] = ()
) -> AsyncIterator[tuple[System, Portal]]:
    """A connected tenant that has synced once; the connector may also call the ``others``."""
    hosts = ",".join(each.url.split("://")[1] for each in (halo, *others))
    async with system(place, logs, halo.url, **AMPLE, HALOBUS_ALLOWED_HOSTS=hosts) as it, it.portal() as portal:
        await connect(portal, halo)
        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("resync"))
        yield it, portal


async def connect(portal: Portal, halo: Running, **more: str) -> dict[str, Any]:
    tested = await portal.connect(halo.url, halo.client_id, more.get("secret", halo.client_secret))
    assert tested["diagnosis"]["connected"], tested
    return tested


async def tenant(it: System) -> Document:
    found = await it.database.tenants.find_one({"_id": TENANT})
    assert found is not None
    return found


async def counts(database: Database, names: Iterable[str], **query: Any) -> dict[str, int]:
    return {name: await database[name].count_documents({"tenant": TENANT, **query}) for name in names}


async def gone(it: System, **query: Any) -> None:
    """Wait until no mirror is left."""

    async def none_left() -> bool:
        return not any((await counts(it.database, (*MIRRORS, "sync_ticket_rejects"), **query)).values())

    await until(none_left, 30)


async def disconnect(portal: Portal, delete: bool) -> None:
    answer = await portal.http.delete(CONNECTION, params={"delete_data": delete})
    assert answer.status_code == 202, answer.text
    assert (await portal.ended(answer.json()["id"]))["state"] == "done"


async def refused(portal: Portal, method: str, path: str, body: Any = None, **headers: str) -> str:
    answer = await portal.http.request(method, f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == 409, f"{path}: {answer.status_code} {answer.text}"
    return str(answer.json()["title"])


async def late_record(it: System, connection: str, version: str = f"{'9' * 14}.{'9' * 14}.{'9' * 10}") -> None:
    """A ticket of that connection, as the topic might bring it again; returns when it is consumed."""
    bus = Bus(it.settings, "test")
    body = {"id": 77, "summary": "From the past", "team_id": 1, "status_id": 1}
    await bus.publish_raw(topics.TICKETS, [raw("halobus.ticket.upsert.v1", "77", body, version, connection=connection)])

    async def consumed() -> bool:
        return all(each.lag == 0 for each in (await bus.progress("sync-ticket", topics.TICKETS)).values())

    await until(consumed)
    await bus.stop()
