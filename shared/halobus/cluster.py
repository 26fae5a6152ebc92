"""Topics as declared in ``halobus.topics`` against the cluster's: differences, and the steps that end them."""

from dataclasses import dataclass
from typing import Any

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import UnknownTopicOrPartitionError, for_code

from halobus.settings import Settings
from halobus.topics import ALL, Topic

OWN_SETTING = 1
"""Kafka's code for a configuration set on the topic itself, as opposed to a default."""


@dataclass(frozen=True)
class Found:
    """A topic of the cluster. ``own``: what is configured on it; ``configs``: that and Kafka's defaults."""

    name: str
    partitions: int
    configs: dict[str, str]
    own: dict[str, str]


@dataclass(frozen=True)
class Difference:
    """``found`` is None where the topic is missing. ``sentence`` says what differs."""

    topic: Topic
    name: str
    found: Found | None
    sentence: str


def wanted_configs(topic: Topic, settings: Settings) -> dict[str, str]:
    """The declared configuration of a topic. Two copies must hold a record where there are three or more."""
    configs = {
        "cleanup.policy": "delete",
        "retention.ms": str(topic.retention_ms),
        "max.message.bytes": str(topic.max_bytes),
    }
    return {**configs, "min.insync.replicas": "2"} if settings.replication_factor > 2 else configs


async def differences(admin: Any, settings: Settings) -> list[Difference]:
    """What of the declared topics is missing or otherwise in the cluster. More partitions than declared are fine."""
    names = {f"{settings.topic_prefix}{topic.name}": topic for topic in ALL}
    found = {each.name: each for each in await describe(admin, list(names))}
    return [
        Difference(topic, name, found.get(name), sentence)
        for name, topic in names.items()
        if (sentence := _sentence(name, topic, found.get(name), settings))
    ]


def _sentence(name: str, topic: Topic, found: Found | None, settings: Settings) -> str:
    if found is None:
        return f"topic {name} is missing"
    faults = [
        f"{key} is {found.configs.get(key)} instead of {value}"
        for key, value in wanted_configs(topic, settings).items()
        if found.configs.get(key) != value
    ]
    if found.partitions < topic.partitions:
        faults.append(f"it has {found.partitions} partitions instead of {topic.partitions}")
    return f"topic {name}: {', '.join(faults)}" if faults else ""


async def describe(admin: Any, names: list[str]) -> list[Found]:
    """Those of the topics that exist, for every broker that was asked. KafkaError where the broker refuses."""
    present = {
        each["topic"]: len(each["partitions"]) for each in await admin.describe_topics(names) if not each["error_code"]
    }
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in present]
    found: list[Found] = []
    for response in await admin.describe_configs(resources) if resources else []:
        for code, message, _kind, name, entries in response.resources:
            if code and for_code(code) is UnknownTopicOrPartitionError:
                continue  # of several brokers one has heard of a new topic before another
            if code:
                raise for_code(code)(message)
            configs = {entry[0]: entry[1] for entry in entries}
            own = {entry[0]: entry[1] for entry in entries if entry[3] == OWN_SETTING}
            found.append(Found(name, present[name], configs, own))
    return found
