"""wizard-api in a test's own process, on the real Kafka and MongoDB: tests share one and take a tenant each."""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import jwt
from aiokafka import ConsumerRecord
from fastapi import FastAPI

from embedded.choose import Chosen
from halobus import seal, store, version
from halobus.bus import Bus
from halobus.lag import OffsetReader
from halobus.migrate import migrate
from halobus.server import server
from halobus.store import Document
from halobus.topics import Topic
from support.consumers import Bench
from support.waiting import until
from wizard_api import api
from wizard_api.auth import Verifier
from wizard_api.configuration import WizardSettings
from wizard_api.context import Sender, Wizard
from wizard_api.permissions import Permission
from wizard_api.requests import observed

JWT_SECRET = secrets.token_hex(32)
ISSUER, AUDIENCE = "https://portal.test", "halobus"
PRIVATE_KEY, PUBLIC_KEY = seal.generate()
HALO = "/api/v1/integrations/halo"
_numbers = count(1)


def token(tenant: str, permissions: Sequence[str] | str = tuple(Permission), **claims: Any) -> str:
    """A token as the portal would sign it; ``claims`` replace the usual ones, None leaves one out."""
    usual = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada@msp.test",
        "exp": int(time.time()) + 600,
        "tenant": tenant,
        "permissions": permissions if isinstance(permissions, str) else [str(each) for each in permissions],
    }
    kept = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(kept, JWT_SECRET, "HS256")


class Here:
    """The settings' place, as ``support.consumers`` wants it."""

    def __init__(self, settings: WizardSettings) -> None:
        self.bootstrap_servers = settings.kafka_bootstrap_servers
        self.mongodb_uri = settings.mongodb_address()
        self.topic_prefix = settings.topic_prefix
        self.database = settings.database


class Portal:
    """A replica of wizard-api and, in place of the connector, methods that write what the connector would."""

    def __init__(self, settings: WizardSettings, bus: Sender) -> None:
        self.settings = settings
        self.database = store.connect(settings)
        self.wizard = Wizard(settings, self.database, bus, Verifier(settings))
        self.api: FastAPI = api.create(self.wizard)
        self.app = observed(self.api)

    def client(self, tenant: str, permissions: Sequence[str] = tuple(Permission), **claims: Any) -> httpx.AsyncClient:
        """A caller with a token of the tenant."""
        return self.anonymous({"Authorization": f"Bearer {token(tenant, permissions, **claims)}"})

    def anonymous(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        """A caller with these headers alone."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="https://portal.test", headers=headers)

    async def connected(self, tenant: str | None = None, **settings: Any) -> str:
        """A tenant whose Halo is connected as ``c1``, with these sync settings, all teams unless told otherwise."""
        tenant = tenant or f"tenant-{next(_numbers)}-{secrets.token_hex(3)}"
        sealed = {"key_id": "k", "blob": "b"}
        active = {
            "url": "https://acme.halopsa.com",
            "host": "acme.halopsa.com",
            "resource_url": "https://acme.halopsa.com/api",
            "token_url": "https://acme.halopsa.com/auth/token",
            "client_id": "id-1",
            "sealed": sealed,
            "draft_revision": 1,
            "tested_at": datetime.now(UTC),
        }
        tenants = {"tenant": tenant, "connection": "c1", "instance": f"i-{tenant}", "active": active}
        await self.database.tenants.replace_one({"_id": tenant}, {**tenants, "state": "connected"}, upsert=True)
        await self.choose(tenant, "sync", {"teams": "all", **settings})
        return tenant

    async def choose(self, tenant: str, kind: str, value: Document, revision: int = 1) -> None:
        """Settings as stored."""
        document = {"tenant": tenant, "connection": "c1", "kind": kind, "value": value, "revision": revision}
        await self.database.settings.replace_one({"_id": f"{tenant}:c1:{kind}"}, document, upsert=True)

    async def accept(self, id: str, state: str = "queued", **fields: Any) -> None:
        """What the connector writes when it accepts a command."""
        recorded = await self.database.commands.find_one({"command_id": id})
        assert recorded is not None
        command = recorded["command"]
        run = {
            "tenant": recorded["tenant"],
            "connection": command.get("connection"),
            "kind": command["kind"],
            "command": command,
            "state": state,
            "revision": 1,
            "created": datetime.now(UTC),
            **fields,
        }
        await self.database.runs.insert_one({"_id": id, **run})

    async def move(self, id: str, state: str, **fields: Any) -> None:
        """The next state of a run."""
        await self.database.runs.update_one({"_id": id}, {"$set": {"state": state, **fields}, "$inc": {"revision": 1}})

    async def read_all(self, topic: Topic) -> list[ConsumerRecord]:
        """Everything that a topic holds."""
        bench = Bench(Here(self.settings))
        try:
            return await bench.read_all(topic)
        finally:
            await bench.bus.stop()
            store.close(bench.database)

    async def generation(self, tenant: str) -> int:
        """The generation of the tenant's tickets."""
        found = await store.find_one(self.database, "connections", tenant)
        return int(found["generations"]["c1"]["tickets"]) if found else 0

    async def mirror(
        self, tenant: str, collection: str, id: int | str, content: Document | None, **fields: Any
    ) -> None:
        """A mirror as its owner stores it; None: a stub (give ``state`` and ``reason``)."""
        document = {
            "_id": f"{tenant}:c1:{id}",
            "tenant": tenant,
            "connection": "c1",
            "id": str(id),
            "version": str(version.Version(fields.pop("generation", 0), 1, 1)),
            "state": "live",
            "reason": None,
            "run": "run-1",
            "trace": "f" * 32,
            "met": datetime.now(UTC),
            **({"content": content} if content is not None else {}),
            **fields,
        }
        await self.database[collection].replace_one({"_id": document["_id"]}, document, upsert=True)

    async def ticket(self, tenant: str, id: int, **fields: Any) -> None:
        """A stored ticket of team 7 in status 1 of company 5."""
        content = {"id": id, "summary": f"Ticket {id}", "team_id": 7, "status_id": 1, "client_id": 5, **fields}
        await self.mirror(tenant, "tickets", id, content)

    async def lists(self, tenant: str, **lists: dict[int, str]) -> None:
        """Reference lists by name (underscores for dashes)."""
        for name, items in lists.items():
            list_name = name.replace("_", "-")
            rows = [{"id": id, "name": text} for id, text in items.items()]
            await self.mirror(tenant, "reference", list_name, {"name": list_name, "items": rows})


def settings_of(stack: Chosen, name: str, **more: Any) -> WizardSettings:
    """wizard-api's settings for a place of the stack."""
    values = {
        "kafka_bootstrap_servers": stack.bootstrap_servers,
        "mongodb_uri": stack.mongodb_uri,
        "topic_prefix": f"{name}.",
        "database": name,
        "http_port": 0,
        "sealing_public_key": PUBLIC_KEY,
        "jwt_secret": JWT_SECRET,
        "jwt_issuer": ISSUER,
        "jwt_audience": AUDIENCE,
        **more,
    }
    return WizardSettings(**values)


@asynccontextmanager
async def opened(stack: Chosen) -> AsyncIterator[Portal]:
    """A portal in a place of its own, emptied afterwards."""
    name = f"t{secrets.token_hex(4)}"
    settings = settings_of(stack, name)
    await migrate(settings)
    bus = Bus(settings, "wizard-api")
    portal = Portal(settings, bus)
    try:
        yield portal
    finally:
        await bus.stop()
        await portal.database.client.drop_database(name)
        store.close(portal.database)
        await _delete_topics(settings)


@asynccontextmanager
async def replica(of: Portal) -> AsyncIterator[Portal]:
    """A second process' worth of wizard-api on the same database and topics."""
    bus = Bus(of.settings, "wizard-api")
    second = Portal(of.settings, bus)
    try:
        yield second
    finally:
        await bus.stop()
        store.close(second.database)


@asynccontextmanager
async def served(portal: Portal) -> AsyncIterator[str]:
    """The portal over real HTTP: its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    http = server(portal.app, lifespan=False)
    serving = asyncio.create_task(http.serve(sockets=[listener]))

    async def is_up() -> bool:
        return bool(http.started)

    try:
        await until(is_up)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        http.should_exit = True
        await serving


async def _delete_topics(settings: WizardSettings) -> None:
    offsets = OffsetReader(settings)
    try:
        admin = await offsets.admin()
        ours = [topic for topic in await admin.list_topics() if topic.startswith(settings.topic_prefix)]
        await admin.delete_topics(ours)
    finally:
        await offsets.close()
