"""``halobus dlq list``: how many dead letters lie where, whose they are and for what reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from halobus import dlq_marks
from halobus.cli_output import in_terminal, show
from halobus.dlq_erased import erased_letters
from halobus.dlq_letters import Letter, pile
from halobus.settings import Settings
from halobus.store import Database
from halobus.topics import Topic

TENANTS_SHOWN = 5


@dataclass
class Heap:
    """The letters of one topic, group and class of reason. ``waiting``: neither replayed nor erased."""

    letters: int = 0
    waiting: int = 0
    tenants: set[str] = field(default_factory=set)
    times: list[datetime] = field(default_factory=list)
    """The oldest and the newest."""

    def add(self, letter: Letter, *, waiting: bool) -> None:
        """Count one letter more."""
        self.letters += 1
        self.waiting += waiting
        self.tenants |= {letter.tenant} if letter.tenant else set()
        self.times = [min(*self.times, letter.at), max(*self.times, letter.at)] if self.times else [letter.at] * 2


async def list_letters(settings: Settings, database: Database, of: Sequence[Topic]) -> None:
    """Print a row for each topic, group and class of reason."""
    show([row for topic in of for row in await rows(settings, database, topic)], "no dead letters")


async def rows(settings: Settings, database: Database, topic: Topic) -> list[dict[str, Any]]:
    """One row a group and class of reason, the largest first."""
    heaps: dict[tuple[str, str], Heap] = {}
    async with pile(settings, topic) as letters:
        async for batch in letters.batches():
            settled = await dlq_marks.replayed(database, batch) | await erased_letters(database, batch)
            for letter in batch:
                heap = heaps.setdefault((letter.group or "unknown", letter.reason), Heap())
                heap.add(letter, waiting=letter.id not in settled)
    ordered = sorted(heaps.items(), key=lambda pair: (-pair[1].letters, pair[0]))
    return [_row(topic, group, reason, heap) for (group, reason), heap in ordered]


def _row(topic: Topic, group: str, reason: str, heap: Heap) -> dict[str, Any]:
    oldest, newest = (time.isoformat(timespec="seconds") for time in heap.times)
    return {
        "topic": topic.dead_letters.name,
        "group": group,
        "reason": reason,
        "letters": heap.letters,
        "waiting": heap.waiting,
        "tenants": _few(sorted(heap.tenants)) if in_terminal() else sorted(heap.tenants),
        "oldest": oldest,
        "newest": newest,
    }


def _few(tenants: Sequence[str]) -> str:
    more = len(tenants) - TENANTS_SHOWN
    return ", ".join([*tenants[:TENANTS_SHOWN], *([f"and {more} more"] if more > 0 else [])])
