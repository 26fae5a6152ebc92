"""The chart: linted, rendered and held against Kubernetes' own schemas. Needs `helm`, on PATH or named by HELM."""

import kubernetes_validate
import pytest

from halobus import topics
from halobus.settings import Settings, variable
from operating.settings_table import SERVICES
from support.chart import CHART, EVERYTHING, GIVEN, environment, flags, helm, needs_helm, of_kind, rendered

NOT_KUBERNETES_OWN = ("keda.sh", "monitoring.coreos.com")
pytestmark = needs_helm


def test_it_passes_its_linter() -> None:
    done = helm("lint", "--strict", str(CHART), *flags(GIVEN))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("more", [{}, EVERYTHING], ids=["the least", "everything"])
def test_what_it_renders_is_what_kubernetes_takes(more: dict[str, str]) -> None:
    documents = rendered(**more)
    assert len(documents) >= 20
    for document in documents:
        if not document["apiVersion"].startswith(NOT_KUBERNETES_OWN):
            kubernetes_validate.validate(document, "1.33", strict=True)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"kafka.bootstrapServers": ""}, "bootstrapServers"),
        ({"kafka.bootstrapServers": "kafka"}, "bootstrapServers"),
        ({"mongodb.secret": ""}, "secret"),
        ({"kafka.security": "SASL_SSL"}, "secret"),
        ({"autoscaling.maxReplicas": "12"}, "maxReplicas"),
        ({"autoscaling.minReplicas": "5", "autoscaling.maxReplicas": "4"}, "minReplicas"),
        ({"services.sync-ticket.replicas": "9"}, "services.sync-ticket.replicas"),
        ({"kafka.security": "SSL"}, "secret"),
        ({**EVERYTHING, "kafka.saslMechanism": "OAUTHBEARER"}, "autoscaling.triggerAuthentication"),
        ({"monitoring.runbookUrl": "two words"}, "runbookUrl"),
        ({"accounts.connektor.kafkaSecret": "a"}, "connektor"),
        ({"misspelt": "1"}, "misspelt"),
    ],
)
def test_wrong_values_are_refused_by_name(values: dict[str, str], named: str) -> None:
    done = helm("template", "halo", str(CHART), *flags({**GIVEN, **values}))
    assert done.returncode != 0
    assert named in done.stderr


def test_every_setting_that_it_gives_is_one_that_the_service_knows() -> None:
    for deployment in of_kind(rendered(**EVERYTHING), "Deployment"):
        service = deployment["metadata"]["labels"]["app.kubernetes.io/component"]
        kind = SERVICES.get(service, Settings)
        known = {variable(kind, name) for name in kind.model_fields}
        assert set(environment(deployment["spec"]["template"])) <= known, service


def test_pods_may_do_no_more_than_they_need() -> None:
    pods = [each["spec"]["template"]["spec"] for kind in ("Deployment", "Job") for each in of_kind(rendered(), kind)]
    assert len(pods) == 6
    for pod in pods:
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]


def test_only_the_connector_gets_the_private_keys_and_the_way_out() -> None:
    documents = rendered()
    for deployment in of_kind(documents, "Deployment"):
        service = deployment["metadata"]["labels"]["app.kubernetes.io/component"]
        secrets = {
            volume.get("secret", {}).get("secretName") for volume in deployment["spec"]["template"]["spec"]["volumes"]
        }
        assert ("connector-keys" in secrets) == (service == "connector")
    outside = {
        policy["metadata"]["name"]
        for policy in of_kind(documents, "NetworkPolicy")
        if any({"port": 443} in rule.get("ports", []) for rule in policy["spec"]["egress"])
    }
    assert outside == {"halo-connector"}


def test_it_scales_by_the_lag_of_each_topic_that_a_consumer_reads() -> None:
    scaled = {
        (trigger["metadata"]["consumerGroup"], trigger["metadata"]["topic"])
        for each in of_kind(rendered(**EVERYTHING), "ScaledObject")
        for trigger in each["spec"]["triggers"]
    }
    heavy = {topic for topic in topics.SOURCES if topic not in (topics.COMMANDS, topics.FACTS, topics.REFERENCE)}
    assert scaled == {(group, topic.name) for topic in heavy for group in topic.groups}
    for each in of_kind(rendered(**EVERYTHING), "ScaledObject"):
        assert each["spec"]["maxReplicaCount"] <= min(topic.partitions for topic in heavy)


@pytest.mark.parametrize("where", ["docs/runbook.md", "https://docs.example.com/halobus/runbook"])
def test_each_alert_leads_to_the_runbook_where_it_is_read(where: str) -> None:
    [rules] = of_kind(rendered(**EVERYTHING, **{"monitoring.runbookUrl": where}), "PrometheusRule")
    alerts = [rule for group in rules["spec"]["groups"] for rule in group["rules"] if "alert" in rule]
    assert len(alerts) > 15
    for alert in alerts:
        assert alert["annotations"]["runbook_url"] == f"{where}#{alert['alert'].lower()}"


def test_a_process_may_have_an_account_of_its_own() -> None:
    """Its name, its password and its volume; all others keep the common ones."""
    own = {"accounts.connector.kafkaSecret": "kafka-1", "accounts.migrate.mongodbSecret": "mongo-1"}
    documents = rendered(**EVERYTHING, **own)
    pods = [each for kind in ("Deployment", "Job") for each in of_kind(documents, kind)]
    assert len(pods) == 6
    for pod in pods:
        process = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        spec = pod["spec"]["template"]["spec"]
        volumes = {each["name"]: each["secret"]["secretName"] for each in spec["volumes"] if "secret" in each}
        [user] = [each for each in spec["containers"][0]["env"] if each["name"] == "HALOBUS_KAFKA_USERNAME"]
        kafka = "kafka-1" if process == "connector" else "kafka"
        assert (volumes["kafka"], user["valueFrom"]["secretKeyRef"]["name"]) == (kafka, kafka), process
        assert volumes["mongodb"] == ("mongo-1" if process == "migrate" else "mongo"), process
