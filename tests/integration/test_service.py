"""What every service does alike, seen from outside: a process with signals, health routes and log lines."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import pytest

from halobus import store, topics
from halobus.bus import Bus
from halobus.envelope import Envelope
from halobus.migrate import migrate
from halobus.settings import Settings
from support.consumers import Where, settings_of
from support.processes import Running, service_process
from support.waiting import until

SAMPLE = "support.sample_service"


@asynccontextmanager
async def started(place: Where, **environment: str) -> AsyncIterator[Running]:
    """The sample service, ready or not."""
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "MONGODB_URI": place.mongodb_uri,
        "HALOBUS_TOPIC_PREFIX": place.topic_prefix,
        "HALOBUS_DATABASE": place.database,
        "HALOBUS_HTTP_PORT": "0",
        **environment,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", SAMPLE, stdout=PIPE, env={**os.environ, **settings}
    )
    running = Running(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await running.reading


@pytest.fixture
def settings(place: Where) -> Settings:
    """Of an empty place."""
    return settings_of(place)


async def get(service: Running, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{service.port}{path}")


async def problems(service: Running) -> dict[str, str]:
    """What /readyz complains of; "port" before it listens."""
    if not service.port:
        return {"port": "none yet"}
    found: dict[str, str] = (await get(service, "/readyz")).json()["problems"]
    return found


async def publish(settings: Settings, *keys: str) -> Bus:
    bus = Bus(settings, "test")
    await bus.publish(topics.TICKETS, [Envelope("t", "test", key, b"{}", "acme") for key in keys], partition=0)
    return bus


async def test_it_names_what_migrate_has_to_do_then_works_and_ends_well(place: Where, settings: Settings) -> None:
    async with started(place) as service:
        await until(lambda: _says(service, "indexes", "halobus migrate"))
        assert (await get(service, "/livez")).status_code == 200
        await migrate(settings)
        await until(service.ready)
        metrics = (await get(service, "/metrics")).text
        await until(lambda: _counts(service, 'halobus_loop_failures_total{loop="defective"}'))
        assert "# HELP halobus_lag_seconds" in metrics
        assert (await get(service, "/nothing")).status_code == 404
        assert await service.terminate() == 0
    events = [line["event"] for line in service.lines]
    assert events[0] == "listening"
    assert events[-2:] == ["stopping", "stopped"]
    assert "hunter2" not in str(service.lines)
    assert all({"event", "level", "time", "service", "logger"} <= line.keys() for line in service.lines)


async def test_sigterm_lets_the_running_batch_finish_and_commits_it(place: Where, settings: Settings) -> None:
    await migrate(settings)
    database = store.connect(settings)
    async with service_process(SAMPLE, place, SAMPLE_SECONDS="2") as service:
        bus = await publish(settings, "a")
        await until(lambda: store.find_one(database, "sample", "begun a"))
        assert await service.terminate() == 0
    assert await store.find_one(database, "sample", "a")
    assert (await bus.progress("sync-ticket", topics.TICKETS))[0].lag == 0
    await bus.stop()
    store.close(database)


async def test_its_metrics_say_whether_it_is_ready(place: Where, settings: Settings) -> None:
    async with started(place) as service:
        await until(lambda: _says(service, "indexes", "halobus migrate"))
        await until(lambda: _counts(service, "halobus_ready 0.0"))
        await migrate(settings)
        await until(lambda: _counts(service, "halobus_ready 1.0"))


async def test_a_signal_lowers_the_log_level_and_raises_it_again(place: Where, settings: Settings) -> None:
    await migrate(settings)
    async with started(place) as service:
        await until(service.ready)
        for level in ("DEBUG", "INFO"):
            service.process.send_signal(signal.SIGUSR1)
            await until(partial(_logged, service, "log_level_changed", level))


@pytest.mark.parametrize("away", ["KAFKA_BOOTSTRAP_SERVERS", "MONGODB_URI"])
async def test_without_a_dependency_it_is_alive_and_not_ready(place: Where, settings: Settings, away: str) -> None:
    nowhere = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "MONGODB_URI": "mongodb://ann:hunter2@127.0.0.1:1"}
    part = {"KAFKA_BOOTSTRAP_SERVERS": "kafka", "MONGODB_URI": "mongodb"}[away]
    await migrate(settings)
    async with started(place, **{away: nowhere[away]}) as service:
        await until(lambda: _says(service, part, "does not answer"))
        assert (await get(service, "/readyz")).status_code == 503
        assert (await get(service, "/livez")).json()["alive"] is True
        assert await service.terminate() == 0
    assert "hunter2" not in str(service.lines)


async def test_a_taken_port_ends_it_with_one_line(place: Where) -> None:
    async with started(place) as first:
        await until(lambda: _is(first.port))
        async with started(place, HALOBUS_HTTP_PORT=str(first.port)) as second:
            assert await second.process.wait() == 1
            await second.reading
        assert [line["event"] for line in second.lines] == ["cannot_listen"]


async def _is(value: Any) -> Any:
    return value


async def _says(service: Running, part: str, text: str) -> bool:
    return text in (await problems(service)).get(part, "")


async def _counts(service: Running, line: str) -> bool:
    return line in (await get(service, "/metrics")).text


async def _logged(service: Running, event: str, level: str) -> bool:
    return any(line["event"] == event and line.get("log_level") == level for line in service.lines)
