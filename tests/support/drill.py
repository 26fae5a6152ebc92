"""The restore drill's ground: two tenants of one running system, and a backup made in the middle of things."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from conftest import Place, placed

from embedded.choose import Chosen
from halo_simulator.running import Running, running
from halobus import seal
from halobus.store import Document
from support.backup import Dump, dump
from support.system import Portal, System, system
from support.truth import should_show
from support.waiting import until

QUICK = {
    "HALOBUS_HALO_LIMIT": "100000",
    "HALOBUS_HALO_WRITE_TIMEOUT": "2",
    "HALOBUS_HALO_WRITE_GRACE": "0.5",
    "HALOBUS_LEASE_SECONDS": "3",
    "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000",
}
COMMENTS = 20
IN_FLIGHT = "in flight"
GONE_TENANT = "globex"
PRIVATE, PUBLIC = "HALOBUS_SEALING_PRIVATE_KEYS", "HALOBUS_SEALING_PUBLIC_KEY"


@dataclass
class Drill:
    """``held``: the backup. When it was made, ``first`` had a comment that no connector had accepted yet, and ``sync``
    was waiting as well; both were done afterwards. ``talked``: tickets to comment on. ``person``: a live contact who
    asked for tickets.
    """

    place: Place
    halo: Running
    it: System
    portal: Portal
    tickets: list[int]
    first: int
    talked: list[int]
    held: Dump = field(default_factory=dict)
    sync: str = ""
    person: Document = field(default_factory=dict)

    async def back_up(self) -> None:
        """In the middle of things: the connector is frozen meanwhile."""
        self.person = await self._requester()
        self.it.processes["connector"].kill(signal.SIGSTOP)
        comment = await self.comment(self.first, IN_FLIGHT)
        self.sync = await self.portal.sync("quick", join=False)
        self.held = await dump(self.place)
        self.it.processes["connector"].kill(signal.SIGCONT)
        await self.sent([comment])
        await self.portal.ended(self.sync)

    async def comment(self, ticket: int, text: str) -> str:
        headers = {"idempotency-key": uuid4().hex}
        path = f"/tickets/{ticket}/comments"
        return str((await self.portal.call("POST", path, {"text": text}, headers=headers))["id"])

    async def sent(self, ids: list[str]) -> None:
        async def all_sent() -> bool:
            return await self.it.database.runs.count_documents({"_id": {"$in": ids}, "state": "sent"}) == len(ids)

        await until(all_sent, 60)

    async def stop(self) -> None:
        await self.it.stop()

    async def start(self) -> None:
        await self.it.start()
        self._find_the_portal()

    def _find_the_portal(self) -> None:
        self.portal.http.base_url = httpx.URL(f"http://127.0.0.1:{self.it.processes['wizard-api'].port}")

    async def sync_again(self) -> dict[str, Any]:
        """A quick sync, its end; the one before no longer stands for it."""
        long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
        await self.it.database.commands.update_many({"command.kind": "sync"}, [{"$set": {"recorded": long_ago}}])
        return await self.portal.ended(await self.portal.sync("quick", join=False))

    async def enter_the_secret(self) -> None:
        tested = await self.portal.connect(self.halo.url, self.halo.client_id, self.halo.client_secret)
        assert tested["diagnosis"]["connected"], tested

    @asynccontextmanager
    async def other_keys(self) -> AsyncIterator[None]:
        """A new pair of sealing keys alone; afterwards it is the old one that everything is sealed with."""
        connector, wizard = self.it.processes["connector"].environment, self.it.processes["wizard-api"].environment
        old = connector[PRIVATE], wizard[PUBLIC]
        await self._give(*seal.generate())
        try:
            yield
        finally:
            await self._give(*old)
            await self.enter_the_secret()

    async def _give(self, private: str, public: str) -> None:
        """Both who have a key are started with this pair; the others know nothing of it."""
        connector, wizard = self.it.processes["connector"], self.it.processes["wizard-api"]
        await asyncio.gather(connector.end(), wizard.end())
        connector.environment[PRIVATE], wizard.environment[PUBLIC] = private, public
        await asyncio.gather(connector.start(), wizard.start())
        await asyncio.gather(connector.ready(), wizard.ready())
        self._find_the_portal()

    async def _requester(self) -> Document:
        ids = await self.it.database.tickets.distinct("content.user_id", {"content.user_name": {"$ne": None}})
        mine = {"tenant": self.portal.tenant, "state": "live", "content.id": {"$in": ids}}
        found: Document | None = await self.it.database.contacts.find_one(mine)
        assert found is not None
        return found


@asynccontextmanager
async def drilled(stack: Chosen, logs: Path) -> AsyncIterator[Drill]:
    """Both tenants synced and set up, the backup made, everything running."""
    async with (
        placed(stack) as place,
        running(limit=100000) as halo,
        system(place, logs, halo.url, **QUICK) as it,
        it.portal() as portal,
        it.portal(GONE_TENANT) as other,
    ):
        tickets = sorted(await should_show(halo.control))
        first, *talked = await _open_tickets(halo)
        await asyncio.gather(_set_up(halo, it, portal), _set_up(halo, it, other, companies=False, users=False))
        made = Drill(place, halo, it, portal, tickets, first, talked)
        await made.back_up()
        yield made


async def _set_up(halo: Running, it: System, portal: Portal, **switches: bool) -> None:
    tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
    assert tested["diagnosis"]["connected"], tested
    await portal.settings("sync", teams="all", **switches)
    await portal.settings("tickets", closed_statuses=[8, 9], client_comment_status=21, comment_outcome=4)
    for kind in ("projects", "assets"):
        await portal.settings(kind, enabled=False)
    await portal.applied(await portal.sync("quick"))
    # As Complete Setup leaves it, but for a sync that the drill does not ask for.
    done: Document = {"$set": {"completed": "$$NOW", "next_sync_at": None, "step": "done"}}
    await it.database.connections.update_one({"_id": portal.tenant}, [done])


async def _open_tickets(halo: Running) -> list[int]:
    """Tickets of a client that take comments: one more than the drill writes."""
    [client, *_] = [row for row in await halo.control.rows("client") if row["id"] > 1]
    new = {"op": "create", "status_id": 2, "team_id": 3, "client_id": client["id"]}
    return list((await halo.control.ops(*[new] * (COMMENTS + 1)))["ids"])
