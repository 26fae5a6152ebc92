"""sync-ticket on the real Kafka and MongoDB."""

from collections.abc import AsyncIterator

import pytest

from halobus import metrics, topics
from halobus.store import Document
from support.consumers import Bench, Where, bench, ticket_consumer
from support.records import RUN, TRACE, but, gone, number, ticket
from support.waiting import until


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    async with bench(place) as made:
        yield made


async def everything(here: Bench) -> dict[str, Document]:
    return {document["_id"]: document async for document in here.database["tickets"].find()}


async def test_a_ticket_in_scope_is_stored_whole_with_run_and_trace(here: Bench) -> None:
    await here.choose_teams([7])
    await here.bus.publish_raw(topics.TICKETS, [ticket(1, number(4), last_update="2026-01-02T03:04:05Z")])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    found = await here.mirror(1)
    assert found is not None
    assert (found["state"], found["version"], found["changed"]) == ("live", number(4), number(4))
    assert (found["run"], found["trace"]) == (RUN, TRACE)
    assert found["content"]["summary"] == "Ticket 1"
    assert found["content"]["last_update"].isoformat() == "2026-01-02T03:04:05+00:00"
    assert "expires" not in found


async def test_scope_decides_between_content_and_stub(here: Bench) -> None:
    await here.choose_teams([7], excluded=[9])
    records = [
        ticket(1),
        ticket(2, team_id=8),
        ticket(3, status_id=9),
        ticket(4, team_id=None),
        ticket(5, tenant="new"),
    ]
    await here.bus.publish_raw(topics.TICKETS, records)
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    found = await everything(here)
    states = {id: (each["state"], each["reason"]) for id, each in found.items()}
    assert states == {
        "acme:c1:1": ("live", None),
        "acme:c1:2": ("scope", "team"),
        "acme:c1:3": ("scope", "status"),
        "acme:c1:4": ("scope", "team"),
        "new:c1:5": ("scope", "team"),
    }
    assert all(("content" in each) == (each["state"] == "live") for each in found.values())
    assert all(("expires" in each) == (each["state"] != "live") for each in found.values())


async def test_leaving_and_entering_the_scope_and_going(here: Bench) -> None:
    await here.choose_teams("all", excluded=[9])
    async with ticket_consumer(here.place):
        steps = [(ticket(1, number(1)), "live"), (ticket(1, number(2), status_id=9), "scope")]
        steps += [(ticket(1, number(3)), "live"), (gone(1, number(4)), "gone"), (ticket(1, number(3)), "gone")]
        for record, state in steps:
            await here.bus.publish_raw(topics.TICKETS, [record])
            await here.until_caught_up()
            found = await here.mirror(1)
            assert found is not None
            assert found["state"] == state


async def test_redelivery_changes_nothing(here: Bench) -> None:
    await here.choose_teams("all")
    records = [ticket(id, number(id)) for id in range(1, 301)] + [gone(7, number(400))]
    await here.bus.publish_raw(topics.TICKETS, records)
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    before = await everything(here)
    stale = metrics.value(metrics.RECORDS, service="sync-ticket", stream="tickets", outcome="stale")
    await here.bus.publish_raw(topics.TICKETS, records[::-1])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert await everything(here) == before
    assert len(before) == 300
    again = metrics.value(metrics.RECORDS, service="sync-ticket", stream="tickets", outcome="stale")
    assert again - stale == len(records)


async def test_settings_of_a_later_version_are_read_as_far_as_known(here: Bench) -> None:
    await here.choose_teams([7])
    await here.database["settings"].update_one({"_id": "acme:c1:sync"}, {"$set": {"value.invented": 1}})
    await here.bus.publish_raw(topics.TICKETS, [ticket(1)])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    found = await here.mirror(1)
    assert found is not None
    assert found["state"] == "live"


async def test_a_record_without_a_trace_is_stored_too(here: Bench) -> None:
    await here.choose_teams([7])
    await here.bus.publish_raw(topics.TICKETS, [but(ticket(1), traceparent=None)])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    found = await here.mirror(1)
    assert found is not None
    assert found["trace"] is None


async def test_settings_that_cannot_be_read_hold_the_line_and_lose_nothing(here: Bench) -> None:
    await here.choose_teams("some")
    await here.bus.publish_raw(topics.TICKETS, [ticket(1)])
    before = batches()
    async with ticket_consumer(here.place):
        await until(lambda: tried_since(before))
        assert await here.committed() == 0
        await here.choose_teams("all")
        await here.until_caught_up()
    assert await here.mirror(1) is not None


def batches() -> float:
    return metrics.value(metrics.BATCH_RECORDS, service="sync-ticket")


async def tried_since(before: float) -> bool:
    return batches() > before
