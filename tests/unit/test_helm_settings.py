"""What the chart makes of values that hang together: ports, Kafka's security for KEDA, settings, placement."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from halobus.health import PATHS
from support.chart import CHART, EVERYTHING, GIVEN, environment, flags, helm, needs_helm, of_kind, pods, rendered

pytestmark = needs_helm


def ways_out(documents: list[dict[str, Any]], policy: str) -> set[int]:
    """The ports that a network policy opens, names' own left out."""
    [found] = [each for each in of_kind(documents, "NetworkPolicy") if each["metadata"]["name"] == f"halo-{policy}"]
    return {port["port"] for rule in found["spec"]["egress"] for port in rule["ports"]} - {53}


def security_of_triggers(documents: list[dict[str, Any]]) -> set[tuple[str | None, str | None, str | None]]:
    return {
        (
            trigger["metadata"].get("sasl"),
            trigger["metadata"].get("tls"),
            trigger.get("authenticationRef", {}).get("name"),
        )
        for each in of_kind(documents, "ScaledObject")
        for trigger in each["spec"]["triggers"]
    }


def test_the_network_policies_open_the_ports_of_the_addresses() -> None:
    documents = rendered(
        **{
            "kafka.bootstrapServers": "kafka-0:9093,kafka-1:9094",
            "networkPolicy.kafkaPorts": "{9095}",
            "telemetry.otlpEndpoint": "https://collector.example.com",
            "portal.jwksUrl": "http://keycloak.auth:8180/certs",
            "webhook.url": "https://portal.example.com:8443/halo",
        }
    )
    inside = {9093, 9094, 9095, 27017, 443}
    assert ways_out(documents, "sync-ticket") == ways_out(documents, "migrate") == inside
    assert ways_out(documents, "wizard-api") == inside | {8180, 8443}


@pytest.mark.parametrize(
    ("security", "mechanism", "authority", "told"),
    [
        ("PLAINTEXT", "PLAIN", "true", (None, None, None)),
        ("SSL", "PLAIN", "true", (None, "enable", "halo-kafka")),
        ("SSL", "PLAIN", "false", (None, "enable", None)),
        ("SASL_PLAINTEXT", "PLAIN", "true", ("plaintext", None, "halo-kafka")),
        ("SASL_SSL", "SCRAM-SHA-256", "true", ("scram_sha256", "enable", "halo-kafka")),
        ("SASL_SSL", "SCRAM-SHA-512", "false", ("scram_sha512", "enable", "halo-kafka")),
    ],
)
def test_keda_reaches_a_secured_kafka_as_the_services_do(
    security: str, mechanism: str, authority: str, told: tuple[str | None, ...]
) -> None:
    secured = {"kafka.security": security, "kafka.saslMechanism": mechanism, "kafka.tlsAuthority": authority}
    documents = rendered(**secured, **{"kafka.secret": "kafka", "autoscaling.enabled": "true"})
    assert security_of_triggers(documents) == {told}
    given = [each["spec"]["secretTargetRef"] for each in of_kind(documents, "TriggerAuthentication")]
    expected = ["username", "password"] if "SASL" in security else []
    expected += ["ca"] if security.endswith("SSL") and authority == "true" else []
    assert [[each["parameter"] for each in one] for one in given] == ([expected] if expected else [])


def test_an_own_trigger_authentication_takes_the_place_of_the_charts() -> None:
    documents = rendered(
        **{**EVERYTHING, "kafka.saslMechanism": "OAUTHBEARER", "autoscaling.triggerAuthentication": "our-kafka"}
    )
    assert security_of_triggers(documents) == {(None, None, "our-kafka")}
    assert not list(of_kind(documents, "TriggerAuthentication"))


def test_public_authorities_are_trusted_where_kafka_has_none_of_its_own() -> None:
    own = environment(pods(rendered(**EVERYTHING))["connector"])
    public = environment(pods(rendered(**EVERYTHING, **{"kafka.tlsAuthority": "false"}))["connector"])
    assert own["HALOBUS_KAFKA_CA_FILE"] == "/secrets/kafka/ca.crt"
    assert "HALOBUS_KAFKA_CA_FILE" not in public
    rendered(**{"kafka.security": "SSL", "kafka.tlsAuthority": "false"})  # needs no secret


def test_more_partitions_allow_more_replicas() -> None:
    more = {"kafka.partitions": "12", "autoscaling.maxReplicas": "12", "services.sync-ticket.replicas": "9"}
    [scaled] = [
        each
        for each in of_kind(rendered(**{**EVERYTHING, **more}), "ScaledObject")
        if each["metadata"]["name"] == "halo-sync-ticket"
    ]
    assert scaled["spec"]["maxReplicaCount"] == 12


def test_a_services_own_setting_takes_the_place_of_the_charts_and_numbers_stay_whole(tmp_path: Path) -> None:
    """The API server refuses a variable that is there twice, and a service refuses 1e+06."""
    own = {"HALOBUS_LOG_LEVEL": "DEBUG", "HALOBUS_BIG": 1_000_000, "HALOBUS_PART": 0.5, "HALOBUS_YES": True}
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump({"services": {"connector": {"env": own}}, "halo": {"limit": 2_000_000}}))
    done = helm("template", "halo", str(CHART), *flags(GIVEN), "--values", str(values))
    assert done.returncode == 0, done.stderr
    template = pods([each for each in yaml.safe_load_all(done.stdout) if each])["connector"]
    names = [each["name"] for each in template["spec"]["containers"][0]["env"]]
    given = environment(template)
    assert len(names) == len(set(names))
    assert [given[name] for name in own] == ["DEBUG", "1000000", "0.5", "true"]
    assert given["HALOBUS_HALO_LIMIT"] == "2000000"


def test_the_migration_runs_where_the_services_may_run_and_with_resources_of_its_own(tmp_path: Path) -> None:
    placed: dict[str, Any] = {
        "nodeSelector": {"pool": "apps"},
        "tolerations": [{"key": "dedicated", "operator": "Exists"}],
        "migrate": {"resources": {"limits": {"cpu": "1", "memory": "512Mi"}}},
        "image": {"pullSecrets": ["pull"]},
    }
    values = tmp_path / "values.yaml"
    values.write_text(json.dumps(placed))
    done = helm("template", "halo", str(CHART), *flags(GIVEN), "--values", str(values))
    assert done.returncode == 0, done.stderr
    found = pods([each for each in yaml.safe_load_all(done.stdout) if each])
    for process, template in found.items():
        spec = template["spec"]
        assert spec["nodeSelector"] == placed["nodeSelector"], process
        assert spec["tolerations"] == placed["tolerations"], process
        assert spec["imagePullSecrets"] == [{"name": "pull"}], process
    [container] = found["migrate"]["spec"]["containers"]
    assert container["resources"]["limits"] == {"cpu": "1", "memory": "512Mi"}


def test_what_the_hook_makes_goes_with_it() -> None:
    """`helm uninstall` does not know of hooks: what they leave stays."""
    policies = {
        (each["kind"], each["metadata"]["annotations"]["helm.sh/hook-delete-policy"])
        for each in rendered()
        if "helm.sh/hook" in each["metadata"].get("annotations", {})
    }
    assert policies == {
        ("Job", "before-hook-creation,hook-succeeded"),
        ("NetworkPolicy", "before-hook-creation,hook-succeeded,hook-failed"),
    }
    [job] = of_kind(rendered(), "Job")
    assert 0 < job["spec"]["ttlSecondsAfterFinished"] <= 86400


def test_objects_name_the_version_that_is_deployed() -> None:
    [label] = {
        template["metadata"]["labels"]["app.kubernetes.io/version"]
        for template in pods(rendered(**{"image.tag": f"2.0.0-{'a' * 60}"})).values()
    }
    assert label == f"2.0.0-{'a' * 57}"


def test_the_operators_labels_are_on_what_it_selects() -> None:
    for kind in ("PodMonitor", "PrometheusRule"):
        [found] = of_kind(rendered(**EVERYTHING, **{"monitoring.labels.release": "prometheus"}), kind)
        assert found["metadata"]["labels"]["release"] == "prometheus"


def test_the_api_goes_on_answering_until_no_proxy_sends_to_it() -> None:
    waits = {
        process: "lifecycle" in template["spec"]["containers"][0] for process, template in pods(rendered()).items()
    }
    assert {process for process, waiting in waits.items() if waiting} == {"wizard-api"}


def test_health_and_metrics_are_not_for_those_outside() -> None:
    """An exact path wins over a prefix, and its service has no pods."""
    documents = rendered(**EVERYTHING)
    [ingress] = of_kind(documents, "Ingress")
    [rule] = ingress["spec"]["rules"]
    exact = {
        each["path"]: each["backend"]["service"]["name"]
        for each in rule["http"]["paths"]
        if each["pathType"] == "Exact"
    }
    assert set(exact) == PATHS
    assert {each["path"] for each in rule["http"]["paths"]} - PATHS == {"/"}
    [nowhere] = [each for each in of_kind(documents, "Service") if each["metadata"]["name"] in exact.values()]
    assert "selector" not in nowhere["spec"]


def test_an_update_spreads_its_pods_without_counting_those_that_go() -> None:
    for process, template in pods(rendered()).items():
        for constraint in template["spec"].get("topologySpreadConstraints", []):
            assert constraint["matchLabelKeys"] == ["pod-template-hash"], process


def test_objects_have_names_that_a_service_may_have() -> None:
    """A release's name may have dots and 53 characters, a service's no dot and 63 in all."""
    done = helm("template", f"halo.{'x' * 48}", str(CHART), *flags({**GIVEN, **EVERYTHING}))
    assert done.returncode == 0, done.stderr
    names = [each["metadata"]["name"] for each in yaml.safe_load_all(done.stdout) if each]
    assert len(names) > 20
    assert [name for name in names if not re.fullmatch("[a-z][-a-z0-9]{0,61}[a-z0-9]", name)] == []


def test_a_pod_for_the_operators_commands_may_be_had_beside_the_services() -> None:
    own = {"accounts.migrate.mongodbSecret": "mongo-1"}
    documents = rendered(**own, operator="true", **{"networkPolicy.enabled": "true"})
    replicas = {each["metadata"]["name"]: each["spec"]["replicas"] for each in of_kind(documents, "Deployment")}
    assert replicas.pop("halo-operator") == 1
    assert len(replicas) == 5
    assert all(replicas.values())
    assert ways_out(documents, "operator") == ways_out(documents, "migrate")


def test_a_stopped_release_runs_no_service_and_one_pod_for_the_operators_commands() -> None:
    """With the migration's account, and nothing that would start a service again."""
    own = {"accounts.migrate.mongodbSecret": "mongo-1"}
    documents = rendered(**EVERYTHING, **own, stopped="true")
    replicas = {each["metadata"]["name"]: each["spec"]["replicas"] for each in of_kind(documents, "Deployment")}
    assert {name for name, count in replicas.items() if count} == {"halo-operator"}
    assert len(replicas) == 6
    assert not list(of_kind(documents, "ScaledObject"))
    assert ways_out(documents, "operator") == ways_out(documents, "migrate")
    [operator] = [each for each in of_kind(documents, "Deployment") if each["metadata"]["name"] == "halo-operator"]
    [job] = of_kind(documents, "Job")
    waiting, migrating = operator["spec"]["template"]["spec"], job["spec"]["template"]["spec"]
    assert waiting["volumes"] == migrating["volumes"]
    assert waiting["containers"][0]["env"] == migrating["containers"][0]["env"]
    assert waiting["securityContext"] == migrating["securityContext"]
    assert waiting["containers"][0]["securityContext"] == migrating["containers"][0]["securityContext"]
    assert "halo-operator" not in {each["metadata"]["name"] for each in of_kind(rendered(), "Deployment")}
