"""``halobus lag``: how far every consumer group has read."""

import asyncio
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from halobus import topics
from halobus.cli_output import as_json, in_terminal, span, table
from halobus.lag import Lag, OffsetReader, names
from halobus.settings import Settings

WATCH_SECONDS = 2.0
LATE_SECONDS = 300.0
"""From here on HalobusLagHigh fires."""

Row = dict[str, Any]


async def lag(settings: Settings, *, watch: bool) -> None:
    """Print all groups' lag; with ``watch`` again and again until Ctrl-C. A person gets it by topic, and below that the
    partitions that are behind; a script gets every partition.
    """
    offsets = OffsetReader(settings)
    try:
        if in_terminal():
            await (_watch(offsets, settings) if watch else _tell(await rows(offsets, settings)))
        elif not watch:
            as_json(await rows(offsets, settings))
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
    """One row a group and topic, which fits a terminal: a live view can't be scrolled. The partitions' offsets are
    summed, ``seconds`` is that of the one furthest behind.
    """
    seen: dict[tuple[str, str], Row] = {}
    for row in found:
        none = {"partitions": 0, "lag": 0, "seconds": 0.0, "committed": 0}
        sums = seen.setdefault((row["group"], row["topic"]), {"group": row["group"], "topic": row["topic"], **none})
        sums["partitions"] += 1
        sums["lag"] += row["lag"]
        sums["seconds"] = max(sums["seconds"], row["seconds"])
        sums["committed"] += row["committed"] or 0
        sums["members"] = row["members"]
    return list(seen.values())


def told(found: Sequence[Row]) -> Table:
    """Rows as a person reads them: time spans in words, red where somebody has to do something."""
    return table([{_NAMES.get(name, name): _marked(name, value) for name, value in row.items()} for row in found])


_NAMES = {"seconds": "behind"}


def _marked(name: str, value: Any) -> Any:
    if name == "seconds":
        return Text(span(value), "red" if value > LATE_SECONDS else "yellow" if value else "")
    return Text("0", "red", justify="right") if name == "members" and not value else value


async def _tell(found: Sequence[Row]) -> None:
    Console().print(told(by_topic(found)))
    if behind := [row for row in found if row["lag"]]:
        Console().print("\nBehind, by partition:", told(behind), sep="\n")


async def _watch(offsets: OffsetReader, settings: Settings) -> None:
    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            live.update(told(by_topic(await rows(offsets, settings))), refresh=True)
            await asyncio.sleep(WATCH_SECONDS)
