"""``halobus dlq`` on a real Kafka and MongoDB: from the dead letters back into the portal, and into nothing else."""

import json
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, redirect_stdout
from io import StringIO
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from connector.acceptance import GROUP, Acceptance
from connector.mirrors import Mirrors
from halobus import topics
from halobus.arrival import Reason
from halobus.bus import Bus
from halobus.commands import COMMAND_TYPE
from halobus.consumer import Consumer
from halobus.dead_letters import letter
from halobus.dlq_list import list_letters
from halobus.dlq_marks import COLLECTION
from halobus.dlq_plan import Wish
from halobus.dlq_replay import replay as replay_letters
from halobus.dlq_show import show_letters
from halobus.envelope import Envelope, read_headers
from halobus.mapping import Mapping
from halobus.messages import UPSERT_COMPANY
from halobus.publisher import Raw
from halobus.runs import Read, Sums
from halobus.service import Service
from halobus.streams import StreamName
from support.command_line import halobus, started
from support.consumers import TICKET_STREAM, Bench, Where, bench, settings_of, ticket_consumer
from support.records import consumed, gone, number, ticket
from support.waiting import until

DEAD = topics.TICKETS.dead_letters
TOPIC = topics.TICKETS.name


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    async with bench(place) as made:
        await made.choose_teams("all")
        await made.choose_teams("all", tenant="other")
        yield made


class Operator:
    """The commands in the test's process, piped. How they are called is proven below and in unit/test_dlq.py."""

    def __init__(self, here: Bench) -> None:
        self._where = here.settings, here.database

    async def replay(self, topic: topics.Topic = topics.TICKETS, **wish: Any) -> dict[str, Any]:
        return dict(await _said(replay_letters(*self._where, topic, Wish(**wish), dry_run=False, yes=True)))

    async def list(self, topic: topics.Topic = topics.TICKETS) -> Any:
        return await _said(list_letters(*self._where, [topic]))

    async def show(
        self,
        place: tuple[int, int] | None = None,
        *,
        reason: str | None = None,
        limit: int = 10,
        why: str | None = None,
    ) -> Any:
        return await _said(show_letters(*self._where, topics.TICKETS, place, reason=reason, limit=limit, why=why))


async def _said(command: Coroutine[Any, Any, None]) -> Any:
    with redirect_stdout(StringIO()) as out:
        await command
    return json.loads(out.getvalue())


@pytest.fixture
def operator(here: Bench) -> Operator:
    return Operator(here)


@asynccontextmanager
async def bad_build(here: Bench) -> AsyncIterator[None]:
    """sync-ticket in a build that takes tickets for something unknown."""
    service = Service("sync-ticket", settings_of(here.place, build="bad"))
    Consumer(service, TICKET_STREAM, Mapping(UPSERT_COMPANY)).attach()
    await service.bus.start()
    try:
        yield
    finally:
        await service.bus.stop()
        service.database.client.close()


async def rejected(here: Bench, records: Sequence[Raw]) -> None:
    """Publish records and have the bad build reject them."""
    await here.bus.publish_raw(topics.TICKETS, records)
    async with bad_build(here):
        await here.until_caught_up()


async def stored(here: Bench) -> dict[str, str]:
    """Each mirror's version."""
    return {each["_id"]: each["version"] async for each in here.database["tickets"].find()}


async def state(here: Bench) -> Any:
    """All that a command could have changed."""
    ends = {t.name: await here.bus.progress("nobody", t) for t in topics.ALL}
    names = sorted(await here.database.list_collection_names())
    return ends, {name: await here.database[name].find().sort("_id").to_list(None) for name in names}


async def audited(here: Bench, action: str) -> list[dict[str, Any]]:
    return await here.database["audit"].find({"action": action}).sort("at").to_list(None)


async def test_what_a_bad_build_rejected_is_stored_once_a_good_one_gets_it_back(
    here: Bench, operator: Operator
) -> None:
    records = [ticket(id, number(id)) for id in range(1, 8)]
    await rejected(here, records)
    assert await stored(here) == {}
    sums = Mirrors(here.database, "acme", "c1", StreamName.TICKETS).sums
    read = Read(stream=StreamName.TICKETS, kind="full", listed=7, first_version=number(1), last_version=number(7))
    assert await sums(read) == Sums(dead_lettered=7)

    said = await operator.replay()
    assert (said["chosen"], said["replayed"], said["refused"]) == (7, 7, {})
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert await stored(here) == {f"acme:c1:{id}": number(id) for id in range(1, 8)}
    assert await sums(read) == Sums(written=7)
    [entry] = await audited(here, "dlq.replay")
    assert (entry["subject"], entry["after"]) == (DEAD.name, {"replayed": 7, "finished": True})
    assert entry["before"]["by"] == [{"group": "sync-ticket", "reason": "type", "letters": 7}]
    assert entry["actor"].startswith("os:")

    published = await here.read_all(topics.TICKETS)
    for record in records:
        first, back = [each for each in published if each.key == record.key]  # in this order, so of one partition
        assert (back.partition, back.value) == (first.partition, record.value)
        assert list(back.headers) == [*record.headers, ("dlq-for-group", b"sync-ticket"), ("dlq-replays", b"1")]


async def test_replaying_twice_changes_nothing(here: Bench, operator: Operator) -> None:
    await rejected(here, [ticket(id) for id in range(1, 6)])
    await operator.replay()
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    before = await state(here)
    said = await operator.replay()
    assert (said["chosen"], said["replayed_before"]) == (0, 5)
    assert await state(here) == before


async def test_an_old_version_stays_old_and_revives_nothing(here: Bench, operator: Operator) -> None:
    await rejected(here, [ticket(1, number(1)), ticket(2, number(1)), ticket(3, number(1))])
    newer = [ticket(1, number(2), summary="newer"), gone(2, number(2))]
    await here.bus.publish_raw(topics.TICKETS, newer)
    async with ticket_consumer(here.place):
        await here.until_caught_up()
        await operator.replay()
        await here.until_caught_up()
    one, two, three = [await here.mirror(id) for id in (1, 2, 3)]
    assert one is not None
    assert two is not None
    assert three is not None
    assert (one["content"]["summary"], two["state"], three["version"]) == ("newer", "gone", number(1))


async def test_a_dry_run_and_a_refusal_to_agree_change_nothing(here: Bench) -> None:
    await rejected(here, [ticket(1), ticket(2)])
    before = await state(here)
    dry = await halobus(here.place, "dlq", "replay", f"{TOPIC}.dlq", "--dry-run")
    assert (dry.code, dry.json["chosen"], dry.json["replayed"], dry.json["dry_run"]) == (0, 2, 0, True)
    unsure = await halobus(here.place, "dlq", "replay", TOPIC)
    assert (unsure.code, unsure.out) == (1, "")
    assert unsure.err == f"halobus: nothing was done; --yes would replay 2 records to {TOPIC}\n"
    assert await state(here) == before


async def test_filters_and_the_limit_leave_the_others_for_later(here: Bench, operator: Operator) -> None:
    broken = [ticket(id)._replace(value=b"{") for id in (1, 2)]
    await here.bus.publish_raw(topics.TICKETS, broken)
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    await rejected(here, [ticket(id) for id in (3, 4, 5)] + [ticket(6, tenant="other")])

    assert (await operator.replay(reason="type", tenant="other"))["replayed"] == 1
    first = await operator.replay(reason="type", limit=2)
    assert (first["replayed"], first["beyond_limit"], first["replayed_before"]) == (2, 1, 1)
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert len(await stored(here)) == 3
    assert (await operator.replay(reason="type"))["replayed"] == 1
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert sorted(await stored(here)) == ["acme:c1:3", "acme:c1:4", "acme:c1:5", "other:c1:6"]


async def test_what_fails_again_comes_back_and_is_refused_the_fourth_time(here: Bench, operator: Operator) -> None:
    await here.bus.publish_raw(topics.TICKETS, [ticket(1)._replace(value=b"{")])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
        for _ in range(3):
            assert (await operator.replay())["replayed"] == 1
            await here.until_caught_up()
        refused = await halobus(here.place, "dlq", "replay", TOPIC, "--yes")  # its exit code matters
        assert (refused.code, refused.json["replayed"]) == (1, 0)
        assert "1 refused: replayed 3 times already" in refused.err
        assert (await operator.replay(again=True))["replayed"] == 1
        await here.until_caught_up()
    letters = [read_headers(each.headers) for each in await here.read_all(DEAD)]
    assert [each["dlq-replays"] for each in letters] == ["0", "1", "2", "3", "4"]
    assert all("dlq-for-group" not in each for each in letters)


async def test_another_group_of_the_topic_gets_none_of_it_and_commits_past_it(here: Bench, operator: Operator) -> None:
    seen: list[ConsumerRecord] = []

    async def handle(records: Sequence[ConsumerRecord]) -> None:
        seen.extend(records)

    await rejected(here, [ticket(id) for id in (1, 2, 3)])
    await operator.replay()
    other = Bus(settings_of(here.place), "search")
    other.subscribe([topics.TICKETS], "search", handle)
    await other.start()
    try:
        await here.until_caught_up(group="search")
    finally:
        await other.stop()
    assert sorted(each.key for each in seen) == [b"acme:c1:1", b"acme:c1:2", b"acme:c1:3"]
    assert await here.committed(group="search") == 6


async def test_many_replays_that_fail_again_stop_no_group(here: Bench, operator: Operator) -> None:
    broken = [ticket(id, tenant=tenant)._replace(value=b"{") for id in range(1, 71) for tenant in ("acme", "other")]
    await bury(here, broken)
    assert (await operator.replay())["replayed"] == 140
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert len(await here.read_all(DEAD)) == 280
    group = await here.database["sync_ticket_group"].find_one({}) or {}
    assert group.get("stopped") is None


async def test_killed_half_way_the_next_replay_does_the_rest(here: Bench, operator: Operator) -> None:
    total = 2000
    await bury(here, [ticket(id) for id in range(1, total + 1)])
    command = await started(here.place, "dlq", "replay", TOPIC, "--yes", "--limit", str(total))
    await until(lambda: here.database[COLLECTION].count_documents({}))
    command.kill()
    await command.communicate()
    done = await here.database[COLLECTION].count_documents({})
    assert 0 < done < total

    assert (await operator.replay(limit=total))["replayed"] == total - done
    killed, finished = [each["after"] for each in await audited(here, "dlq.replay")]
    assert (killed, finished) == ({"replayed": done, "finished": False}, {"replayed": total - done, "finished": True})
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    assert len(await stored(here)) == total
    back = await here.read_all(topics.TICKETS)
    assert len({each.key for each in back}) == total <= len(back) <= total + 100


async def bury(here: Bench, records: Sequence[Raw]) -> None:
    """Put records on the dead letters as if sync-ticket had rejected them long ago."""
    letters = [letter(consumed(each), "sync-ticket", Reason.VALUE, "no reason") for each in records]
    await here.bus.publish_raw(DEAD, letters)


async def test_commands_go_back_to_the_connector_on_their_tenants_partition(here: Bench, operator: Operator) -> None:
    key, tenant = "acme:sync:0123456789abcdef", "acme"
    where = topics.partition_of(tenant, topics.COMMANDS.partitions)
    command = Envelope(COMMAND_TYPE, "wizard-api", key, b'{"kind": "sync"}', tenant)
    await here.bus.publish(topics.COMMANDS, [command], partition=where)
    async with accepting(here):
        await here.until_caught_up(topics.COMMANDS, GROUP)
        said = await operator.replay(topics.COMMANDS)
        assert said["by"] == [{"group": "connector", "reason": "value", "letters": 1}]
        await here.until_caught_up(topics.COMMANDS, GROUP)
    back = (await here.read_all(topics.COMMANDS))[-1]
    assert (back.partition, back.key, back.value) == (where, key.encode(), command.value)
    letters = [read_headers(each.headers) for each in await here.read_all(topics.COMMANDS.dead_letters)]
    assert [each["dlq-replays"] for each in letters] == ["0", "1"]
    assert letters[1]["dlq-reason"].startswith("value: not a command: ")


@asynccontextmanager
async def accepting(here: Bench) -> AsyncIterator[None]:
    """The connector's consumer of commands."""
    bus = Bus(here.settings, "connector")
    bus.subscribe([topics.COMMANDS], GROUP, Acceptance(here.database, bus, lambda: None).handle)
    await bus.start()
    try:
        yield
    finally:
        await bus.stop()


async def test_list_counts_by_topic_group_and_reason(here: Bench, operator: Operator) -> None:
    assert await operator.list() == []
    await rejected(here, [ticket(1), ticket(2), ticket(3, tenant="other")])
    await here.bus.publish_raw(topics.TICKETS, [ticket(4)._replace(value=b"{")])
    async with ticket_consumer(here.place):
        await here.until_caught_up()
    await operator.replay(reason="type", limit=1)

    said = await operator.list()
    many, one = said
    assert many["oldest"] <= many["newest"] <= one["oldest"]
    kinds = [
        {name: row[name] for name in ("topic", "group", "reason", "letters", "waiting", "tenants")} for row in said
    ]
    common = {"topic": DEAD.name, "group": "sync-ticket"}
    assert kinds == [
        {**common, "reason": "type", "letters": 3, "waiting": 2, "tenants": ["acme", "other"]},
        {**common, "reason": "value", "letters": 1, "waiting": 1, "tenants": ["acme"]},
    ]
    assert await operator.list(topics.COMPANIES) == []


async def test_show_hides_the_content_unless_the_audit_log_gets_to_know_why(here: Bench, operator: Operator) -> None:
    await rejected(here, [ticket(1, summary="hunter2"), ticket(2), ticket(3)])
    [first] = [each for each in await here.read_all(DEAD) if each.key == b"acme:c1:1"]
    place = (first.partition, first.offset)

    [hidden] = await operator.show(place)
    assert (hidden["key"], hidden["replays"], hidden["replayed"]) == ("acme:c1:1", 0, False)
    assert hidden["reason"].startswith("type: ")
    assert hidden["from"]["topic"] == here.bus.name(topics.TICKETS)
    assert "hunter2" not in str(hidden)
    assert await audited(here, "dlq.show") == []

    [shown] = await operator.show(place, why="ticket 12: which field?")
    assert "hunter2" in shown["value"]["text"]
    [entry] = await audited(here, "dlq.show")
    assert entry["after"]["why"] == "ticket 12: which field?"
    assert entry["after"]["letters"] == [f"{first.partition}/{first.offset}"]

    newest = await operator.show(reason="type", limit=2)
    assert len(newest) == 2
    assert newest[0]["buried"] >= newest[1]["buried"]
    assert await operator.show(reason="value") == []


async def test_the_commands_are_there_and_name_what_is_missing(here: Bench) -> None:
    await rejected(here, [ticket(1, summary="hunter2")])
    listed = await halobus(here.place, "dlq", "list", "--topic", f"{TOPIC}.dlq")
    assert (listed.code, listed.json[0]["letters"]) == (0, 1)
    shown = await halobus(here.place, "dlq", "show", TOPIC, "--content", "--why", "a reason")
    assert (shown.code, "hunter2" in shown.out) == (0, True)
    absent = await halobus(here.place, "dlq", "show", TOPIC, "--partition", "0", "--offset", "999")
    assert (absent.code, absent.err) == (1, "halobus: there is no dead letter at partition 0, offset 999\n")
    bare = await halobus(here.place, "dlq", "list", HALOBUS_TOPIC_PREFIX="unknown.")
    assert (bare.code, bare.out) == (1, "")
    assert "is missing: run `halobus migrate`" in bare.err
