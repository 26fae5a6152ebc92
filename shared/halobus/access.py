"""What each service needs of Kafka and MongoDB, declared once: `halobus doctor` and the README say the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from halobus.streams import STREAMS
from halobus.topics import ALL, COMMANDS, FACTS, SOURCES, Topic

Operation = Literal["READ", "WRITE", "CREATE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"]
MONGODB_SERVICE = ("find", "insert", "update", "remove", "listIndexes")
"""Actions of every service; ``halobus migrate`` needs ``MONGODB_MIGRATE`` as well. The role readWrite has them all."""
MONGODB_MIGRATE = ("createIndex", "dropIndex", "createCollection")


@dataclass(frozen=True)
class Need:
    """An operation on a topic or a group, both without the deployment's prefix, or on the cluster."""

    service: str
    operation: Operation
    resource: Literal["topic", "group", "cluster"]
    name: str

    def full_name(self, prefix: str) -> str:
        """As Kafka's ACLs name it."""
        return self.name if self.resource == "cluster" else f"{prefix}{self.name}"


@dataclass(frozen=True)
class Access:
    """A service's topics and groups. All of them describe every topic, and its configuration, when they start."""

    reads: tuple[Topic, ...] = ()
    writes: tuple[Topic, ...] = ()
    groups: tuple[str, ...] = ()
    watches: tuple[str, ...] = ()
    """Groups whose offsets it looks at."""


def _owner(name: str, *more: Topic) -> Access:
    own = tuple(stream.topic for stream in STREAMS.values() if stream.owner == name)
    letters = tuple(topic.dead_letters for topic in own)
    return Access((*own, FACTS), (*letters, *more), (name, f"{name}.wake"))


_GROUPS = tuple(dict.fromkeys(group for topic in SOURCES for group in topic.groups))

ACCESS: Mapping[str, Access] = {
    "connector": Access(
        (COMMANDS,),
        (*(topic for topic in SOURCES if topic is not COMMANDS), *(topic.dead_letters for topic in SOURCES)),
        ("connector",),
        tuple(dict.fromkeys(stream.owner for stream in STREAMS.values())),
    ),
    "sync-ticket": _owner("sync-ticket"),
    "sync-crm": _owner("sync-crm", FACTS),
    "importer": _owner("importer", FACTS),
    "wizard-api": Access(SOURCES, (COMMANDS, FACTS), ("wizard-api.webhook",), _GROUPS),
    "halobus": Access(ALL, SOURCES, (), _GROUPS),
}
_OF_ALL: tuple[Operation, ...] = ("DESCRIBE", "DESCRIBE_CONFIGS")
_OF_MIGRATE: tuple[Operation, ...] = ("CREATE", "ALTER", "ALTER_CONFIGS")
CLUSTER = "kafka-cluster"
"""The one name that Kafka knows a cluster by."""


def needs(service: str) -> Iterator[Need]:
    """Every single right that a service needs on Kafka."""
    access = ACCESS[service]
    for topic in ALL:
        for operation in (*_OF_ALL, *(_OF_MIGRATE if service == "halobus" else ())):
            yield Need(service, operation, "topic", topic.name)
    for topic in access.reads:
        yield Need(service, "READ", "topic", topic.name)
    for topic in access.writes:
        yield Need(service, "WRITE", "topic", topic.name)
    for group in access.groups:
        yield Need(service, "READ", "group", group)
    for group in access.watches:
        yield Need(service, "DESCRIBE", "group", group)
    if service == "halobus":
        yield Need(service, "DESCRIBE", "cluster", CLUSTER)  # `doctor` reads the ACLs
