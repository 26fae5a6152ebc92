"""kafka nodes: of three brokers one is killed, and another one paused, which keeps its connections and says nothing."""

import asyncio

from chaos.nodes import Scene, struck
from chaos.row import Ground, Row


async def kafka_nodes(ground: Ground, full: bool) -> Row:
    seconds = 10 if full else 2

    async def killed(scene: Scene) -> None:
        await scene.hurt("kill", "kafka", 0)
        await asyncio.sleep(seconds)
        await scene.hurt("start", "kafka", 0)

    blows = {f"a broker killed for {seconds} s": killed}
    if full:
        blows["a broker paused for 20 s"] = paused
    return await struck(ground, "kafka nodes", blows, full=full)


async def paused(scene: Scene) -> None:
    """For longer than clients and brokers wait for one another: the time is the blow, so it is not shortened."""
    await scene.hurt("pause", "kafka", 1)
    try:
        await asyncio.sleep(20)
    finally:
        await scene.hurt("resume", "kafka", 1)
