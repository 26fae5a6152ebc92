"""``python -m halobus.asyncapi``: writes docs/asyncapi.json, the bus as AsyncAPI 3 describes it.

Everything in it comes from the declarations that the services run by; what no declaration says (who sends what) stands
in two tables here.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic.json_schema import models_json_schema

from halobus import __version__, topics
from halobus.asyncapi_headers import DEAD_LETTER, KEYS, headers
from halobus.commands import COMMAND_TYPE, Command
from halobus.messages import (
    FACT,
    GONE,
    MODELS,
    REPLACE_COMMENTS,
    REPLACE_REFERENCE,
    UNREADABLE,
    UPSERT_ASSET,
    UPSERT_COMPANY,
    UPSERT_CONTACT,
    UPSERT_OPPORTUNITY,
    UPSERT_PROJECT,
    UPSERT_TICKET,
    Message,
)
from halobus.streams import BY_TOPIC
from halobus.topics import Topic

FILE = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.json"
BINDING = "0.5.0"
"""The version of AsyncAPI's Kafka binding."""
Json = dict[str, Any]

COMMAND_MODELS: dict[str, type[Message]] = {
    f"{COMMAND_TYPE}.{model.model_fields['kind'].default}": model for model in get_args(get_args(Command)[0])
}
"""The commands share one ``ce_type``; here each is a message of its own, named by type and kind."""
CARRIES: dict[Topic, tuple[str, ...]] = {
    topics.COMMANDS: tuple(COMMAND_MODELS),
    topics.TICKETS: (UPSERT_TICKET, GONE, UNREADABLE),
    topics.ACTIONS: (REPLACE_COMMENTS, UNREADABLE),
    topics.COMPANIES: (UPSERT_COMPANY, GONE, UNREADABLE),
    topics.CONTACTS: (UPSERT_CONTACT, GONE, UNREADABLE),
    topics.OPPORTUNITIES: (UPSERT_OPPORTUNITY, GONE, UNREADABLE),
    topics.PROJECTS: (UPSERT_PROJECT, GONE, UNREADABLE),
    topics.ASSETS: (UPSERT_ASSET, GONE, UNREADABLE),
    topics.REFERENCE: (REPLACE_REFERENCE, UNREADABLE),
    topics.FACTS: (FACT,),
}
SENDERS: dict[Topic, tuple[str, ...]] = {
    topics.COMMANDS: ("wizard-api",),
    topics.TICKETS: ("connector",),
    topics.ACTIONS: ("connector",),
    topics.COMPANIES: ("connector",),
    topics.CONTACTS: ("connector",),
    topics.OPPORTUNITIES: ("connector",),
    topics.PROJECTS: ("connector",),
    topics.ASSETS: ("connector",),
    topics.REFERENCE: ("connector",),
    topics.FACTS: ("connector", "importer", "sync-crm", "wizard-api"),
}


def document() -> Json:
    """The AsyncAPI document."""
    models = {**MODELS, **COMMAND_MODELS}
    _, schemas = models_json_schema(
        [(model, "validation") for model in models.values()], ref_template="#/components/schemas/{model}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Halobus",
            "version": __version__,
            "description": "CloudEvents in binary mode over Kafka. Every topic's name begins with the deployment's "
            "prefix. A consumer ignores fields that it does not know; a removed or retyped field is a new ce_type.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in topics.ALL},
        "operations": {name: body for topic in topics.SOURCES for name, body in _operations(topic).items()},
        "components": {
            "messages": {
                **{name: _message(name, model) for name, model in models.items()},
                DEAD_LETTER.name: DEAD_LETTER.message,
            },
            "schemas": schemas["$defs"],
        },
    }


def text() -> str:
    """The file's content."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _message(name: str, model: type[Message]) -> Json:
    kind = COMMAND_TYPE if name in COMMAND_MODELS else name
    return {
        "name": name,
        "title": model.__name__,
        "summary": " ".join((model.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": headers(kind, _sources(name)),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
        "bindings": {"kafka": {"key": KEYS.get(kind, KEYS["entity"]), "bindingVersion": BINDING}},
    }


def _sources(message: str) -> list[str]:
    return sorted({service for topic, names in CARRIES.items() if message in names for service in SENDERS[topic]})


def _channel(topic: Topic) -> Json:
    source = next((one for one in topics.SOURCES if one.dead_letters == topic), None)
    names = (DEAD_LETTER.name,) if source else CARRIES[topic]
    kept = {"cleanup.policy": ["delete"], "retention.ms": topic.retention_ms, "max.message.bytes": topic.max_bytes}
    binding = {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": kept,
        "bindingVersion": BINDING,
    }
    return {
        "address": topic.name,
        "description": _about(source or topic, dead=source is not None),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": binding},
        "x-groups": list(topic.groups),
        **({"x-dead-letters-of": source.name} if source else {"x-dead-letters": topic.dead_letters.name}),
    }


def _about(topic: Topic, dead: bool) -> str:
    if dead:
        return f"What could not be read or stored of {topic.name}, byte for byte."
    stream = BY_TOPIC.get(topic.name)
    if stream is not None:
        return f"The stream {stream.name}: {stream.owner} stores it in the collection {stream.collection}."
    return (
        "What people and the schedule ask of the connector; partitioned by tenant."
        if topic == topics.COMMANDS
        else "Facts: a wake-up for the consumers, a feed for the host portal; partitioned by tenant."
    )


def _operations(topic: Topic) -> Json:
    """A send for each sender, a receive for each group, and a send to the dead letters for each group that stores."""
    found: Json = {}
    for service in SENDERS[topic]:
        found[f"{service}.send.{topic.name}"] = _operation("send", topic, CARRIES[topic])
    for group in topic.groups:
        id = {"groupId": {"type": "string", "enum": [group]}, "bindingVersion": BINDING}
        found[f"{group}.receive.{topic.name}"] = _operation("receive", topic, CARRIES[topic], {"kafka": id})
        if topic != topics.FACTS:
            dead = topic.dead_letters
            found[f"{group}.send.{dead.name}"] = _operation("send", dead, [DEAD_LETTER.name])
    return found


def _operation(action: str, topic: Topic, names: Sequence[str], bindings: Json | None = None) -> Json:
    channel = f"#/channels/{topic.name}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
        **({"bindings": bindings} if bindings else {}),
    }


if __name__ == "__main__":
    FILE.write_text(text())
