"""The one choice of a Kafka and a MongoDB, the same for demo, tests and services."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from embedded.errors import StackError


class Chosen(Protocol):
    """A Kafka and a MongoDB to work with; `close` ends what was started for it, and nothing else."""

    @property
    def bootstrap_servers(self) -> str: ...

    @property
    def mongodb_uri(self) -> str: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Existing:
    """Named by the environment, started by somebody else."""

    bootstrap_servers: str
    mongodb_uri: str

    def close(self) -> None:
        """Nothing: they are not ours."""


def choose(folder: Path, nodes: int | None = None) -> Chosen:
    """The existing ones that the environment names, containers, or an embedded stack in `folder` tied to this process.

    Blocks until they serve. Raises StackError: only one of the two is named, STACK is unknown, nothing can be started.
    """
    kafka, mongodb = os.environ.get("KAFKA_BOOTSTRAP_SERVERS"), os.environ.get("MONGODB_URI")
    if kafka and mongodb:
        return Existing(kafka, mongodb)
    if kafka or mongodb:
        raise StackError("KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI go together: set both or none")
    return start(os.environ.get("STACK", "embedded"), folder, nodes)


def start(kind: str, folder: Path, nodes: int | None) -> Chosen:
    if kind == "containers":
        from embedded.containers import Containers  # imported here: most runs never need it

        return Containers().up()
    if kind == "embedded":
        from embedded.stack import Stack

        return Stack(folder, nodes, tied=True).up()
    raise StackError(f"STACK={kind} is unknown: embedded or containers")
