"""The Compose file as its users run it: a project of its own name on free ports, taken down whole."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from embedded.ports import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
PORTS = ("HALOBUS_PORT", "HALO_PORT", "KAFKA_PORT", "MONGO_PORT")


def free_ports() -> dict[str, str]:
    """A free port for each of ``PORTS``."""
    taken: set[int] = set()
    return {name: str(free_port(taken)) for name in PORTS}


def engine_problem() -> str | None:
    """What is missing to run containers here, with the fix, or None."""
    for command, fix in (
        (("docker", "info"), "start a Docker engine, or let this user reach it"),
        (("docker", "compose", "version"), "install the Compose plugin, version 2 or newer"),
    ):
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return f"`{' '.join(command)}` fails: {fix}"
    return None


@dataclass
class Composed:
    """A running project. ``ports``: on 127.0.0.1, by the variable that sets them."""

    project: str = field(default_factory=lambda: f"halobus-test-{secrets.token_hex(3)}")
    ports: dict[str, str] = field(default_factory=free_ports)

    def compose(self, *arguments: str) -> str:
        """``docker compose``; its output. CalledProcessError carries what it said."""
        environment = {**os.environ, **self.ports, "DEMO_SIZE": "small"}
        command = ["docker", "compose", "--project-name", self.project, "--profile", "demo", *arguments]
        done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def inside(self, service: str, *command: str) -> str:
        """A command in a service's container."""
        return self.compose("exec", "-T", service, *command)

    def inspected(self, service: str) -> dict[str, object]:
        """What the engine says of a service's container."""
        container = self.compose("ps", "--all", "--quiet", service).strip()
        [found] = json.loads(subprocess.run(["docker", "inspect", container], check=True, capture_output=True).stdout)
        return dict(found)


@contextmanager
def composed() -> Iterator[Composed]:
    """Build, start, wait until all is healthy; at the end nothing of it is left but the images."""
    it = Composed()
    try:
        it.compose("build", "--quiet", "connector", "halo")  # all services share the one image
        it.compose("up", "--wait", "--wait-timeout", "240")
        yield it
    finally:
        it.compose("down", "--volumes", "--timeout", "20")
