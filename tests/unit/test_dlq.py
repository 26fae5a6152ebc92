"""Dead letters: what a replay takes, what it refuses, how it goes back, and who takes it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import ConsumerRecord
from typer.testing import CliRunner

from halobus import topics
from halobus.arrival import Reason
from halobus.cli import app
from halobus.dead_letters import REPLAYS, letter
from halobus.dlq_address import FOR_GROUP, addressed, is_replay
from halobus.dlq_letters import Letter
from halobus.dlq_plan import Plan, Wish
from halobus.dlq_replay import as_replay, partition
from halobus.dlq_show import readable, view
from halobus.publisher import Raw
from support.records import but, consumed, ticket

NOW = datetime.now(UTC)


def buried(record: Raw, *, group: str = "sync-ticket", offset: int = 0, topic: topics.Topic = topics.TICKETS) -> Letter:
    """The record after ``group`` rejected it."""
    source = consumed(record, topic=topic.name, partition=3, offset=17)
    dead = letter(source, group, Reason.VALUE, "status_id: int_parsing")
    return Letter(topic, consumed(dead, topic=topic.dead_letters.name, partition=3, offset=offset))


def aged(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def test_a_letter_tells_its_group_reason_tenant_and_replays() -> None:
    found = buried(but(ticket(1), **{REPLAYS: "2"}))
    assert (found.group, found.reason, found.tenant, found.replays) == ("sync-ticket", "value", "acme", 2)


def test_a_letter_with_broken_headers_tells_what_it_can() -> None:
    strange = but(ticket(1), ce_tenant="[/b]\x1b[2J", **{"dlq-reason": "\x1b[2J: x", REPLAYS: "²"})
    found = Letter(topics.TICKETS, consumed(strange))
    assert (found.group, found.reason, found.tenant, found.replays) == ("sync-ticket", "unknown", None, 0)
    assert Letter(topics.FACTS, consumed(strange)).group is None


def test_a_replay_is_the_record_as_it_was_with_an_address() -> None:
    record = but(ticket(1), ce_recordversion="00000000000000.00000000000001.0000000001")
    replay = as_replay(buried(record))
    assert (replay.key, replay.value) == (record.key, record.value)
    assert replay.headers == [*record.headers, (FOR_GROUP, b"sync-ticket"), (REPLAYS, b"1")]


def test_each_failure_and_replay_is_counted_and_described_once() -> None:
    record = ticket(1)
    for replays in range(1, 4):
        record = as_replay(buried(record))
        assert dict(record.headers)[REPLAYS] == str(replays).encode()
        assert len(dict(record.headers)) == len(record.headers) == len(ticket(1).headers) + 2


@pytest.mark.parametrize(
    ("record", "group", "why"),
    [
        (but(ticket(1), **{REPLAYS: "3"}), "sync-ticket", "replayed 3 times already"),
        (ticket(1), "sync-crm", "no group of this topic"),
        (ticket(1, details="x" * topics.TICKETS.max_bytes), "sync-ticket", "too large"),
        (but(ticket(1), ce_time=aged(23.1)), "sync-ticket", "more than 23 days ago"),
        (but(ticket(1), ce_time=None), "sync-ticket", "nobody knows when"),
    ],
)
def test_what_must_not_be_replayed_is_refused(record: Raw, group: str, why: str) -> None:
    plan = Plan(Wish(), NOW)
    plan.consider([buried(record, group=group)], ())
    assert not plan.chosen
    [(sentence, count)] = plan.refused.items()
    assert (count, why in sentence) == (1, True)


def test_again_passes_the_loop_guard_alone() -> None:
    worn = but(ticket(1), **{REPLAYS: "3"})
    plan = Plan(Wish(again=True), NOW)
    plan.consider([buried(worn, offset=1), buried(but(worn, ce_time=aged(29)), offset=2)], ())
    assert (len(plan.chosen), plan.refused.total()) == (1, 1)


def test_a_plan_takes_what_is_asked_for_and_counts_the_rest() -> None:
    letters = [buried(ticket(id), offset=id) for id in range(10)]
    others = [buried(ticket(id, tenant="other"), offset=id) for id in range(10, 20)]
    plan = Plan(Wish(reason="value", tenant="acme", limit=5), NOW)
    plan.consider([*others, *letters], {letters[0].id, letters[1].id})
    assert plan.chosen == {each.id for each in letters[2:7]}
    assert plan.report() == {
        "chosen": 5,
        "by": [{"group": "sync-ticket", "reason": "value", "letters": 5}],
        "replayed_before": 2,
        "beyond_limit": 3,
        "refused": {},
    }
    none = Plan(Wish(reason="type"), NOW)
    none.consider(letters, ())
    assert none.chosen == set()


def test_commands_and_facts_go_to_their_tenants_partition_and_entities_by_their_key() -> None:
    assert partition(buried(ticket(1))) is None
    for topic in (topics.COMMANDS, topics.FACTS):
        tenants_own = topics.partition_of("acme", topic.partitions)
        assert partition(buried(ticket(1), topic=topic)) == tenants_own
        keyed = but(ticket(1), ce_tenant=None)._replace(key=b"acme:sync:12ab")
        assert partition(buried(keyed, topic=topic)) == tenants_own
        nobodys = partition(buried(but(ticket(1), ce_tenant=None)._replace(key=None), topic=topic))
        assert nobodys is not None
        assert 0 <= nobodys < topic.partitions


async def test_only_the_group_of_the_address_takes_a_replay() -> None:
    plain, replay = consumed(ticket(1)), consumed(as_replay(buried(ticket(2))))
    assert (is_replay(plain), is_replay(replay)) == (False, True)
    taken: dict[str, list[ConsumerRecord]] = {}
    for group in ("sync-ticket", "search"):
        taken[group] = []

        async def handle(records: Sequence[ConsumerRecord], kept: list[ConsumerRecord] = taken[group]) -> None:
            kept.extend(records)

        await addressed(group, handle)([plain, replay])
    assert taken == {"sync-ticket": [plain, replay], "search": [plain]}


def test_a_view_hides_the_content_unless_it_is_asked_for() -> None:
    found = buried(ticket(1, summary="hunter2", status_id="x"))
    hidden = view(found, (), content=False)
    assert "hunter2" not in str(hidden)
    assert (hidden["from"], hidden["key"]) == ({"topic": "halo.tickets", "partition": "3", "offset": "17"}, "acme:c1:1")
    assert hidden["bytes"] == len(found.record.value or b"")
    assert "hunter2" in view(found, (), content=True)["value"]["text"]
    binary = view(buried(ticket(1)._replace(value=b"\x00\xff")), (), content=True)
    assert binary["value"] == {"base64": "AP8="}


def test_a_terminal_is_shown_letters_and_obeys_none_of_them() -> None:
    hostile = ticket(1)._replace(value="Ü \x1b[2J \x9b2J".encode())
    shown = readable(view(buried(hostile), (), content=True))
    assert "Ü" in shown
    assert all(sign.isprintable() or sign == "\n" for sign in shown)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--topic", "halo.nothing"], "halo.tickets"),
        (["show", "halo.tickets", "--content"], "--why"),
        (["show", "halo.tickets", "--why", "curious"], "--content"),
        (["show", "halo.tickets", "--offset", "1"], "--partition"),
        (["show", "halo.tickets", "--limit", "0"], "--limit"),
        (["replay", "halo.tickets", "--tenant", "a b"], "tenant"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_done(arguments: list[str], words: str) -> None:
    said = CliRunner().invoke(app, ["dlq", *arguments])
    assert (said.exit_code, said.stdout) == (2, "")
    assert words in said.stderr
