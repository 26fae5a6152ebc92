"""Publishing when there is no proper broker: it ends in time, and says that waiting may help."""

import asyncio

import pytest
from aiokafka.errors import KafkaError

from halobus import publisher
from halobus.outages import is_outage
from halobus.publisher import Publisher, Raw
from halobus.settings import Settings


async def test_a_broker_that_never_answers_ends_a_send_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "SEND_SECONDS", 0.3)
    silent = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sender = Publisher(Settings(kafka_bootstrap_servers=f"127.0.0.1:{port}", mongodb_uri="mongodb://none"), "test")
    async with asyncio.timeout(10):
        with pytest.raises(KafkaError) as caught:
            await sender.send("t", [Raw(b"k", b"v", [])])
    assert is_outage(caught.value)
    await sender.stop()
    silent.set()
    server.close()


async def test_after_the_stop_nothing_is_sent() -> None:
    sender = Publisher(Settings(kafka_bootstrap_servers="127.0.0.1:1", mongodb_uri="mongodb://none"), "test")
    await sender.stop()
    with pytest.raises(KafkaError, match="stopped"):
        await sender.send("t", [Raw(b"k", b"v", [])])
