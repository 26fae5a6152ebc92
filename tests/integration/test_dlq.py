"""``halobus dlq list`` and ``show``: what is counted, what is hidden, and how the commands are called."""

from halobus import topics
from support.command_line import halobus
from support.consumers import Bench, ticket_consumer
from support.dead_letters import DEAD, TOPIC, Operator, audited, rejected
from support.records import ticket


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
