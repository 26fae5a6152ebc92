"""The embedded stack: brokers and mongods started, found again, stopped, and hurt on purpose."""

import atexit
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from embedded import kafka, mongo, process
from embedded.errors import StackError
from embedded.guard import Guard
from embedded.jars import kafka_jars
from embedded.ports import answers
from embedded.process import Process
from embedded.secured import Secured
from embedded.state import Kind, Node, State, assign_ports, load, locked, new_state, save
from embedded.waiting import wait_until


class Stack:
    """Kafka and MongoDB of one data folder.

    `folder` holds the data, `logs/` and `stack.json`. `nodes` is 1 or 3 brokers and as many mongods; None takes what
    the folder has, else 1. A `tied` stack does not outlive this process, however this process ends; one that is not
    stays up until `down`. A `secured` one asks everybody who he is, and tells by its addresses who may do all.

    All methods block, for seconds at most; from a coroutine call them by `asyncio.to_thread`. All raise StackError.
    """

    def __init__(
        self, folder: Path, nodes: int | None = None, *, tied: bool = False, secured: Secured | None = None
    ) -> None:
        self.folder = folder.absolute()
        self.secured = secured
        self._nodes = nodes
        self._tied = tied
        self._guard: Guard | None = None
        self._state: State | None = None
        self._saving = threading.Lock()  # members are launched by threads

    @property
    def state(self) -> State:
        """The members as last written to the folder; raises StackError where there never was a stack."""
        self._state = self._state or load(self.folder)
        if self._state is None:
            raise StackError(f"no stack in {self.folder}: start one with `make up`")
        return self._state

    @property
    def bootstrap_servers(self) -> str:
        """Kafka's addresses: `127.0.0.1:port`, by commas."""
        return kafka.bootstrap_servers(self.state)

    @property
    def mongodb_uri(self) -> str:
        """`mongodb://…/?replicaSet=rs0`, without a database."""
        return mongo.mongodb_uri(self.state, self.secured)

    def is_up(self) -> bool:
        """Whether all members run."""
        state = self.state
        return len(state.running("kafka")) == len(state.running("mongod")) == state.nodes

    def log(self, node: Node) -> Path:
        return self.folder / "logs" / f"{node.name}.log"

    # --- the whole stack ---

    def up(self) -> "Stack":
        """Start what does not run yet and wait until it serves; what a killed run left behind is replaced."""
        with locked(self.folder):
            self._state = self._loaded()
            if self._is_in_use():
                return self
            process.stop(self.state.processes)
            try:
                self._start_all()
            except BaseException:  # Ctrl-C too: a half-started stack is of no use to anybody
                self._stop_all()
                raise
        return self

    def down(self) -> None:
        """Stop all members; the data stays. Nothing happens where nothing runs."""
        with locked(self.folder):
            self._state = load(self.folder)
            if self._state:
                self._stop_all()

    def close(self) -> None:
        """The same as `down`: what `embedded.choose` promises."""
        self.down()

    def _loaded(self) -> State:
        state = load(self.folder) or new_state(self._nodes or 1)
        if self._nodes not in (None, state.nodes):
            raise StackError(
                f"{self.folder} holds {state.nodes} node(s), not {self._nodes}: remove it, or name another"
            )
        return state

    def _is_in_use(self) -> bool:
        """Whether it is up for good already; raises StackError where that forbids what was asked."""
        owner = self.state.owner
        if owner and process.alive(owner):
            raise StackError(f"process {owner.pid} has the stack in {self.folder}: end it, or name another folder")
        up = owner is None and self.is_up()
        if up and self._tied:
            raise StackError(f"the stack in {self.folder} is up already: use it, or stop it with `make down`")
        return up

    def _start_all(self) -> None:
        (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        if self._tied:
            self._guard = Guard()
            atexit.register(self.down)
        self.state.owner = process.current() if self._tied else None
        assign_ports(self.state)
        with ThreadPoolExecutor() as pool:
            # mongod comes first: it starts while Kafka's folder is formatted and its jars are checked.
            list(pool.map(self._launch, self.state.of("mongod")))
            served = pool.submit(self._wait_for, self.state.of("mongod"))
            kafka_jars()  # fetched once, before three want them
            list(pool.map(self._launch, self.state.of("kafka")))
            self._wait_for(self.state.of("kafka"))
            served.result()

    def _stop_all(self) -> None:
        process.stop(self.state.processes)
        for node in self.state.members:
            node.process = None
        self.state.owner = None
        save(self.folder, self.state)
        atexit.unregister(self.down)
        if self._guard:
            self._guard.close()
            self._guard = None

    # --- one member ---

    def kill(self, kind: Kind, index: int) -> None:
        """End a member by SIGKILL, as a power cut would."""
        process.kill([self._running(kind, index)])

    def start(self, kind: Kind, index: int) -> None:
        """Start a killed member on its old port and data, and wait until it serves among those that run."""
        node = self.state.of(kind)[index]
        self._launch(node)
        self._wait_for([node])

    def pause(self, kind: Kind, index: int) -> None:
        """Freeze a member: it keeps its connections and answers nothing."""
        process.send(self._running(kind, index), signal.SIGSTOP)

    def resume(self, kind: Kind, index: int) -> None:
        """Let a frozen member go on, as if nothing had happened."""
        process.send(self._running(kind, index), signal.SIGCONT)

    def _running(self, kind: Kind, index: int) -> Process:
        found = self.state.of(kind)[index].process
        if found is None or not process.alive(found):
            raise StackError(f"{kind}-{index} does not run")
        return found

    def _launch(self, node: Node) -> None:
        command = self._command(node)
        with self._saving:
            node.process = process.spawn(command, self.log(node))
            save(self.folder, self.state)
            if self._guard:
                self._guard.watch(node.process)

    def _command(self, node: Node) -> list[str]:
        folder = self.folder / node.name
        if node.kind == "mongod":
            return mongo.command(node, folder, self.secured)
        jars = kafka_jars()
        kafka.prepare(self.state, node, folder, jars, self.secured)
        return kafka.command(folder, jars)

    def _wait_for(self, nodes: list[Node]) -> None:
        """Wait until each answers, then until they have found each other."""
        for node in nodes:
            self._wait_until_answering(node)
        kind, last = nodes[-1].kind, nodes[-1]
        ready = kafka.is_ready if kind == "kafka" else mongo.is_ready
        with ThreadPoolExecutor(1) as thread:  # a thread without an event loop, whoever calls
            served = partial(ready, self.state, self.secured)
            thread.submit(wait_until, served, kind, _process(last), self.log(last)).result()

    def _wait_until_answering(self, node: Node) -> None:
        wait_until(lambda: answers(node.port), node.name, _process(node), self.log(node))


def _process(node: Node) -> Process:
    if node.process is None:
        raise StackError(f"{node.name} was not started")
    return node.process
