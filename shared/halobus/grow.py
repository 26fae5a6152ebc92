"""More partitions than declared, for a deployment that has more to do: ``halobus migrate --partitions TOPIC=N``.

It may be done while everything runs. A record's order is its version, not its place, so a key whose records lie in two
partitions ends as its newest. Commands and facts go on using the partitions that are declared, so replays and producers
still agree where a tenant's are. Consumers find new partitions within 5 s and read each from its beginning.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiokafka.admin import NewPartitions
from aiokafka.errors import KafkaTimeoutError, for_code

from halobus import cluster
from halobus.lag import OffsetReader
from halobus.settings import Settings
from halobus.topics import Topic

_PAUSE = 0.1
_LOOKS = 100


async def grow(settings: Settings, wanted: Mapping[Topic, int]) -> list[str]:
    """Raise topics to so many partitions and say each; empty where they have as many or more. Returns once it shows."""
    offsets = OffsetReader(settings)
    try:
        admin = await offsets.admin()
        names = {f"{settings.topic_prefix}{topic.name}": n for topic, n in wanted.items()}
        found = {each.name: each.partitions for each in await cluster.describe(admin, list(names))}
        fewer = {name: n for name, n in names.items() if found.get(name, 0) < n}
        for name, n in fewer.items():
            await _raise(admin, name, n)
        await _shown(admin, fewer)
    finally:
        await offsets.close()
    return [f"topic {name}: raised from {found[name]} to {n} partitions" for name, n in fewer.items()]


async def _raise(admin: Any, name: str, n: int) -> None:
    """KafkaError where the broker refuses, such as for a topic that is missing."""
    response = await admin.create_partitions({name: NewPartitions(n)})
    for refused, code, message in response.topic_errors:
        if code:
            raise for_code(code)(f"{refused}: {message}")


async def _shown(admin: Any, names: Mapping[str, int]) -> None:
    for _ in range(_LOOKS):
        found = {each.name: each.partitions for each in await cluster.describe(admin, list(names))}
        if all(found.get(name, 0) >= n for name, n in names.items()):
            return
        await asyncio.sleep(_PAUSE)
    raise KafkaTimeoutError("the brokers don't show the new partitions yet: run it again")
