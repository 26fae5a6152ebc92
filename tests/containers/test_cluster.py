"""The chart on a real API server with its admission, controllers and scheduler. The nodes are simulated: nothing runs.

Needs etcd, kube-apiserver, kube-controller-manager, kube-scheduler and helm on the PATH.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from containers.cluster import Cluster, cluster, missing_tools
from containers.kubelet import BROKEN
from support.chart import CHART, GIVEN, flags

pytestmark = pytest.mark.skipif(bool(missing_tools()), reason=f"not on PATH: {', '.join(missing_tools())}")

SERVICES = {"connector", "sync-ticket", "sync-crm", "importer", "wizard-api"}
OWN = "?labelSelector=app.kubernetes.io/name=halobus"
KINDS = {
    "api/v1": ("configmaps", "pods", "secrets", "serviceaccounts", "services"),
    "apis/apps/v1": ("deployments", "replicasets"),
    "apis/batch/v1": ("jobs",),
    "apis/networking.k8s.io/v1": ("ingresses", "networkpolicies"),
    "apis/policy/v1": ("poddisruptionbudgets",),
}
VALUES = {**GIVEN, "ingress.enabled": "true", "ingress.host": "halobus.example.com", "monitoring.dashboards": "true"}


@pytest.fixture(scope="module")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as it:
        yield it


@pytest.fixture
def namespace(kubernetes: Cluster) -> str:
    return new_namespace(kubernetes)


def new_namespace(kubernetes: Cluster) -> str:
    """One that admits only what Pod Security calls restricted."""
    name = f"halobus-{secrets.token_hex(3)}"
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    kubernetes.create("/api/v1/namespaces", document)
    until(lambda: kubernetes.items(f"/api/v1/namespaces/{name}/serviceaccounts"))
    return name


def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The condition's first true value."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not true within {seconds} s: {found!r}"
        time.sleep(0.1)
    return found


def release(kubernetes: Cluster, command: str, namespace: str, **values: str) -> str:
    """`helm install` or `upgrade` of a release named halo, awaited; what it printed."""
    options = ("--namespace", namespace, "--wait", "--timeout", "2m", *flags({**VALUES, **values}))
    done = kubernetes.helm(command, "halo", str(CHART), *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def deployments(kubernetes: Cluster, namespace: str) -> dict[str, dict[str, Any]]:
    """By component."""
    found = kubernetes.items(f"/apis/apps/v1/namespaces/{namespace}/deployments")
    return {each["metadata"]["labels"]["app.kubernetes.io/component"]: each for each in found}


def tags(kubernetes: Cluster, namespace: str) -> set[str]:
    """Of the images that the deployments are to run."""
    specs = [each["spec"]["template"]["spec"] for each in deployments(kubernetes, namespace).values()]
    return {spec["containers"][0]["image"].rpartition(":")[2] for spec in specs}


def migrations(kubernetes: Cluster, namespace: str) -> int:
    """How many migrations were started: each job is another object, and its events outlive it."""
    events = kubernetes.items(f"/api/v1/namespaces/{namespace}/events")
    return len({each["involvedObject"]["uid"] for each in events if each["involvedObject"]["kind"] == "Job"})


def own(kubernetes: Cluster, namespace: str) -> set[str]:
    """Everything that carries the chart's name."""
    return {
        f"{kind}/{each['metadata']['name']}"
        for group, kinds in KINDS.items()
        for kind in kinds
        for each in kubernetes.items(f"/{group}/namespaces/{namespace}/{kind}{OWN}")
    }


def test_all_pods_are_admitted_where_only_restricted_ones_are_and_nothing_complains(
    kubernetes: Cluster, namespace: str
) -> None:
    told = release(kubernetes, "install", namespace)
    assert f"--namespace {namespace}" in told
    assert "http://halobus.example.com/" in told
    found = deployments(kubernetes, namespace)
    assert set(found) == SERVICES
    assert {each["status"].get("availableReplicas") for each in found.values()} == {2}
    events = kubernetes.items(f"/api/v1/namespaces/{namespace}/events")
    assert [each["message"] for each in events if each["type"] != "Normal"] == []
    for pod in kubernetes.items(f"/api/v1/namespaces/{namespace}/pods{OWN}"):
        assert not [each for each in pod["spec"]["volumes"] if "projected" in each], "a token of the API server"


def test_a_pod_that_may_more_is_refused_there(kubernetes: Cluster, namespace: str) -> None:
    """The admission that the test above relies on."""
    spec = {"containers": [{"name": "root", "image": "any:1"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "root"}, "spec": spec}
    answer = kubernetes.api.post(f"/api/v1/namespaces/{namespace}/pods", json=pod)
    assert answer.status_code == 403
    assert "restricted" in answer.json()["message"]


def test_the_migration_comes_before_the_services_at_each_install_upgrade_and_rollback(
    kubernetes: Cluster, namespace: str
) -> None:
    broken = flags({**VALUES, "image.tag": BROKEN.removeprefix(":")})
    where = ("--namespace", namespace, "--timeout", "3s")
    assert kubernetes.helm("install", "halo", str(CHART), *where, *broken).returncode != 0
    assert deployments(kubernetes, namespace) == {}
    assert kubernetes.helm("uninstall", "halo", "--namespace", namespace).returncode == 0
    release(kubernetes, "install", namespace, **{"image.tag": "0.1.1"})
    release(kubernetes, "upgrade", namespace, **{"image.tag": "0.1.2"})
    assert tags(kubernetes, namespace) == {"0.1.2"}
    assert kubernetes.helm("upgrade", "halo", str(CHART), *where, *broken).returncode != 0
    assert tags(kubernetes, namespace) == {"0.1.2"}
    before = migrations(kubernetes, namespace)
    back = kubernetes.helm("rollback", "halo", "1", "--namespace", namespace, "--wait", "--timeout", "2m")
    assert back.returncode == 0, back.stderr
    assert tags(kubernetes, namespace) == {"0.1.1"}
    assert migrations(kubernetes, namespace) == before + 1


def test_two_releases_stand_side_by_side_and_an_uninstalled_one_leaves_nothing(kubernetes: Cluster) -> None:
    gone, stays = new_namespace(kubernetes), new_namespace(kubernetes)
    for each in (gone, stays):
        release(kubernetes, "install", each)
    before = own(kubernetes, stays)
    assert {name.partition("-")[0] for name in before} >= {"deployments/halo", "networkpolicies/halo"}
    assert kubernetes.helm("uninstall", "halo", "--namespace", gone).returncode == 0
    until(lambda: not own(kubernetes, gone))
    assert own(kubernetes, stays) == before


def test_a_drain_takes_one_pod_of_a_service_at_a_time(kubernetes: Cluster, namespace: str) -> None:
    """By the eviction that `kubectl drain` asks for, while no other node has room."""
    release(kubernetes, "install", namespace)
    budgets = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"
    until(lambda: {each["status"].get("disruptionsAllowed") for each in kubernetes.items(budgets)} == {1})
    nodes = [each["metadata"]["name"] for each in kubernetes.items("/api/v1/nodes")]
    mark(kubernetes, nodes, unschedulable=True)
    try:
        pods = kubernetes.items(f"/api/v1/namespaces/{namespace}/pods{OWN},app.kubernetes.io/component=connector")
        assert [evict(kubernetes, each) for each in pods] == [201, 429]
    finally:
        mark(kubernetes, nodes, unschedulable=False)


def mark(kubernetes: Cluster, nodes: list[str], *, unschedulable: bool) -> None:
    """`kubectl cordon` and `uncordon`."""
    for name in nodes:
        patch = {"content-type": "application/merge-patch+json"}
        body = {"spec": {"unschedulable": unschedulable}}
        kubernetes.api.patch(f"/api/v1/nodes/{name}", headers=patch, json=body).raise_for_status()


def evict(kubernetes: Cluster, pod: dict[str, Any]) -> int:
    """The status code that an eviction is answered with."""
    path = "/api/v1/namespaces/{namespace}/pods/{name}/eviction".format_map(pod["metadata"])
    metadata = {"name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"]}
    document = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    return kubernetes.api.post(path, json=document).status_code


def test_a_release_is_stopped_for_a_restore_also_where_somebody_else_scaled_it_and_starts_again(
    kubernetes: Cluster, namespace: str
) -> None:
    release(kubernetes, "install", namespace)
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/halo-sync-ticket/scale"
    patch = {"content-type": "application/merge-patch+json"}
    kubernetes.api.patch(path, headers=patch, json={"spec": {"replicas": 4}}).raise_for_status()
    options = ("--namespace", namespace, "--wait", "--timeout", "2m", *flags({**VALUES, "stopped": "true"}))
    stopped = kubernetes.helm("upgrade", "halo", str(CHART), "--no-hooks", "--force-conflicts", *options)
    assert stopped.returncode == 0, stopped.stderr
    pods = f"/api/v1/namespaces/{namespace}/pods{OWN}"
    until(lambda: components(kubernetes.items(pods)) == {"operator"})
    release(kubernetes, "upgrade", namespace)
    until(lambda: components(kubernetes.items(pods)) == SERVICES)


def components(objects: list[dict[str, Any]]) -> set[str]:
    """Which parts of the chart they are."""
    return {each["metadata"]["labels"]["app.kubernetes.io/component"] for each in objects}
