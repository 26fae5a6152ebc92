"""``halobus doctor`` on Kafka: version, topics, who may do what."""

from collections.abc import Sequence
from typing import Any

from aiokafka.errors import for_code
from aiokafka.protocol.admin import ApiVersionRequest, DescribeAclsRequest

from halobus import access, cluster
from halobus.access import Need
from halobus.doctor import Check, judged
from halobus.settings import Settings
from halobus.topics import ALL

FETCH, FIRST_FETCH_OF_4 = 1, 4
"""Kafka 4.0 took away the first versions of its Fetch request: the protocol tells no version otherwise."""
NO_AUTHORIZER, MAY_NOT_LOOK = 54, 31
_ANY, _ALL_OPERATIONS = 1, 2
_ALLOW, _LITERAL, _PREFIXED = 3, 3, 4
_RESOURCES = {"topic": 2, "group": 3}
_OPERATIONS = {
    "READ": 3,
    "WRITE": 4,
    "CREATE": 5,
    "ALTER": 7,
    "DESCRIBE": 8,
    "DESCRIBE_CONFIGS": 10,
    "ALTER_CONFIGS": 11,
}
_IMPLIED = {"DESCRIBE": {3, 4, 6, 7}, "DESCRIBE_CONFIGS": {11}}
"""Rights that another one brings along."""


async def broker(admin: Any) -> list[Check]:
    """Whether brokers answer, how many, and whether they are 4.0 or newer."""
    described = await admin.describe_cluster()
    answer = await admin._send_request(ApiVersionRequest())  # no public way to a broker's versions
    lowest = {each[0]: each[1] for each in answer.api_versions}[FETCH]
    brokers = len(described["brokers"])
    found = [Check("kafka", "ok", f"{brokers} brokers, version 4.0 or newer")]
    if lowest < FIRST_FETCH_OF_4:
        found = [Check("kafka", "warning", "older than 4.0", "Halobus is tested on Kafka 4: upgrade it")]
    return found


async def topics(admin: Any, settings: Settings) -> list[Check]:
    """Partitions, sizes and retention, as declared."""
    differing = [each.sentence for each in await cluster.differences(admin, settings)]
    well = f"{len(ALL)} topics are as declared"
    return [*judged("topics", differing, well, "run `halobus migrate`"), *_replicas(settings)]


def _replicas(settings: Settings) -> list[Check]:
    if settings.replication_factor > 2:
        return []
    found = f"new topics get {settings.replication_factor} replicas"
    return [Check("topics", "warning", found, "in production set HALOBUS_REPLICATION_FACTOR=3 before the migration")]


async def privileges(admin: Any, settings: Settings) -> list[Check]:
    """Whether somebody may do what each service needs to. Whose credential a service has, Kafka can't tell."""
    request = DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY)
    answer = await admin._send_request(request)  # aiokafka has no public call for it
    if answer.error_code == NO_AUTHORIZER:
        remedy = "fine on a network of its own; else give Kafka an authorizer, and the ACLs of the README"
        return [Check("kafka privileges", "warning", "no authorizer: everybody may do everything", remedy)]
    if answer.error_code == MAY_NOT_LOOK:
        remedy = "give this credential DESCRIBE on the cluster to have ACLs checked"
        return [Check("kafka privileges", "warning", "this credential may not read ACLs", remedy)]
    if answer.error_code:
        raise for_code(answer.error_code)(answer.error_message)
    missing = lacking(settings.topic_prefix, answer.resources)
    return judged(
        "kafka privileges", missing, "all that the services need is allowed to somebody", "add it with kafka-acls.sh"
    )


def lacking(prefix: str, resources: Sequence[Any]) -> list[str]:
    """What no principal is allowed, by service; one sentence for each service and operation."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for service in access.ACCESS:
        for need in access.needs(service):
            if not _allowed(prefix, need, resources):
                found.setdefault((service, need.operation, need.resource), []).append(f"{prefix}{need.name}")
    return [
        f"{service}: nobody may {operation} {resource} {', '.join(names)}"
        for (service, operation, resource), names in found.items()
    ]


def _allowed(prefix: str, need: Need, resources: Sequence[Any]) -> bool:
    full = f"{prefix}{need.name}"
    enough = {_ALL_OPERATIONS, _OPERATIONS[need.operation], *_IMPLIED.get(need.operation, set())}
    for kind, name, pattern, acls in resources:
        covers = name in (full, "*") if pattern == _LITERAL else pattern == _PREFIXED and full.startswith(name)
        if kind != _RESOURCES[need.resource] or not covers:
            continue
        if any(operation in enough and permission == _ALLOW for _who, _host, operation, permission in acls):
            return True
    return False
