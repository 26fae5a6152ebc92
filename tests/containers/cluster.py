"""A Kubernetes of a test's own: etcd, API server, controllers and scheduler are real, the nodes are simulated."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from containers.control_plane import FOLLOWERS, api_server_command, etcd_command, follower_command, write_access
from containers.kubelet import simulated
from embedded import process
from embedded.ports import free_port
from embedded.waiting import wait_until
from support.outliving import ends_with_us

TOOLS = ("etcd", "kube-apiserver", *FOLLOWERS, "helm", "openssl")
NODES = ("node-a", "node-b")


def missing_tools() -> list[str]:
    """What is not on the PATH."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


@dataclass(frozen=True)
class Cluster:
    """``kubeconfig`` is an administrator's; ``api`` speaks to the API server as the same."""

    kubeconfig: Path
    api: httpx.Client

    def helm(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Helm on this cluster; the caller looks at its exit code."""
        environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig)}
        return subprocess.run(["helm", *arguments], capture_output=True, text=True, env=environment)

    def get(self, path: str) -> dict[str, Any]:
        """One object."""
        return dict(self.api.get(path).raise_for_status().json())

    def items(self, path: str) -> list[dict[str, Any]]:
        """The objects of a list."""
        return list(self.get(path)["items"])

    def create(self, path: str, document: dict[str, Any]) -> None:
        """One object more."""
        self.api.post(path, json=document).raise_for_status()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """All of it until the end; StackError with a component's last lines where it does not come up."""
    taken: set[int] = set()
    etcd, peer, port = (free_port(taken) for _ in range(3))
    server, token = f"https://127.0.0.1:{port}", secrets.token_hex(16)
    kubeconfig = write_access(folder, server, token)
    headers = {"authorization": f"Bearer {token}"}
    with ExitStack() as until_end:
        api = httpx.Client(base_url=server, headers=headers, verify=False, trust_env=False, timeout=30)
        until_end.enter_context(api)
        ready = answering(api, f"http://127.0.0.1:{etcd}/health")
        until_end.enter_context(component(folder, etcd_command(folder, etcd, peer), ready))
        ready = answering(api, "/readyz")
        until_end.enter_context(component(folder, api_server_command(folder, etcd, port), ready))
        for name in FOLLOWERS:
            until_end.enter_context(component(folder, follower_command(folder, name), ready))
        until_end.enter_context(simulated(api, *NODES))
        yield Cluster(kubeconfig, api)


@contextmanager
def component(folder: Path, command: list[str], ready: Callable[[], bool]) -> Iterator[None]:
    """One process of the control plane."""
    log = folder / f"{command[0]}.log"
    started = process.spawn(command, log)
    ends_with_us(started.pid)
    try:
        wait_until(ready, command[0], started, log)
        yield
    finally:
        process.kill([started])  # there is nothing to keep


def answering(http: httpx.Client, address: str) -> Callable[[], bool]:
    """Whether the address answers with success now."""

    def look() -> bool:
        try:
            return http.get(address).is_success
        except httpx.TransportError:
            return False

    return look
