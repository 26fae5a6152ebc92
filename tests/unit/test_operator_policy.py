"""What the operator's command line decides without Kafka or MongoDB."""

from typing import Any

import pytest

from connector.settings import ConnectorSettings
from halobus import access, doctor_kafka, settings_known
from halobus.doctor import examine, judged
from halobus.doctor_kafka import lacking
from halobus.doctor_mongo import lacking as lacking_actions
from halobus.settings import Settings, variable
from halobus.topics import ALL, SOURCES
from wizard_api.configuration import WizardSettings

TOPIC, GROUP, CLUSTER, LITERAL, PREFIXED, ALLOW, DENY, ALL_OPERATIONS, READ = 2, 3, 4, 3, 4, 3, 2, 2, 3


def test_the_list_of_variables_is_what_the_services_read() -> None:
    common = {variable(Settings, name) for name in Settings.model_fields}
    own = {variable(kind, name) for kind in (ConnectorSettings, WizardSettings) for name in kind.model_fields}
    assert own - common == settings_known.OF_SERVICES


def test_an_unknown_variable_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALOBUS_TPYO", "1")
    assert "HALOBUS_TPYO" in settings_known.unknown()


def acl(
    kind: int, name: str, pattern: int, operation: int = ALL_OPERATIONS, permission: int = ALLOW, who: str = "User:a"
) -> Any:
    return kind, name, pattern, [(who, "*", operation, permission)]


CLUSTERS = acl(CLUSTER, access.CLUSTER, LITERAL)


@pytest.mark.parametrize(
    ("resources", "well"),
    [
        ([CLUSTERS, acl(TOPIC, "*", LITERAL), acl(GROUP, "*", LITERAL)], True),
        ([CLUSTERS, acl(TOPIC, "prod.", PREFIXED), acl(GROUP, "prod.", PREFIXED)], True),
        (
            [
                CLUSTERS,
                acl(TOPIC, "*", LITERAL),
                acl(GROUP, "*", LITERAL),
                acl(TOPIC, "prod.halo.tickets", LITERAL, permission=DENY),
            ],
            False,
        ),
        ([acl(TOPIC, "test.", PREFIXED), acl(GROUP, "prod.", PREFIXED)], False),
        ([acl(TOPIC, "prod.", PREFIXED), acl(GROUP, "prod.", LITERAL)], False),
        ([acl(TOPIC, "prod.", PREFIXED, permission=DENY), acl(GROUP, "*", LITERAL)], False),
        ([acl(TOPIC, "prod.", PREFIXED, READ), acl(GROUP, "*", LITERAL)], False),
    ],
)
def test_acls_are_enough_or_not(resources: list[Any], well: bool) -> None:
    assert (lacking("prod.", resources) == []) is well


def test_a_missing_right_names_service_operation_and_topic() -> None:
    found = lacking("", [acl(TOPIC, "*", LITERAL, READ), acl(GROUP, "*", LITERAL)])
    assert "wizard-api: User:a may not WRITE topic halo.commands, halo.integration-events" in found


def its_own(service: str, without: access.Need | None = None) -> list[Any]:
    """An ACL for each need of a service, all to its own principal."""
    kinds, numbers = doctor_kafka.KAFKA_RESOURCES, doctor_kafka.KAFKA_OPERATIONS
    kept = [need for need in access.needs(service) if need != without]
    return [
        acl(kinds[need.resource], need.name, LITERAL, numbers[need.operation], who=f"User:{service}") for need in kept
    ]


@pytest.mark.parametrize("service", access.ACCESS)
def test_a_right_that_a_service_lacks_is_named_with_its_principal(service: str) -> None:
    """One of each kind; also where another service has it, whose rights are of no help to this one."""
    others = [rule for other in access.ACCESS if other != service for rule in its_own(other)]
    assert lacking("", [*others, *its_own(service)]) == []
    kinds = {(need.operation, need.resource): need for need in access.needs(service)}
    implied = {("DESCRIBE", "topic"), ("DESCRIBE_CONFIGS", "topic")}
    for kind, need in kinds.items():
        found = lacking("", [*others, *its_own(service, without=need)])
        told = f"{service}: User:{service} may not {need.operation} {need.resource} {need.name}"
        assert found == [told] or (kind in implied and found == [])


def test_a_super_user_needs_no_acl_of_its_own() -> None:
    services = [rule for service in access.ACCESS if service != "halobus" for rule in its_own(service)]
    assert lacking("", services, "User:root") == []
    assert all(each.startswith("halobus: ") for each in lacking("", services, "User:connector"))
    assert lacking("", services, "User:connector") != []


def test_every_topic_has_a_writer_and_each_group_a_reader() -> None:
    written = {need.name for service in access.ACCESS for need in access.needs(service) if need.operation == "WRITE"}
    assert {topic.name for topic in ALL} <= written
    joined = {need.name for service in access.ACCESS for need in access.needs(service) if need.resource == "group"}
    assert {group for topic in SOURCES for group in topic.groups} <= joined


@pytest.mark.parametrize(
    ("resource", "lacks"),
    [
        ({"db": "halobus", "collection": ""}, False),
        ({"db": "", "collection": ""}, False),
        ({"anyResource": True}, False),
        ({"db": "other", "collection": ""}, True),
        ({"db": "halobus", "collection": "tickets"}, True),
    ],
)
def test_actions_count_for_the_whole_database_alone(resource: dict[str, Any], lacks: bool) -> None:
    actions = [*access.MONGODB_SERVICE, *access.MONGODB_MIGRATE]
    assert bool(lacking_actions("halobus", [{"resource": resource, "actions": actions}])) is lacks
    assert lacking_actions("halobus", [{"resource": {"db": "halobus", "collection": ""}, "actions": ["find"]}])


async def test_a_check_that_breaks_is_a_finding() -> None:
    async def breaks() -> Any:
        raise ConnectionError("no password=hunter2 here")

    [found] = await examine("kafka", breaks, "look at it")
    assert (found.state, found.remedy, "hunter2" in found.found) == ("wrong", "look at it", False)
    assert judged("p", [], "fine", "do")[0].state == "ok"


def test_of_many_faults_the_first_and_their_number_are_told() -> None:
    told = [each.found for each in judged("indexes", [f"index {n} is missing" for n in range(81)], "fine", "do")]
    assert told == [*(f"index {n} is missing" for n in range(4)), "and 77 more"]
    assert len(judged("indexes", list("abcde"), "fine", "do")) == 5
