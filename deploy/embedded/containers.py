"""The same pair from container images, through testcontainers: STACK=containers."""

import os
import time

import docker.errors
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from embedded.errors import StackError
from embedded.mongo import new_config
from embedded.ports import free_port
from embedded.waiting import PATIENCE

KAFKA_IMAGE = os.environ.get("KAFKA_IMAGE", "apache/kafka:4.3.1")
MONGO_IMAGE = os.environ.get("MONGO_IMAGE", "mongo:8.0")


class Containers:
    """One broker and a replica set of one; removed by `close`."""

    def __init__(self) -> None:
        # Picked before the start: a broker must be told the address under which it is reached.
        taken: set[int] = set()
        self._kafka_port, self._mongo_port = free_port(taken), free_port(taken)
        self._started: list[DockerContainer] = []

    @property
    def bootstrap_servers(self) -> str:
        return f"localhost:{self._kafka_port}"

    @property
    def mongodb_uri(self) -> str:
        """Direct, for inside its container the member of the set has another address."""
        return f"mongodb://localhost:{self._mongo_port}/?directConnection=true"

    def up(self) -> "Containers":
        """Raises StackError where there is no container engine, or an image can't be had."""
        try:
            self._start(kafka_container(self._kafka_port), "Kafka Server started")
            self._start(mongo_container(self._mongo_port), "Waiting for connections")
            self._initiate()
        except docker.errors.DockerException as error:
            self.close()
            raise StackError(f"STACK=containers needs a running container engine and its images: {error}") from error
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        for container in self._started:
            container.stop()
        self._started.clear()

    def _start(self, container: DockerContainer, line: str) -> None:
        waiting = container.waiting_for(LogMessageWaitStrategy(line))
        self._started.append(container)
        waiting.start()

    def _initiate(self) -> None:
        with MongoClient[dict[str, object]](self.mongodb_uri) as client:
            try:
                client.admin.command("replSetInitiate", new_config([{"_id": 0, "host": "localhost:27017"}]))
            except OperationFailure as error:
                raise StackError(f"the container's mongod can't become a replica set: {error}") from error
            deadline = time.monotonic() + PATIENCE
            while not client.admin.command("hello")["isWritablePrimary"]:
                if time.monotonic() > deadline:
                    raise StackError("the container's mongod did not become primary")
                time.sleep(0.05)


def kafka_container(port: int) -> DockerContainer:
    listeners = {
        "KAFKA_LISTENERS": "INTERNAL://:9092,CONTROLLER://:9093,EXTERNAL://:29092",
        "KAFKA_ADVERTISED_LISTENERS": f"INTERNAL://localhost:9092,EXTERNAL://localhost:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,EXTERNAL:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "INTERNAL",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    }
    node = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_MESSAGE_MAX_BYTES": str(6 * 1024 * 1024),
    }
    container = DockerContainer(KAFKA_IMAGE).with_bind_ports(29092, port)
    for name, value in {**listeners, **node}.items():
        container.with_env(name, value)
    return container


def mongo_container(port: int) -> DockerContainer:
    container = DockerContainer(MONGO_IMAGE).with_bind_ports(27017, port)
    return container.with_command("mongod --replSet rs0")  # the image itself has it listen on all addresses
