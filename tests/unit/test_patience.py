from datetime import UTC, datetime, timedelta

import pytest
from aiokafka.errors import KafkaConnectionError

from halobus.health import Health
from halobus.patience import LIMIT, LONGEST_PAUSE, BusyError, OutageError, Patience
from halobus.store import OUTAGES, OperationFailure


class Hands:
    """A clock that stands still unless somebody sleeps."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += timedelta(seconds=seconds)


class Failing:
    """Work that fails ``times`` times."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error = error
        self.times = times
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return "done"


def healthy() -> Health:
    health = Health()
    health.set("start", None)
    return health


@pytest.mark.parametrize(
    "error", [OUTAGES[0]("away"), KafkaConnectionError("away"), BusyError("11000"), TimeoutError()]
)
async def test_trouble_is_waited_for_with_growing_pauses(error: Exception) -> None:
    health, clock, work = healthy(), Hands(), Failing(error, 9)
    assert await Patience(health, "storing", clock=clock, limit=10 * LIMIT).through(work) == "done"
    assert work.calls == 10
    assert 0.05 <= clock.pauses[0] <= 0.1
    assert LONGEST_PAUSE / 2 <= clock.pauses[-1] <= LONGEST_PAUSE
    assert health.ready


async def test_meanwhile_it_is_alive_and_not_ready() -> None:
    health, clock = healthy(), Hands()
    seen: list[dict[str, str]] = []

    async def work() -> None:
        seen.append(dict(health.problems))
        if len(seen) == 1:
            raise BusyError("hunter2")

    await Patience(health, "storing", clock=clock).through(work)
    assert seen == [{}, {"storing": "waiting: BusyError"}]
    assert health.alive


async def test_it_gives_up_in_time_and_says_nothing_of_the_contents() -> None:
    clock, work = Hands(), Failing(BusyError("hunter2"), 1_000_000)
    began = clock.now()
    with pytest.raises(OutageError) as caught:
        await Patience(healthy(), "storing", clock=clock).through(work)
    assert LIMIT <= (clock.now() - began).total_seconds() <= LIMIT + LONGEST_PAUSE
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None


async def test_all_attempts_of_a_batch_share_its_time() -> None:
    clock = Hands()
    patience = Patience(healthy(), "storing", clock=clock)
    await patience.through(Failing(BusyError(), 12))
    first = len(clock.pauses)
    with pytest.raises(OutageError):
        await patience.through(Failing(BusyError(), 1_000_000))
    assert sum(clock.pauses[:first]) > LIMIT / 2
    assert sum(clock.pauses) <= LIMIT + LONGEST_PAUSE


@pytest.mark.parametrize("error", [OperationFailure("no", 13), ValueError("a defect")])
async def test_a_defect_is_not_waited_for(error: Exception) -> None:
    work = Failing(error, 1)
    with pytest.raises(type(error)):
        await Patience(healthy(), "storing", clock=Hands()).through(work)
    assert work.calls == 1
