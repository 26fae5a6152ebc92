"""``halobus dlq replay`` on a real Kafka and MongoDB: dead letters go back into the portal, and into nothing else."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import ConsumerRecord

from connector.acceptance import GROUP, Acceptance
from connector.mirrors import Mirrors
from halobus import topics
from halobus.arrival import Reason
from halobus.bus import Bus
from halobus.commands import COMMAND_TYPE
from halobus.dead_letters import letter
from halobus.dlq_marks import COLLECTION
from halobus.envelope import Envelope, read_headers
from halobus.publisher import Raw
from halobus.runs import Read, Sums
from halobus.streams import StreamName
from support.command_line import halobus, started
from support.consumers import Bench, settings_of, ticket_consumer
from support.dead_letters import DEAD, TOPIC, Operator, audited, rejected
from support.records import consumed, gone, number, ticket
from support.waiting import until


async def stored(here: Bench) -> dict[str, str]:
    """Each mirror's version."""
    return {each["_id"]: each["version"] async for each in here.database["tickets"].find()}


async def state(here: Bench) -> Any:
    """All that a command could have changed."""
    ends = {t.name: await here.bus.progress("nobody", t) for t in topics.ALL}
    names = sorted(await here.database.list_collection_names())
    return ends, {name: await here.database[name].find().sort("_id").to_list(None) for name in names}


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
    total = 600
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
