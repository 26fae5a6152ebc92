"""Nodes without machines: their pods are said to run and their jobs to be done, but nothing is started."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

ROOM = {"cpu": "8", "memory": "16Gi", "pods": "110"}
BROKEN = ":broken"
"""A pod whose image has this tag fails; all others do well."""
EVERY = 0.2
"""Seconds between two looks."""
PATCH = {"content-type": "application/merge-patch+json"}

Object = dict[str, Any]


def node(name: str) -> Object:
    """A node that has room."""
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}


def health_of_node() -> Object:
    """What a kubelet says of a node in good health."""
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": now()}
    return {"capacity": ROOM, "allocatable": ROOM, "conditions": [ready]}


def next_of(pod: Object) -> Object | None:
    """The status that follows for a pod on a node; None where it stays."""
    if not pod["spec"].get("nodeName") or pod["status"].get("phase") != "Pending":
        return None
    [container] = pod["spec"]["containers"]
    ended = {"startedAt": now(), "finishedAt": now()}
    if container["image"].endswith(BROKEN):
        return status(container, "Failed", {"terminated": {**ended, "exitCode": 1}})
    if pod["spec"]["restartPolicy"] == "Never":
        return status(container, "Succeeded", {"terminated": {**ended, "exitCode": 0}})
    return status(container, "Running", {"running": {"startedAt": now()}})


def status(container: Object, phase: str, state: Object) -> Object:
    """A pod's status with one container, which is ready while it runs."""
    runs = phase == "Running"
    conditions = [{"type": kind, "status": str(runs)} for kind in ("Initialized", "ContainersReady", "Ready")]
    of_container = {
        "name": container["name"],
        "image": container["image"],
        "imageID": container["image"],
        "ready": runs,
        "restartCount": 0,
        "state": state,
    }
    return {"phase": phase, "startTime": now(), "conditions": conditions, "containerStatuses": [of_container]}


def now() -> str:
    """As Kubernetes writes times."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def simulated(api: httpx.Client, *names: str) -> Iterator[None]:
    """Nodes of these names, served until the end."""
    for name in names:
        api.post("/api/v1/nodes", json=node(name)).raise_for_status()
        api.patch(f"/api/v1/nodes/{name}/status", headers=PATCH, json={"status": health_of_node()}).raise_for_status()
    done = threading.Event()
    serving = threading.Thread(target=serve, args=(api, done))
    serving.start()
    try:
        yield
    finally:
        done.set()
        serving.join()


def serve(api: httpx.Client, done: threading.Event) -> None:
    """Move all pods on, again and again."""
    while not done.wait(EVERY):
        for pod in api.get("/api/v1/pods").raise_for_status().json()["items"]:
            move(api, pod)


def move(api: httpx.Client, pod: Object) -> None:
    """One pod: what is to be deleted goes at once; one that went meanwhile or was changed is looked at again."""
    path = "/api/v1/namespaces/{namespace}/pods/{name}".format_map(pod["metadata"])
    if "deletionTimestamp" in pod["metadata"]:
        answer = api.request("DELETE", path, json={"gracePeriodSeconds": 0})
    elif (following := next_of(pod)) is not None:
        answer = api.patch(f"{path}/status", headers=PATCH, json={"status": following})
    else:
        return
    if answer.status_code not in (404, 409):
        answer.raise_for_status()
