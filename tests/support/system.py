"""The whole system for a test: five services as processes, as a container would start them, and a portal's client."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt

from halobus import seal, store
from halobus.migrate import migrate
from halobus.settings import Settings
from halobus.store import Database
from support.consumers import Where, settings_of
from support.forked import Forked, forks
from support.outliving import ends_with_us
from support.waiting import until

SERVICES = {
    "connector": "connector",
    "sync-ticket": "sync_ticket",
    "sync-crm": "sync_crm",
    "importer": "importer",
    "wizard-api": "wizard_api",
}
START_SECONDS = 90.0
"""Five interpreters start at once, perhaps beside other tests."""
JWT_SECRET = "a secret of the portal that only tests know"
ALL = (
    "integrations:read",
    "integrations:manage",
    "users:manage",
    "tickets:read",
    "tickets:comment",
    "planner:read",
    "planner:write",
    "support:read",
)


@dataclass
class Process:
    """One service; ``log`` is the file of its output."""

    name: str
    environment: dict[str, str]
    log: Path
    child: Forked | asyncio.subprocess.Process | None = None
    port: int = 0

    async def start(self) -> None:
        """Start it and wait until it listens."""
        self.log.touch()  # whoever is forked makes it only when its turn comes
        seen = self.log.stat().st_size
        self.child = await self._begin()
        ends_with_us(self.child.pid)

        async def listening() -> bool:
            assert self.child is not None
            assert self.child.returncode is None, f"{self.name} ended: {self.log.read_text()[-2000:]}"
            lines = self.log.read_bytes()[seen:].decode().splitlines()
            ports = [json.loads(line)["port"] for line in lines if '"event": "listening"' in line]
            self.port = ports[0] if ports else 0
            return bool(ports)

        await until(listening, START_SECONDS)

    async def _begin(self) -> Forked | asyncio.subprocess.Process:
        """Forked, unless the interpreter itself is to be another one: what PYTHONPATH says is read as it starts."""
        module = SERVICES[self.name]
        if self.environment.get("PYTHONPATH") == os.environ.get("PYTHONPATH"):
            return await forks().start(module, self.environment, out=self.log)
        command = [sys.executable, "-m", module]
        with self.log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *command, stdout=output, stderr=output, env=self.environment, start_new_session=True
            )

    async def ready(self) -> None:
        """Wait until /readyz says so."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            last: list[str] = [""]

            async def answers() -> bool:
                response = await client.get("/readyz")
                last[0] = response.text
                return response.status_code == 200

            try:
                await until(answers, START_SECONDS)
            except AssertionError:
                raise AssertionError(f"{self.name} is not ready: {last[0]}") from None

    def kill(self, number: int = signal.SIGKILL) -> None:
        assert self.child is not None
        self.child.send_signal(number)

    async def end(self) -> int:
        """SIGTERM and wait; the exit code."""
        assert self.child is not None
        if self.child.returncode is None:
            self.child.terminate()
        try:
            return await asyncio.wait_for(self.child.wait(), 20)
        except TimeoutError:
            self.child.kill()
            return await self.child.wait()


@dataclass
class Portal:
    """What the host portal's frontend does, as one tenant's admin."""

    http: httpx.AsyncClient
    tenant: str = "acme"

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Call and return the JSON; AssertionError with the problem document where it is an error."""
        response = await self.http.request(method, f"/api/v1{path}", json=body, **more)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    async def connect(self, url: str, client_id: str, client_secret: str) -> dict[str, Any]:
        """Save the credential and test it; the ended run."""
        body = {"url": url, "client_id": client_id, "client_secret": client_secret}
        await self.call("PUT", "/integrations/halo/connection", body)
        return await self.test()

    async def test(self, **body: Any) -> dict[str, Any]:
        response = await self.http.post(
            "/api/v1/integrations/halo/connection/test", json=body, headers={"prefer": "wait=25"}
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def settings(self, kind: str, **value: Any) -> dict[str, Any]:
        """Replace a kind of settings, whatever its revision."""
        path = f"/api/v1/integrations/halo/settings/{kind}"
        held = await self.http.get(path)
        response = await self.http.put(path, json=value, headers={"if-match": held.headers.get("etag", '"0"')})
        assert response.is_success, response.text
        return dict(response.json())

    async def sync(self, kind: str = "quick", **body: Any) -> str:
        """Ask for a sync; the run's id."""
        return str((await self.call("POST", "/syncs", {"kind": kind, **body}))["id"])

    async def run(self, id: str) -> dict[str, Any]:
        return dict(await self.call("GET", f"/syncs/{id}"))

    async def ended(self, id: str, seconds: float = 60) -> dict[str, Any]:
        """The run once it has ended."""

        async def over() -> dict[str, Any] | None:
            run = await self.run(id)
            return run if run["ended"] else None

        run = await until(over, seconds)
        assert run is not None
        return run

    async def answered(self, path: str, seconds: float = 40) -> dict[str, Any]:
        """What goes into Halo (a comment, a creation) once it is no longer on its way."""

        async def over() -> dict[str, Any] | None:
            found = await self.call("GET", path)
            return dict(found) if found["state"] != "sending" else None

        found = await until(over, seconds)
        assert found is not None
        return found

    async def applied(self, id: str, seconds: float = 60) -> dict[str, Any]:
        run = await self.ended(id, seconds)
        assert run["state"] == "applied", json.dumps(run, indent=1, default=str)
        return run


@dataclass
class System:
    """The running services; ``logs`` is the folder of their output."""

    where: Where
    logs: Path
    processes: dict[str, Process]
    database: Database
    settings: Settings
    more: list[Process] = field(default_factory=list)

    @asynccontextmanager
    async def portal(
        self, tenant: str = "acme", permissions: tuple[str, ...] = ALL, **claims: Any
    ) -> AsyncIterator[Portal]:
        """A client with a token of the portal."""
        headers = {"authorization": f"Bearer {token(tenant, permissions, **claims)}"}
        base = f"http://127.0.0.1:{self.processes['wizard-api'].port}"
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=40) as http:
            yield Portal(http, tenant)

    async def start(self) -> None:
        """Every service, until all are ready."""
        await asyncio.gather(*(process.start() for process in self.processes.values()))
        await asyncio.gather(*(process.ready() for process in self.processes.values()))

    async def stop(self) -> None:
        """SIGTERM to every service, and wait."""
        await asyncio.gather(*(process.end() for process in self.processes.values()))

    async def again(self, name: str, **environment: str) -> Process:
        """Another replica of a service."""
        first = self.processes[name]
        log = self.logs / f"{name}-{len(self.more) + 2}.jsonl"
        process = Process(name, {**first.environment, **environment}, log)
        self.more.append(process)
        await process.start()
        await process.ready()
        return process


def token(tenant: str, permissions: tuple[str, ...] = ALL, **claims: Any) -> str:
    now = int(time.time())
    body = {"sub": "admin@example.com", "tenant": tenant, "permissions": list(permissions), "iss": "portal"}
    return jwt.encode({**body, "aud": "halobus", "iat": now, "exp": now + 3600, **claims}, JWT_SECRET, "HS256")


@asynccontextmanager
async def system(place: Where, logs: Path, halo_url: str, **more: str) -> AsyncIterator[System]:
    """Migrate, start every service, wait until all are ready; end them afterwards. ``more``: environment variables."""
    settings = settings_of(place)
    await migrate(settings)
    processes = {
        name: Process(name, environment(place, name, halo_url, more), logs / f"{name}.jsonl") for name in SERVICES
    }
    async with started(System(place, logs, processes, store.connect(settings), settings)) as running:
        yield running


@asynccontextmanager
async def started(it: System) -> AsyncIterator[System]:
    """Its services, all ready; they are ended afterwards."""
    try:
        await it.start()
        yield it
    finally:
        await asyncio.gather(*(one.end() for one in [*it.processes.values(), *it.more] if one.child is not None))
        store.close(it.database)


PRIVATE, PUBLIC = seal.generate()


def environment(place: Where, name: str, halo_url: str, more: Mapping[str, str]) -> dict[str, str]:
    """What a container of the service would be given: no service gets a secret that it does not need."""
    host = halo_url.split("://")[1]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HALOBUS_", "KAFKA_", "MONGODB_"))}
    own = {
        "connector": {"HALOBUS_SEALING_PRIVATE_KEYS": PRIVATE, "HALOBUS_ALLOWED_HOSTS": host},
        "wizard-api": {
            "HALOBUS_SEALING_PUBLIC_KEY": PUBLIC,
            "HALOBUS_ALLOWED_HOSTS": host,
            "HALOBUS_JWT_SECRET": JWT_SECRET,
            "HALOBUS_JWT_ISSUER": "portal",
            "HALOBUS_JWT_AUDIENCE": "halobus",
            "HALOBUS_COOKIE_SECURE": "false",
        },
    }
    return {
        **kept,
        "KAFKA_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "MONGODB_URI": place.mongodb_uri,
        "HALOBUS_DATABASE": place.database,
        "HALOBUS_TOPIC_PREFIX": place.topic_prefix,
        "HALOBUS_HTTP_PORT": "0",
        **own.get(name, {}),
        **{key: value for key, value in more.items() if "HALO_" not in key or name == "connector"},
    }
