"""mongo nodes: of three mongods the primary is stepped down, then killed, and then the majority is away."""

import asyncio

from chaos.nodes import NODES, Scene, struck
from chaos.row import Ground, Row
from halobus import store


async def mongo_nodes(ground: Ground, full: bool) -> Row:
    seconds = 30 if full else 4

    async def majority_away(scene: Scene) -> None:
        lost = [index for index in range(NODES) if index != await primary(scene)]
        await scene.hurt("kill", "mongod", *lost)
        await asyncio.sleep(seconds)
        await scene.hurt("start", "mongod", *lost)

    away = {f"the majority away for {seconds} s": majority_away}
    if not full:
        return await struck(ground, "mongo nodes", {"the primary killed": primary_killed}, full=False)
    blows = {"the primary stepped down": stepped_down, "the primary killed": primary_killed, **away}
    return await struck(ground, "mongo nodes", blows, full=True)


async def stepped_down(scene: Scene) -> None:
    """As in an upgrade."""
    await scene.it.database.client.admin.command({"replSetStepDown": 10, "force": True})


async def primary_killed(scene: Scene) -> None:
    """It comes back when the others have long elected another one."""
    killed = await primary(scene)
    await scene.hurt("kill", "mongod", killed)
    await store.ping(scene.it.database)
    await scene.hurt("start", "mongod", killed)


async def primary(scene: Scene) -> int:
    """Which mongod leads the set."""
    hello = await scene.it.database.client.admin.command("hello")
    ports = [node.port for node in scene.stack.state.of("mongod")]
    return ports.index(int(str(hello["primary"]).rpartition(":")[2]))
