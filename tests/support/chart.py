"""The chart as Helm renders it, for the tests that read what it makes."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CHART = Path(__file__).resolve().parents[2] / "deploy" / "helm" / "halobus"
HELM = os.environ.get("HELM") or shutil.which("helm")
GIVEN = {
    "kafka.bootstrapServers": "kafka-0:9092,kafka-1:9092",
    "mongodb.secret": "mongo",
    "keys.connectorSecret": "connector-keys",
    "keys.wizardSecret": "wizard-keys",
    "portal.issuer": "portal",
}
EVERYTHING = {
    "kafka.security": "SASL_SSL",
    "kafka.saslMechanism": "SCRAM-SHA-512",
    "kafka.secret": "kafka",
    "mongodb.tlsAuthority": "true",
    "telemetry.otlpEndpoint": "http://collector:4318",
    "webhook.url": "https://portal.example.com/halo",
    "ingress.enabled": "true",
    "ingress.host": "halobus.example.com",
    "ingress.tlsSecret": "tls",
    "autoscaling.enabled": "true",
    "autoscaling.maxReplicas": "4",
    "monitoring.podMonitor": "true",
    "monitoring.prometheusRule": "true",
    "monitoring.dashboards": "true",
}
needs_helm = pytest.mark.skipif(HELM is None, reason="no helm: put it on PATH, or name it with HELM")


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    """One call of Helm, with what it said; the caller looks at its exit code."""
    assert HELM is not None
    return subprocess.run([HELM, *arguments], capture_output=True, text=True)


def flags(values: dict[str, str]) -> list[str]:
    """Values by their paths, as options."""
    escaped = {name: value.replace(",", r"\,") for name, value in values.items()}
    return [part for name, value in escaped.items() for part in ("--set", f"{name}={value}")]


def rendered(**more: Any) -> list[dict[str, Any]]:
    """All objects of a release named halo with the least values and ``more``."""
    done = helm("template", "halo", str(CHART), *flags({**GIVEN, **more}))
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def of_kind(documents: list[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    """Those of one kind."""
    return (document for document in documents if document["kind"] == kind)


def environment(pod: dict[str, Any]) -> dict[str, Any]:
    """What a pod's container is given, by name; None where it comes from a secret."""
    return {entry["name"]: entry.get("value") for entry in pod["spec"]["containers"][0]["env"]}


def pods(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The pod templates of the five services and of the migration, by component."""
    owners = [each for kind in ("Deployment", "Job") for each in of_kind(documents, kind)]
    assert len(owners) == 6
    return {each["metadata"]["labels"]["app.kubernetes.io/component"]: each["spec"]["template"] for each in owners}
