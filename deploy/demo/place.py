"""Where a run of the demo lives: its folder, its names in Kafka and MongoDB, its ports, and how much data it has."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from demo.errors import DemoError
from embedded.ports import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
SIZES = {"small": 300, "office": 20_000, "medium": 20_000, "large": 500_000}
"""Tickets that the simulated Halo holds. All streams of the first two fit into the first five minutes of its limit."""
SERVICES = ("connector", "sync-ticket", "sync-crm", "importer", "wizard-api")
SIMULATOR = "halo-simulator"
TENANT = "demo"
PREFIX = "halobus-demo"


@dataclass(frozen=True)
class Place:
    """Each run has topics and a database of its own, so that it begins from nothing."""

    size: str
    folder: Path = CHECKOUT / ".stack" / "demo"
    id: str = field(default_factory=lambda: secrets.token_hex(3))
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def database(self) -> str:
        return f"{PREFIX}-{self.id}"

    @property
    def topic_prefix(self) -> str:
        return f"{PREFIX}-{self.id}."

    def url(self, name: str) -> str:
        """The address of a service or of the simulator."""
        return f"http://{self.host(name)}"

    def host(self, name: str) -> str:
        return f"127.0.0.1:{self.ports[name]}"


def chosen() -> Place:
    """A new place, of the size that DEMO_SIZE names; DEMO_FOLDER may name another folder than the checkout's."""
    size = os.environ.get("DEMO_SIZE", "office")
    if size not in SIZES:
        raise DemoError(f"DEMO_SIZE={size} is unknown: {', '.join(SIZES)}")
    folder = Path(os.environ.get("DEMO_FOLDER", CHECKOUT / ".stack" / "demo")).absolute()
    taken: set[int] = set()
    return Place(size, folder, ports={name: free_port(taken) for name in (*SERVICES, SIMULATOR)})
