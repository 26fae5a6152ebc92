"""A Halo PSA that is a peer: it enforces Halo's rules as docs/halo.md has them, and can be told to misbehave."""

from halo_simulator.applications import CLIENT_ID, CLIENT_SECRET, FOREIGN_ID, FOREIGN_SECRET
from halo_simulator.config import Config
from halo_simulator.control import Control
from halo_simulator.running import Running, process, running

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "FOREIGN_ID",
    "FOREIGN_SECRET",
    "Config",
    "Control",
    "Running",
    "process",
    "running",
]
