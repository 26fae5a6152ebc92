"""``halobus lag``: how far every consumer group has read."""

import asyncio
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.live import Live

from halobus import topics
from halobus.cli_output import as_json, in_terminal, show, table
from halobus.lag import Lag, OffsetReader, names
from halobus.settings import Settings

WATCH_SECONDS = 2.0

Row = dict[str, Any]


async def lag(settings: Settings, *, watch: bool) -> None:
    """Print all groups' lag by topic and partition; with ``watch`` again and again until Ctrl-C."""
    offsets = OffsetReader(settings)
    try:
        if not watch:
            show(await rows(offsets, settings), "no consumer groups")
        elif in_terminal():
            await _watch(offsets, settings)
        else:
            while True:
                as_json(await rows(offsets, settings))
                await asyncio.sleep(WATCH_SECONDS)
    finally:
        await offsets.close()


async def rows(offsets: OffsetReader, settings: Settings) -> list[Row]:
    """One row a group and partition. ``committed`` is None for a group that never committed: all is lag."""
    found: list[Row] = []
    for group, topic in (pair for each in topics.SOURCES for pair in names(settings, each)):
        members = await offsets.members(group)
        found.extend(_row(each, members) for each in await offsets.lags(group, topic))
    return found


def _row(lag: Lag, members: int) -> Row:
    return {
        "group": lag.group,
        "topic": lag.topic,
        "partition": lag.partition,
        "committed": lag.progress.committed if lag.progress.started else None,
        "end": lag.progress.end,
        "lag": lag.progress.lag,
        "seconds": round(lag.seconds, 1),
        "members": members,
    }


def by_topic(found: Sequence[Row]) -> list[Row]:
    """One row a group and topic, which fits a terminal: a live view can't be scrolled. The partitions' lag is summed,
    ``seconds`` is that of the one furthest behind.
    """
    seen: dict[tuple[str, str], Row] = {}
    for row in found:
        new = {"group": row["group"], "topic": row["topic"], "partitions": 0, "lag": 0, "seconds": 0.0, "members": 0}
        sums = seen.setdefault((row["group"], row["topic"]), new)
        sums["partitions"] += 1
        sums["lag"] += row["lag"]
        sums["seconds"] = max(sums["seconds"], row["seconds"])
        sums["members"] = row["members"]
    return list(seen.values())


async def _watch(offsets: OffsetReader, settings: Settings) -> None:
    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            live.update(table(by_topic(await rows(offsets, settings))), refresh=True)
            await asyncio.sleep(WATCH_SECONDS)
