"""The operator's command line on a real Kafka and MongoDB: what it prints, and its exit codes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from halobus import store, topics
from halobus.bus import Bus
from halobus.envelope import Envelope
from halobus.migrate import migrate
from support.command_line import halobus
from support.consumers import Where, settings_of


async def test_migrate_says_what_it_did_and_then_nothing(place: Where) -> None:
    first, second = await halobus(place, "migrate"), await halobus(place, "migrate")
    assert (first.code, second.code, second.json) == (0, 0, [])
    assert f"topic {place.topic_prefix}halo.tickets: created with 6 partitions" in first.json


async def test_lag_shows_every_group_and_a_group_that_never_began(place: Where) -> None:
    settings = settings_of(place)
    await migrate(settings)
    bus = Bus(settings, "test")
    await bus.publish(topics.TICKETS, [Envelope("t", "test", str(n), b"{}", "acme") for n in range(3)], partition=1)
    await bus.stop()

    said = await halobus(place, "lag")
    rows = {(row["group"], row["topic"], row["partition"]): row for row in said.json}
    row = rows[f"{place.topic_prefix}sync-ticket", f"{place.topic_prefix}halo.tickets", 1]
    assert (said.code, row["committed"], row["end"], row["lag"], row["members"]) == (0, None, 3, 3, 0)
    assert row["seconds"] > 0
    assert len(rows) == sum(topic.partitions * len(topic.groups) for topic in topics.SOURCES)


async def test_lag_without_topics_is_trouble_that_names_the_remedy(place: Where) -> None:
    said = await halobus(place, "lag")
    assert (said.code, said.out) == (1, "")
    assert "is missing: run `halobus migrate`" in said.err


async def test_runs_are_listed_newest_first_and_one_is_shown_whole(place: Where) -> None:
    database = store.connect(settings_of(place))
    await database["runs"].insert_many([run("r1", "acme", 1), run("r2", "acme", 2), run("r3", "other", 3)])
    store.close(database)

    listed = await halobus(place, "runs", "--tenant", "acme")
    assert [row["id"] for row in listed.json] == ["r2", "r1"]
    assert listed.json[0]["seconds"] == 60.0
    assert listed.json[0]["reads"][0]["written"] == 7
    assert (await halobus(place, "runs", "r3")).json["tenant"] == "other"
    missing = await halobus(place, "runs", "r9")
    assert (missing.code, missing.err) == (1, "halobus: there is no run r9\n")


async def test_resume_clears_the_stop_and_stands_in_the_audit_log(place: Where) -> None:
    database = store.connect(settings_of(place))
    stopped = {"build": "1", "at": datetime.now(UTC), "reason": "$too many rejects"}
    await database["sync_ticket_group"].insert_one({"_id": "group", "streak": 9, "tenants": ["a"], "stopped": stopped})

    said = await halobus(place, "resume", "sync-ticket")
    assert (said.code, said.out) == (0, "sync-ticket goes on; it had stopped: $too many rejects\n")
    group = await store.find_one(database, "sync_ticket_group", "group") or {}
    assert group.pop("resumed") >= stopped["at"], "what came before it no longer counts"
    assert group == {
        "_id": "group",
        "streak": 0,
        "tenants": [],
        "stopped": None,
        "before": [],
    }
    [entry] = await database["audit"].find().to_list(5)
    assert (entry["action"], entry["subject"]) == ("group.resume", "sync-ticket")
    assert entry["actor"].startswith("os:")
    assert entry["before"]["stopped"]["reason"] == "$too many rejects"
    assert (await halobus(place, "resume", "sync-ticket")).out == "sync-ticket is not stopped\n"
    store.close(database)


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "words"),
    [
        (["lag"], {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, 1, "Kafka at 127.0.0.1:1 does not answer"),
        (["runs"], {"MONGODB_URI": "mongodb://ann:hunter2@127.0.0.1:1"}, 1, "MongoDB does not answer"),
        (["lag"], {"HALOBUS_LOG_LEVEL": "LOUD"}, 78, "HALOBUS_LOG_LEVEL"),
        (["resume", "nobody"], {}, 2, "sync-ticket"),
        (["runs", "--tenant", "a b"], {}, 2, "tenant"),
    ],
)
async def test_trouble_is_a_clear_line_and_an_exit_code(
    place: Where, arguments: list[str], environment: dict[str, str], code: int, words: str
) -> None:
    said = await halobus(place, *arguments, **environment)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert "Traceback" not in said.err
    assert "hunter2" not in said.err


def run(id: str, tenant: str, minute: int) -> dict[str, Any]:
    read = {"stream": "tickets", "kind": "full", "listed": 7, "sums": {"written": 7}}
    return {
        "_id": id,
        "tenant": tenant,
        "kind": "sync",
        "command": {"mode": "quick"},
        "state": "applied",
        "created": datetime(2026, 1, 1, 0, minute, tzinfo=UTC),
        "started": datetime(2026, 1, 1, 0, minute, tzinfo=UTC),
        "finished": datetime(2026, 1, 1, 0, minute + 1, tzinfo=UTC),
        "reads": [read],
    }
