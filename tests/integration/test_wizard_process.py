"""wizard-api as a container would start it: settings from the environment, an address, an end in good order."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from halobus.settings import EXIT_BAD_SETTINGS
from support.portal import AUDIENCE, ISSUER, JWT_SECRET, PUBLIC_KEY, Portal, token
from support.waiting import until


def environment(portal: Portal, **more: str) -> dict[str, str]:
    settings = portal.settings
    return {
        "PATH": os.environ["PATH"],
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "MONGODB_URI": settings.mongodb_address(),
        "HALOBUS_TOPIC_PREFIX": settings.topic_prefix,
        "HALOBUS_DATABASE": settings.database,
        "HALOBUS_HTTP_PORT": "0",
        "HALOBUS_JWT_SECRET": JWT_SECRET,
        "HALOBUS_JWT_ISSUER": ISSUER,
        "HALOBUS_JWT_AUDIENCE": AUDIENCE,
        "HALOBUS_SEALING_PUBLIC_KEY": PUBLIC_KEY,
        **more,
    }


async def spawn(variables: dict[str, str]) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wizard_api", env=variables, stdout=PIPE, stderr=PIPE
    )


@asynccontextmanager
async def running(portal: Portal, **more: str) -> AsyncIterator[tuple[Process, str]]:
    """The process, ready, and its address."""
    process = await spawn(environment(portal, **more))
    try:
        address = await listening(process)
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            await until(lambda: is_ready(client))
        yield process, address
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def listening(process: Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(20):
        async for line in process.stdout:
            said = json.loads(line)
            if said["event"] == "listening":
                return f"http://127.0.0.1:{said['port']}"
    raise AssertionError("the process ended before it listened")


async def is_ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200


async def test_a_sync_is_followed_until_sigterm_ends_the_stream_and_the_process(portal: Portal) -> None:
    tenant = await portal.connected()
    headers = {"Authorization": f"Bearer {token(tenant)}"}
    async with (
        running(portal) as (process, address),
        httpx.AsyncClient(base_url=address, headers=headers, timeout=20, trust_env=False) as client,
    ):
        answer = await client.post("/api/v1/syncs", json={"kind": "quick"})
        assert answer.status_code == 202
        async with client.stream("GET", f"{answer.headers['Location']}/events") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: run"
            process.send_signal(signal.SIGTERM)
            async for _ in lines:
                pass
        async with asyncio.timeout(10):
            assert await process.wait() == 0


async def test_the_schedule_and_the_outbox_run(portal: Portal) -> None:
    tenant = await portal.connected()
    async with running(portal), portal.client(tenant) as client:
        assert (await client.post("/api/v1/integrations/halo/complete")).status_code == 200
        soon = [{"$set": {"next_sync_at": "$$NOW"}}]
        await portal.database.connections.update_one({"_id": tenant}, soon)

        async def started() -> bool:
            commands = portal.database.commands
            return await commands.count_documents({"tenant": tenant, "published": {"$ne": None}}) == 1

        await until(started)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"HALOBUS_JWT_SECRET": ""}, "HALOBUS_JWT_SECRET (or _FILE) or HALOBUS_JWKS_URL"),
        ({"HALOBUS_JWT_SECRET": "short"}, "HALOBUS_JWT_SECRET is too short"),
        ({"HALOBUS_SEALING_PUBLIC_KEY": "nonsense"}, "HALOBUS_SEALING_PUBLIC_KEY (or _FILE) is no key"),
        ({"HALOBUS_JWT_SECRET": "", "HALOBUS_JWKS_URL": "https://portal.test/keys"}, "HALOBUS_SESSION_KEY"),
    ],
)
async def test_bad_settings_end_it_with_a_sentence(portal: Portal, more: dict[str, str], said: str) -> None:
    process = await spawn(environment(portal, **more))
    out, error = await process.communicate()
    assert process.returncode == EXIT_BAD_SETTINGS
    assert said in error.decode()
    assert b"Traceback" not in out + error
