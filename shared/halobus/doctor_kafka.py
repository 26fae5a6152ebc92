"""``halobus doctor`` on Kafka: version, topics, who may do what."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

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
EVERYBODY = "User:*"
KAFKA_RESOURCES = {"topic": 2, "group": 3, "cluster": 4}
KAFKA_OPERATIONS = {
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


class _Rule(NamedTuple):
    """An ACL, in Kafka's numbers. ``allows``: else it denies."""

    principal: str
    kind: int
    name: str
    pattern: int
    operation: int
    allows: bool

    def covers(self, need: Need, prefix: str) -> bool:
        """Whether it is about what is needed."""
        full = need.full_name(prefix)
        named = self.name in (full, "*") if self.pattern == _LITERAL else full.startswith(self.name)
        return self.kind == KAFKA_RESOURCES[need.resource] and self.pattern in (_LITERAL, _PREFIXED) and named


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
    """Whether, for each service, one principal may do all that it needs to. Who a service is, Kafka can't tell."""
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
    missing = lacking(settings.topic_prefix, answer.resources, f"User:{settings.kafka_username}")
    return judged(
        "kafka privileges", missing, "each service's needs are allowed to somebody", "add it with kafka-acls.sh"
    )


def lacking(prefix: str, resources: Sequence[Any], asking: str = "") -> list[str]:
    """What each service's principal is not allowed; one sentence for each service and operation.

    A service's principal is taken to be who may do most of what it needs. ``asking``: who reads the ACLs; without any
    of its own it is a super user, and what ``halobus`` needs is not looked for.
    """
    rules = list(_rules(resources))
    principals = sorted({rule.principal for rule in rules if rule.principal != EVERYBODY}) or [EVERYBODY]
    bound = {asking, EVERYBODY} & {rule.principal for rule in rules} or not asking
    services = [service for service in access.ACCESS if service != "halobus" or bound]
    return [sentence for service in services for sentence in _sentences(prefix, service, principals, rules)]


def _sentences(prefix: str, service: str, principals: Sequence[str], rules: Sequence[_Rule]) -> list[str]:
    needs = list(access.needs(service))
    unmet = {
        who: _unmet(prefix, needs, [each for each in rules if each.principal in (who, EVERYBODY)]) for who in principals
    }
    nearest = min(principals, key=lambda who: (len(unmet[who]), service not in who))
    who = nearest if len(unmet[nearest]) < len(needs) else "nobody"
    found: dict[tuple[str, str], list[str]] = {}
    for need in unmet[nearest]:
        found.setdefault((need.operation, need.resource), []).append(need.full_name(prefix))
    may = "may" if who == "nobody" else "may not"
    return [
        f"{service}: {who} {may} {operation} {resource} {', '.join(names)}"
        for (operation, resource), names in found.items()
    ]


def _rules(resources: Sequence[Any]) -> Iterator[_Rule]:
    for kind, name, pattern, acls in resources:
        for principal, _host, operation, permission in acls:
            yield _Rule(principal, kind, name, pattern, operation, permission == _ALLOW)


def _unmet(prefix: str, needs: Sequence[Need], rules: Sequence[_Rule]) -> list[Need]:
    return [need for need in needs if not _allowed(prefix, need, rules)]


def _allowed(prefix: str, need: Need, rules: Sequence[_Rule]) -> bool:
    """As Kafka's authorizer decides by a principal's rules: what one denies no other allows."""
    operation = KAFKA_OPERATIONS[need.operation]
    enough = {_ALL_OPERATIONS, operation, *_IMPLIED.get(need.operation, set())}
    found = [rule for rule in rules if rule.operation in enough and rule.covers(need, prefix)]
    denied = any(not rule.allows and rule.operation in (operation, _ALL_OPERATIONS) for rule in found)
    return not denied and any(rule.allows for rule in found)
