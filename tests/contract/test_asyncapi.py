"""The committed description of the bus is the code's own, complete, and an AsyncAPI 3.0 document."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from halobus import asyncapi, topics
from halobus.commands import COMMAND_TYPE, Command
from halobus.messages import MODELS
from halobus.streams import STREAMS

CHECKOUT = Path(__file__).resolve().parents[2]
SERVICES = {"connector", "sync-ticket", "sync-crm", "importer", "wizard-api"}
NAME = re.compile(r"^[a-zA-Z0-9._-]+$")
DOCUMENT = asyncapi.document()


def test_the_committed_file_is_fresh() -> None:
    fresh = asyncapi.FILE.read_text() == asyncapi.text()
    assert fresh, "run `python -m halobus.asyncapi` and commit docs/asyncapi.json"


def test_what_asyncapi_requires_is_there() -> None:
    assert re.fullmatch(r"3\.0\.\d+", DOCUMENT["asyncapi"])
    assert DOCUMENT["info"]["title"]
    assert DOCUMENT["info"]["version"]
    assert set(DOCUMENT) <= {"asyncapi", "info", "defaultContentType", "channels", "operations", "components"}
    for keys in (DOCUMENT["channels"], DOCUMENT["operations"], *DOCUMENT["components"].values()):
        assert all(NAME.match(key) for key in keys)
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] in ("send", "receive")
        assert list(operation["channel"]) == ["$ref"]
    for message in DOCUMENT["components"]["messages"].values():
        assert message["headers"]["type"] == "object", "headers must be an object"
        assert set(message["headers"]["required"]) <= set(message["headers"]["properties"])
    for schema in DOCUMENT["components"]["schemas"].values():
        assert isinstance(schema.get("discriminator", ""), str), "a name here, not an object as in OpenAPI"


def test_every_reference_leads_somewhere_and_an_operations_messages_are_its_channels() -> None:
    for reference in references(DOCUMENT):
        resolved(reference)
    for operation in DOCUMENT["operations"].values():
        channel = operation["channel"]["$ref"]
        assert resolved(channel)
        assert operation["messages"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


def test_every_topic_is_a_channel_as_it_is_declared() -> None:
    assert set(DOCUMENT["channels"]) == {topic.name for topic in topics.ALL}
    for topic in topics.ALL:
        channel = DOCUMENT["channels"][topic.name]
        kafka = channel["bindings"]["kafka"]
        assert (channel["address"], kafka["topic"], kafka["partitions"]) == (topic.name, topic.name, topic.partitions)
        kept = kafka["topicConfiguration"]
        assert (kept["retention.ms"], kept["max.message.bytes"]) == (topic.retention_ms, topic.max_bytes)
        assert kept["cleanup.policy"] == ["delete"]
        assert channel["x-groups"] == list(topic.groups)
        assert channel["messages"]
    for topic in topics.SOURCES:
        assert DOCUMENT["channels"][topic.name]["x-dead-letters"] == topic.dead_letters.name


def test_every_message_is_described_and_carried_by_some_topic() -> None:
    commands = {f"{COMMAND_TYPE}.{model.model_fields['kind'].default}" for model in get_args(get_args(Command)[0])}
    messages = set(DOCUMENT["components"]["messages"])
    assert messages == {*MODELS, *commands, "dead-letter"}
    carried = {name for channel in DOCUMENT["channels"].values() for name in channel["messages"]}
    assert carried == messages
    for name, message in DOCUMENT["components"]["messages"].items():
        if name == "dead-letter":
            continue
        known = message["headers"]["properties"]
        assert known["ce_type"]["const"] == (COMMAND_TYPE if name in commands else name)
        assert "traceparent" in known
        assert message["payload"]["$ref"] in set(references(DOCUMENT))
    for name in (*asyncapi.CARRIES[topics.TICKETS], *asyncapi.CARRIES[topics.REFERENCE]):
        required = DOCUMENT["components"]["messages"][name]["headers"]["required"]
        assert {"ce_recordversion", "ce_run", "traceparent"} <= set(required)


def test_who_sends_and_who_receives() -> None:
    operations = DOCUMENT["operations"]
    assert {name.split(".")[0] for name in operations} == SERVICES
    for topic in topics.SOURCES:
        receivers = {name for name in operations if name.endswith(f".receive.{topic.name}")}
        assert receivers == {f"{group}.receive.{topic.name}" for group in topic.groups}
        for group in topic.groups:
            binding = operations[f"{group}.receive.{topic.name}"]["bindings"]["kafka"]
            assert binding["groupId"]["enum"] == [group]
    for stream in STREAMS.values():
        assert f"{stream.owner}.receive.{stream.topic.name}" in operations
        assert f"{stream.owner}.send.{stream.topic.name}.dlq" in operations


def test_the_senders_are_the_services_that_call_for_it() -> None:
    assert calling("send_command(") == set(asyncapi.SENDERS[topics.COMMANDS])
    assert calling("send_fact") == set(asyncapi.SENDERS[topics.FACTS])
    assert calling("bus.publish(") == {service for each in STREAMS.values() for service in asyncapi.SENDERS[each.topic]}


def calling(text: str) -> set[str]:
    """The services in whose sources the text stands."""
    found = (CHECKOUT / "services").rglob("*.py")
    return {path.relative_to(CHECKOUT / "services").parts[0] for path in found if text in path.read_text()}


def references(value: Any) -> Iterator[str]:
    """Every ``$ref`` in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references(each)


def resolved(reference: str) -> Any:
    """What a ``$ref`` leads to; KeyError where it leads nowhere."""
    found: Any = json.loads(asyncapi.FILE.read_text())
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found
