"""The embedded stack keeps what it is given, leaves nothing running, and is found again."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import AsyncMongoClient

from embedded import choose, jars, process
from embedded.choose import Chosen
from embedded.errors import StackError
from embedded.process import Process
from embedded.stack import Stack
from embedded.state import load, save

TOPIC = "embedded.test"


@pytest.fixture(scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack that these tests may stop and hurt, and leave up."""
    stack = Stack(tmp_path_factory.mktemp("own"), tied=True)
    await asyncio.to_thread(stack.up)
    await make_topic(stack)
    yield stack
    await asyncio.to_thread(stack.down)


async def test_a_restart_keeps_data_and_addresses(own: Stack) -> None:
    await write(own, "kept")
    addresses = own.bootstrap_servers, own.mongodb_uri
    await restart(own)
    assert (own.bootstrap_servers, own.mongodb_uri) == addresses
    assert all("kept" in texts for texts in await read(own))


async def test_a_restart_keeps_data_where_others_took_the_ports(own: Stack) -> None:
    await write(own, "moved")
    await asyncio.to_thread(own.down)
    ports = [node.port for node in own.state.members]
    async with AsyncExitStack() as others:
        for port in ports:
            await others.enter_async_context(await asyncio.start_server(hang_up, "127.0.0.1", port))
        await asyncio.to_thread(own.up)
    assert not {node.port for node in own.state.members} & set(ports)
    assert all("moved" in texts for texts in await read(own))


async def test_what_a_killed_run_left_behind_is_replaced(tmp_path: Path) -> None:
    left = await asyncio.to_thread(Stack(tmp_path).up)
    await make_topic(left)
    await write(left, "before")
    save(tmp_path, left.state.model_copy(update={"owner": Process(1, "long ago")}))
    found = await asyncio.to_thread(Stack(tmp_path, tied=True).up)
    try:
        assert not any(process.alive(old) for old in left.state.processes)
        assert await read(found) == (["before"], ["before"])
    finally:
        await asyncio.to_thread(found.down)


async def test_two_run_side_by_side(own: Stack, stack: Chosen) -> None:
    await write(own, "mine")
    assert own.bootstrap_servers != stack.bootstrap_servers
    assert own.mongodb_uri != stack.mongodb_uri
    async with AsyncMongoClient[dict[str, str]](stack.mongodb_uri) as other:
        assert await other.embedded.marks.count_documents({}) == 0


async def test_a_second_start_says_who_has_it(own: Stack) -> None:
    with pytest.raises(StackError, match=f"process {os.getpid()} has the stack"):
        await asyncio.to_thread(Stack(own.folder).up)


async def test_a_paused_member_answers_nothing_and_then_goes_on(own: Stack) -> None:
    own.pause("mongod", 0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(write(own, "late"), 0.5)
    own.resume("mongod", 0)
    await write(own, "later")
    assert "later" in (await read(own))[1]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "ended"])
def test_nothing_outlives_the_foreground(tmp_path: Path, end: signal.Signals) -> None:
    command = [sys.executable, "-m", "embedded", "up", "--foreground", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as foreground:
        assert foreground.stdout
        assert b"mongod-0" in foreground.stdout.readline()
        state = load(tmp_path)
        assert state
        assert all(process.alive(member) for member in state.processes)
        foreground.send_signal(end)
    assert process.wait_until_gone(state.processes, 10)


def test_a_recycled_pid_is_left_alone(tmp_path: Path) -> None:
    innocent = process.spawn(["sleep", "60"], tmp_path / "log")
    recycled = Process(innocent.pid, "another time")
    process.stop([recycled])
    assert process.alive(innocent)
    process.kill([innocent])
    assert not process.alive(innocent)


def test_a_changed_jar_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, *_ = jars.locked_sums()
    monkeypatch.setattr(jars, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(jars, "download", jars_of_others)
    with pytest.raises(StackError, match=f"{re.escape(name)} is not the file"):
        jars.kafka_jars()


def test_the_choice_needs_both_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "broker:9092")
    monkeypatch.delenv("MONGODB_URI", raising=False)
    with pytest.raises(StackError, match="set both or none"):
        choose.choose(tmp_path)
    monkeypatch.setenv("MONGODB_URI", "mongodb://host")
    assert choose.choose(tmp_path) == choose.Existing("broker:9092", "mongodb://host")


@pytest.mark.slow
async def test_of_three_nodes_one_may_die(tmp_path: Path) -> None:
    three = await asyncio.to_thread(Stack(tmp_path, 3, tied=True).up)
    try:
        await make_topic(three, copies=3)
        await write(three, "all")
        three.kill("kafka", 0)
        three.kill("mongod", 0)
        await write(three, "two")
        await asyncio.gather(asyncio.to_thread(three.start, "kafka", 0), asyncio.to_thread(three.start, "mongod", 0))
        assert three.is_up()
        assert await read(three) == (["all", "two"], ["all", "two"])
    finally:
        await asyncio.to_thread(three.down)


def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def jars_of_others(missing: list[str], scratch: Path) -> list[Path]:
    others = [scratch / str(number) for number, _ in enumerate(missing)]
    for jar in others:
        jar.write_text("not Kafka")
    return others


async def restart(stack: Stack) -> None:
    await asyncio.to_thread(stack.down)
    assert not stack.state.processes
    await asyncio.to_thread(stack.up)


async def write(stack: Chosen, text: str) -> None:
    """One record and one document, acknowledged by all and by the majority."""
    async with AIOKafkaProducer(bootstrap_servers=stack.bootstrap_servers, acks="all") as producer:
        await producer.send_and_wait(TOPIC, text.encode())
    async with AsyncMongoClient[dict[str, str]](stack.mongodb_uri, w="majority") as client:
        await client.embedded.marks.insert_one({"text": text})


async def make_topic(stack: Chosen, copies: int = 1) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=copies)])
    finally:
        await admin.close()


async def read(stack: Chosen) -> tuple[list[str], list[str]]:
    """All records and all documents, as written."""
    async with AsyncMongoClient[dict[str, str]](stack.mongodb_uri) as client:
        documents = [document["text"] async for document in client.embedded.marks.find().sort("_id")]
    async with AIOKafkaConsumer(
        TOPIC, bootstrap_servers=stack.bootstrap_servers, auto_offset_reset="earliest"
    ) as consumer:
        records = [(await consumer.getone()).value.decode() for _ in documents]
    return records, documents
