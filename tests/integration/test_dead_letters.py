"""Promise 3: bad data never stops the line. On the real Kafka and MongoDB."""

from collections.abc import AsyncIterator

import pytest

from halobus import metrics, topics
from halobus.envelope import read_headers
from halobus.messages import UPSERT_COMPANY
from support.consumers import Bench, Where, bench, ticket_consumer
from support.records import TRACE, but, number, ticket, unreadable

DEAD = topics.TICKETS.dead_letters


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    async with bench(place) as made:
        await made.choose_teams("all")
        yield made


POISON = {
    10: (ticket(10)._replace(value=b"\x00\xff"), "value: value: json_invalid"),
    11: (ticket(11, status_id="hunter2"), "value: status_id: int_parsing"),
    12: (ticket(12)._replace(value=None), "value: the record has no value"),
    13: (unreadable(13, number()), "unreadable: dateoccurred is not a time"),
    14: (ticket(14)._replace(key=b"acme:14"), "key: the key is not tenant:connection:id"),
    15: (but(ticket(15), ce_recordversion="yesterday"), "headers: ce_recordversion"),
    16: (but(ticket(16), ce_type=UPSERT_COMPANY), "type: ce_type"),
    17: (ticket(17, sla_id=2**70), "storage: the document can't be encoded (OverflowError)"),
    18: (ticket(18, details="x" * topics.RECORD_LIMIT), "size: "),
}


async def test_the_good_are_stored_and_each_bad_one_is_dead_lettered_with_its_reason(here: Bench) -> None:
    good = [ticket(id) for id in range(1, 10)]
    await here.bus.publish_raw(topics.TICKETS, [*good[:5], *(record for record, _why in POISON.values()), *good[5:]])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert await here.database["tickets"].count_documents({"state": "live"}) == len(good)
    letters = await here.read_all(DEAD)
    assert len(letters) == len(POISON)
    for record, why in POISON.values():
        [letter] = [each for each in letters if (each.key, each.value) == (record.key, record.value)]
        headers = read_headers(letter.headers)
        assert list(letter.headers[: len(record.headers)]) == record.headers
        assert headers["dlq-reason"].startswith(why)
        assert (headers["dlq-group"], headers["dlq-replays"]) == ("sync-ticket", "0")
        assert headers["dlq-topic"] == here.bus.name(topics.TICKETS)
        assert int(headers["dlq-partition"]) >= 0 <= int(headers["dlq-offset"])
        assert "hunter2" not in headers["dlq-reason"]


async def test_rejects_name_each_id_that_could_be_read(here: Bench) -> None:
    await here.bus.publish_raw(topics.TICKETS, [record for record, _why in POISON.values()])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    rejects = {each["id"]: each async for each in here.database["sync_ticket_rejects"].find()}
    assert sorted(rejects) == ["10", "11", "12", "13", "15", "16", "17", "18"]
    bad = rejects["11"]
    assert bad["_id"] == "acme:c1:tickets:11"
    assert (bad["reason"], bad["error"]) == ("value", "status_id: int_parsing")
    assert (bad["version"], bad["run"], bad["trace"]) == (number(), "run-1", TRACE)
    assert (bad["expires"] - bad["at"]).days == 30
    assert rejects["15"]["version"] == ""


async def test_a_reject_leaves_the_document_and_its_version(here: Bench) -> None:
    await here.bus.publish_raw(topics.TICKETS, [ticket(1, number(1))])
    await here.bus.publish_raw(topics.TICKETS, [unreadable(1, number(2))])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
        found = await here.mirror(1)
        assert found is not None
        assert (found["state"], found["version"]) == ("live", number(1))
        await here.bus.publish_raw(topics.TICKETS, [ticket(1, number(2))])  # replayed after its repair
        await here.until_caught_up()
    found = await here.mirror(1)
    assert found is not None
    assert found["version"] == number(2)


async def test_an_older_or_repeated_reject_changes_nothing(here: Bench) -> None:
    newest = unreadable(1, number(5), "the newest")
    await here.bus.publish_raw(topics.TICKETS, [newest])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
        before = await here.database["sync_ticket_rejects"].find_one({})
        await here.bus.publish_raw(topics.TICKETS, [newest, unreadable(1, number(4), "older")])
        await here.until_caught_up()
    assert await here.database["sync_ticket_rejects"].find_one({}) == before


async def test_a_replayed_dead_letter_keeps_its_count_and_one_account(here: Bench) -> None:
    replayed = but(unreadable(1, number(1)), **{"dlq-replays": "2", "dlq-reason": "long ago"})
    await here.bus.publish_raw(topics.TICKETS, [replayed])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    [letter] = await here.read_all(DEAD)
    names = [name for name, _value in letter.headers]
    assert len(names) == len(set(names))
    assert read_headers(letter.headers)["dlq-replays"] == "2"


async def test_dead_letters_are_counted_by_reason(here: Bench) -> None:
    before = metrics.value(metrics.DEAD_LETTERS, stream="tickets", reason="unreadable")
    await here.bus.publish_raw(topics.TICKETS, [unreadable(1, number(1)), unreadable(2, number(2))])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert metrics.value(metrics.DEAD_LETTERS, stream="tickets", reason="unreadable") - before == 2
