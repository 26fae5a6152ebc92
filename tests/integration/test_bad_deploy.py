"""A build that can store nothing of two tenants stops its group, over restarts, until another build or an operator."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from halobus import topics
from halobus.cli_resume import resume
from halobus.publisher import Raw
from halobus.service import Service
from support.consumers import Bench, Where, bench, ticket_consumer
from support.records import number, ticket
from support.waiting import until

DEAD = topics.TICKETS.dead_letters


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    async with bench(place) as made:
        await made.choose_teams("all")
        await made.choose_teams("all", tenant="globex")
        yield made


def broken(count: int, *tenants: str) -> list[Raw]:
    """Records that a bad build can't read: these are bad for every build, which suits a test as well."""
    return [ticket(id, number(id), tenant=tenants[id % len(tenants)], status_id="x") for id in range(1, count + 1)]


async def stopped(here: Bench) -> bool:
    state = await here.database["sync_ticket_group"].find_one({"_id": "group"})
    return bool((state or {}).get("stopped"))


async def dead(here: Bench) -> int:
    return sum(each.end for each in (await here.bus.progress("nobody", DEAD)).values())


async def test_it_stops_within_a_hundred_and_stays_stopped_over_a_restart(here: Bench) -> None:
    await here.bus.publish_raw(topics.TICKETS, broken(300, "acme", "globex"), partition=0)
    async with ticket_consumer(here.place, build="bad") as service:
        await until(lambda: stopped(here))
        await until(lambda: _said(service.health.problems))
        assert service.health.alive
        assert not service.health.ready
        assert await here.committed() < 100
        assert await dead(here) < 100
    buried = await dead(here)
    async with ticket_consumer(here.place, build="bad") as service:
        await until(lambda: _said(service.health.problems))
        assert await here.committed() < 100
    assert await dead(here) == buried


async def test_another_build_goes_on_where_it_stopped(here: Bench) -> None:
    await here.bus.publish_raw(topics.TICKETS, broken(99, "acme", "globex"), partition=0)
    async with ticket_consumer(here.place, build="bad"):
        await here.until_caught_up()
        await here.bus.publish_raw(topics.TICKETS, [*broken(1, "acme"), ticket(500, number(500))], partition=0)
        await until(lambda: stopped(here))
    assert await here.committed() == 99
    async with ticket_consumer(here.place, build="good") as service:
        await here.until_caught_up()
        assert "group" not in service.health.problems
    assert await here.mirror(500) is not None


async def test_of_two_bad_builds_side_by_side_neither_sets_the_other_free(here: Bench) -> None:
    """Each lets go of forty and forty of bad records and stops at the third, which waits for the other."""
    for build in ("old", "new"):
        async with ticket_consumer(here.place, build=build) as service:
            for _ in range(2):
                if await here.caught_up():
                    await here.bus.publish_raw(topics.TICKETS, broken(40, "acme", "globex"), partition=0)
                await here.until_caught_up()
            await here.bus.publish_raw(topics.TICKETS, broken(40, "acme", "globex"), partition=0)
            await until(partial(_is_held, service))
    assert await here.committed() == 160
    for build in ("old", "new"):
        async with ticket_consumer(here.place, build=build) as service:
            await until(partial(_is_held, service))
    assert await here.committed() == 160, "each stays stopped, though far fewer than a hundred wait"


async def test_an_operators_resume_lets_the_same_build_go_on_past_all_that_had_come(here: Bench) -> None:
    """A good record that comes again with the bad ones must not make them count anew."""
    come = [ticket(1, number(900)), *broken(300, "acme", "globex")]
    await here.bus.publish_raw(topics.TICKETS, come, partition=0)
    async with ticket_consumer(here.place, build="bad"):
        await until(lambda: stopped(here))
        await resume(here.database, "sync-ticket")
        await here.until_caught_up()
        assert await dead(here) == 300
        await here.bus.publish_raw(topics.TICKETS, [ticket(1, number(901))], partition=0)
        await here.until_caught_up()
        await here.bus.publish_raw(topics.TICKETS, broken(300, "acme", "globex"), partition=0)
        await until(lambda: stopped(here))


async def test_one_tenants_flood_stops_nobody(here: Bench) -> None:
    await here.bus.publish_raw(
        topics.TICKETS, [*broken(250, "acme"), ticket(9, number(900), tenant="globex")], partition=0
    )
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert not await stopped(here)
    assert await here.mirror(9, tenant="globex") is not None


async def test_a_streak_goes_on_over_batches_and_restarts(here: Bench) -> None:
    for tenants in (("acme",), ("globex",)):
        await here.bus.publish_raw(topics.TICKETS, broken(45, *tenants), partition=0)
        async with ticket_consumer(here.place):
            await here.until_caught_up()
    assert not await stopped(here)
    await here.bus.publish_raw(topics.TICKETS, broken(10, "acme"), partition=0)
    async with ticket_consumer(here.place):
        await until(lambda: stopped(here))


async def _is_held(service: Service) -> bool:
    return await _said(service.health.problems)


async def _said(problems: dict[str, str]) -> bool:
    return "could not be stored" in problems.get("group", "")
