import asyncio
from collections.abc import AsyncIterator

import pytest

from chaos.kafka_nodes import kafka_nodes
from chaos.mongo_nodes import mongo_nodes
from chaos.nodes import NODES
from chaos.row import Ground
from embedded.stack import Stack


@pytest.fixture(scope="module")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """Three brokers and three mongods for both tests."""
    folder = tmp_path_factory.mktemp("three")
    stack = Stack(folder / "stack", NODES, tied=True)
    yield Ground(await asyncio.to_thread(stack.up), folder)
    await asyncio.to_thread(stack.down)


async def test_a_killed_primary_costs_no_record(three: Ground) -> None:
    row = await mongo_nodes(three, full=False)
    assert row.held, row


async def test_a_killed_broker_costs_no_record(three: Ground) -> None:
    row = await kafka_nodes(three, full=False)
    assert row.held, row
