"""What a stack knows of itself between two commands: `stack.json` in its data folder."""

import fcntl
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from embedded.ports import free_port, is_free
from embedded.process import Process, alive

Kind = Literal["kafka", "mongod"]


class Node(BaseModel):
    """One broker (with its controller) or one mongod; ports on 127.0.0.1."""

    kind: Kind
    index: int
    port: int
    controller_port: int = 0  # Kafka's only
    process: Process | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.index}"


class State(BaseModel):
    """A stack's members and who holds it: `owner` is the process that its members shall not outlive, if any."""

    cluster_id: str
    members: list[Node]
    owner: Process | None = None

    def of(self, kind: Kind) -> list[Node]:
        return [node for node in self.members if node.kind == kind]

    def running(self, kind: Kind) -> list[Node]:
        return [node for node in self.of(kind) if node.process and alive(node.process)]

    @property
    def nodes(self) -> int:
        return len(self.of("kafka"))

    @property
    def processes(self) -> list[Process]:
        return [node.process for node in self.members if node.process]


def new_state(nodes: int) -> State:
    """A state of `nodes` brokers and as many mongods, none running, without ports."""
    # 16 bytes as base64, the first one fixed: Kafka's tools take an id that begins with a dash for an option.
    cluster_id = urlsafe_b64encode(b"H" + secrets.token_bytes(15)).decode().rstrip("=")
    kinds: tuple[Kind, ...] = ("mongod", "kafka")
    return State(cluster_id=cluster_id, members=[Node(kind=k, index=i, port=0) for k in kinds for i in range(nodes)])


def assign_ports(state: State) -> None:
    """Keep each port that is still free, so that addresses survive a restart; replace the others."""
    taken = {port for node in state.members for port in (node.port, node.controller_port) if port}
    for node in state.members:
        node.port = node.port if node.port and is_free(node.port) else free_port(taken)
        if node.kind == "kafka" and not (node.controller_port and is_free(node.controller_port)):
            node.controller_port = free_port(taken)


def load(folder: Path) -> State | None:
    """The state of the stack in `folder`, or None where there never was one."""
    file = folder / "stack.json"
    return State.model_validate_json(file.read_bytes()) if file.exists() else None


def save(folder: Path, state: State) -> None:
    """Replace the file in one step: a reader sees the old or the new."""
    draft = folder / "stack.json.new"
    draft.write_text(state.model_dump_json(indent=2))
    draft.replace(folder / "stack.json")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one command at a time changes the stack in `folder`; another waits here."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
