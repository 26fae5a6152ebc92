"""``make demo`` as a user runs it: it tells the truth by its exit code, and leaves no process behind."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import AsyncMongoClient

from embedded.choose import Chosen
from support.demo_run import in_terminal, piped, processes_of
from support.waiting import until

LIMIT = 120.0
"""Seconds; it takes 20 on two cores."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes under /proc"),
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"DEMO_SIZE": "small", "DEMO_FOLDER": str(tmp_path / "demo")}


@pytest.fixture
def on_stack(environment: dict[str, str], stack: Chosen) -> dict[str, str]:
    """On a Kafka and a MongoDB that belong to somebody else."""
    return {**environment, "KAFKA_BOOTSTRAP_SERVERS": stack.bootstrap_servers, "MONGODB_URI": stack.mongodb_uri}


async def gone(folder: Path) -> bool:
    """Whether no process of this folder is left, at once or within seconds."""

    async def none_left() -> bool:
        return not processes_of(folder)

    return await until(none_left, 20)


async def test_piped_it_checks_every_figure_and_ends(on_stack: dict[str, str], stack: Chosen, tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT), piped(on_stack) as run:
        first = await run.output.readline()
        code, rest = await run.ended()
    assert b"Starting" in first
    assert code == 0, rest
    assert "All figures are right" in rest.splitlines()[-1]
    assert "\x1b" not in rest
    assert not processes_of(tmp_path)
    assert not await left_in(stack)


async def test_in_a_terminal_it_stays_until_ctrl_c(on_stack: dict[str, str], tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT), in_terminal(on_stack) as run:
        told = await run.until("until Ctrl-C")
        assert (tmp_path / "demo" / "env").stat().st_mode & 0o777 == 0o600
        run.process.send_signal(signal.SIGINT)  # what Ctrl-C sends
        code, rest = await run.ended()
    assert "Where to look next" in told
    assert code == 0, rest
    assert not processes_of(tmp_path)
    assert not (tmp_path / "demo" / "env").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
async def test_however_it_is_ended_nothing_is_left(
    environment: dict[str, str], tmp_path: Path, number: signal.Signals, code: int
) -> None:
    async with asyncio.timeout(LIMIT), piped(environment) as run:
        await run.until("== 2")
        assert len(processes_of(tmp_path)) > len(("kafka", "mongod", "simulator", "five services")) + 4
        run.process.send_signal(number)
        assert await run.process.wait() == code
        assert await gone(tmp_path)


async def test_a_service_that_can_not_start_is_named_with_its_last_words(environment: dict[str, str]) -> None:
    broken = {**environment, "HALOBUS_LOG_LEVEL": "LOUD"}
    async with asyncio.timeout(LIMIT), piped(broken) as run:
        code, rest = await run.ended()
    assert code == 1
    assert "HALOBUS_LOG_LEVEL" in rest
    assert "Traceback" not in rest


async def left_in(stack: Chosen) -> list[str]:
    """Topics and databases that a demo has left."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    try:
        names = list(await admin.list_topics())
    finally:
        await admin.close()
    async with AsyncMongoClient[dict[str, object]](stack.mongodb_uri) as client:
        names += await client.list_database_names()
    return [name for name in names if name.startswith("halobus-demo")]
