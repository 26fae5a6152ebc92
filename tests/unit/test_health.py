"""Readiness and life, and the loops that report to them."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from halobus import metrics
from halobus.health import Health
from halobus.loops import Loop, backoff, supervise
from halobus.outages import is_outage


def test_ready_when_nothing_is_wrong_with_what_counts() -> None:
    health = Health(frozenset({"kafka"}))
    assert not health.ready
    health.set("start", None)
    health.set("kafka of loop outbox", "does not answer")
    assert health.ready
    assert health.set("mongodb", "does not answer")
    assert not health.set("mongodb", "does not answer")
    assert not health.ready


@pytest.mark.parametrize(("error", "counted_as"), [(KafkaConnectionError(), "kafka of loop l"), (KeyError("x"), None)])
async def test_a_loop_goes_on_after_any_failure(error: Exception, counted_as: str | None) -> None:
    health, attempts, over = Health(), 0, asyncio.Event()
    before = metrics.value(metrics.LOOP_FAILURES, loop="l")
    seen: list[dict[str, str]] = []

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise error
        seen.append(dict(health.problems))
        over.set()

    task = asyncio.create_task(supervise(Loop("l", work, 0), health, health.beat))
    async with asyncio.timeout(10):
        await over.wait()
    task.cancel()
    await asyncio.wait({task})
    assert metrics.value(metrics.LOOP_FAILURES, loop="l") == before + 1
    assert (counted_as in seen[0]) if counted_as else (list(seen[0]) == ["start"])
    assert is_outage(error) == (counted_as is not None)


def test_pauses_grow_and_end_at_half_a_minute() -> None:
    assert [backoff(n, 0.1) for n in (1, 2, 3)] == [1.0, 2.0, 4.0]
    assert backoff(50, 3600) == backoff(50, 0.1) == 30.0
