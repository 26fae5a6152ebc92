"""The lease and the rate budget on a real MongoDB: what many replicas at once may do."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from conftest import Place

from connector import lease
from connector.budget import Budget
from connector.settings import ConnectorSettings
from halobus import store
from halobus.store import Database
from support.consumers import settings_of
from support.waiting import until


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    handle = store.connect(settings_of(place))
    yield handle
    store.close(handle)


def budget(database: Database, **values: float) -> Budget:
    chosen: dict[str, Any] = {"halo_limit": 100, "halo_window": 300, "halo_share": 0.9, "halo_reserve": 20, **values}
    return Budget(
        database,
        ConnectorSettings(kafka_bootstrap_servers="kafka:9092", mongodb_uri="mongodb://none", **chosen),
        "contoso/1",
    )


async def test_one_of_many_gets_the_lease_and_the_fence_rises(database: Database) -> None:
    taken = await asyncio.gather(*(lease.acquire(database, "acme", f"replica-{n}", 60) for n in range(20)))
    held = [one for one in taken if one is not None]
    assert len(held) == 1
    await lease.release(database, held[0])
    successor = await lease.acquire(database, "acme", "successor", 60)
    assert successor is not None
    assert successor.fence > held[0].fence


async def test_a_holder_that_overslept_can_write_nothing(database: Database) -> None:
    first = await lease.acquire(database, "acme", "sleeper", -1)
    second = await lease.acquire(database, "acme", "successor", 60)
    assert first is not None
    assert second is not None
    with pytest.raises(lease.LeaseLost):
        await lease.write(database, first, {"$set": {"state": "connected"}})
    with pytest.raises(lease.LeaseLost):
        await lease.renew(database, first, 60)
    await lease.release(database, first)
    assert await lease.acquire(database, "acme", "third", 60) is None, "a late release takes nobody's lease away"


async def test_a_holder_that_overslept_asks_before_it_publishes(database: Database) -> None:
    """Within its term it need not; past it, it is still the holder unless somebody has taken over."""
    held = await lease.acquire(database, "acme", "sleeper", -1)
    assert held is not None
    await lease.assure(database, held, -1)
    successor = await lease.acquire(database, "acme", "successor", 60)
    assert successor is not None
    await lease.assure(database, successor, 60)
    with pytest.raises(lease.LeaseLost):
        await lease.assure(database, held, 60)


async def test_a_restored_database_issues_no_old_fence(database: Database) -> None:
    held = await lease.acquire(database, "acme", "one", -1)
    await database.tenants.update_one({"_id": "acme"}, {"$set": {"lease.fence": 1}})
    later = await lease.acquire(database, "acme", "two", 60)
    assert held is not None
    assert later is not None
    assert later.fence > held.fence


async def test_bulk_reads_leave_the_reserve_and_nobody_exceeds_the_share(database: Database) -> None:
    one = budget(database)
    bulk = await asyncio.gather(*(one.take(interactive=False) for _ in range(120)))
    assert sum(1 for refusal in bulk if refusal is None) == 70, "90 % of 100, less 20"
    interactive = await asyncio.gather(*(one.take(interactive=True) for _ in range(40)))
    assert sum(1 for refusal in interactive if refusal is None) == 20
    refusal = await one.take(interactive=True)
    assert refusal is not None
    assert 0 < refusal.seconds <= 301


async def test_slots_come_back_after_the_window_and_a_refusal_says_when(database: Database) -> None:
    one = budget(database, halo_limit=30, halo_reserve=0, halo_window=0.6)
    while (refusal := await one.take(interactive=False)) is None:
        pass
    assert refusal.seconds <= 0.61

    async def free_again() -> bool:
        return await one.take(interactive=False) is None

    await until(free_again, refusal.seconds + 1)


async def test_others_on_the_instance_halve_our_share_until_it_recovers(database: Database) -> None:
    one = budget(database, halo_reserve=0)
    for _ in range(10):
        await one.take(interactive=False)
    assert await one.refused_by_halo(), "our own count has room: someone else uses it"
    taken = await asyncio.gather(*(one.take(interactive=False) for _ in range(60)))
    assert sum(1 for refusal in taken if refusal is None) == 35, "half of 90, less the 10"
    earlier = [{"$set": {"share_changed": {"$dateSubtract": {"startDate": "$$NOW", "unit": "minute", "amount": 10}}}}]
    await database.budgets.update_one({"_id": "contoso/1"}, earlier)
    await one.take(interactive=False)
    document = await store.find_one(database, "budgets", "contoso/1")
    assert document is not None
    assert document["share"] == pytest.approx(0.55)


async def test_discovery_is_counted_once_the_instance_is_known(database: Database) -> None:
    one = budget(database, halo_reserve=0)
    await one.record(85)
    taken = await asyncio.gather(*(one.take(interactive=False) for _ in range(10)))
    assert sum(1 for refusal in taken if refusal is None) == 5
