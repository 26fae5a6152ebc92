"""Which dead letters a replay takes, and why it leaves the others. Reads nothing and writes nothing."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from halobus.dlq_letters import Letter
from halobus.mirror import STUB_DAYS
from halobus.streams import BY_TOPIC

MOST_REPLAYS = 3
ERASED = "erased, or of a connection that was left; Kafka deletes it in time"
HEADROOM = 1024
"""Bytes that a replay's own headers and Kafka's framing may add to a record."""


@dataclass(frozen=True)
class Wish:
    """What the operator asks for. ``limit``: letters at most; ``again``: those that failed three replays as well."""

    reason: str | None = None
    tenant: str | None = None
    limit: int = 1000
    again: bool = False

    def matches(self, letter: Letter) -> bool:
        """Whether the letter is asked for."""
        return self.reason in (None, letter.reason) and self.tenant in (None, letter.tenant)


@dataclass
class Plan:
    """Of the letters asked for: ``chosen`` by id, and how many are left. ``kinds``: of the chosen, by group and reason.

    ``done``: replayed by an earlier command; ``beyond``: over the limit; ``refused``: by sentence.
    """

    wish: Wish
    now: datetime
    chosen: set[str] = field(default_factory=set)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    done: int = 0
    beyond: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def consider(self, letters: Iterable[Letter], replayed: Collection[str], erased: Collection[str] = ()) -> None:
        """Take letters in, or count why not. ``replayed``, ``erased``: the ids of those that were."""
        for letter in filter(self.wish.matches, letters):
            if letter.id in replayed:
                self.done += 1
            elif letter.id in erased:
                self.refused[ERASED] += 1
            elif why := refusal(letter, self.now, again=self.wish.again):
                self.refused[why] += 1
            elif len(self.chosen) >= self.wish.limit:
                self.beyond += 1
            else:
                self.chosen.add(letter.id)
                self.kinds[str(letter.group), letter.reason] += 1

    def report(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "chosen": len(self.chosen),
            "by": [{"group": group, "reason": why, "letters": n} for (group, why), n in sorted(self.kinds.items())],
            "replayed_before": self.done,
            "beyond_limit": self.beyond,
            "refused": dict(sorted(self.refused.items())),
        }


def refusal(letter: Letter, now: datetime, *, again: bool) -> str | None:
    """Why a letter must not be replayed, or None."""
    if letter.group not in letter.topic.groups:
        return "no group of this topic rejected it"
    if letter.replays >= MOST_REPLAYS and not again:
        return f"replayed {MOST_REPLAYS} times already, and rejected each time (--again replays it all the same)"
    if _size(letter) > letter.topic.max_bytes - HEADROOM:
        return "too large for its topic"
    if letter.topic.name in BY_TOPIC and not _is_young(letter, now):
        return f"read from Halo more than {_youth(letter).days} days ago, or nobody knows when; the next sync reads it"
    return None


def _size(letter: Letter) -> int:
    record = letter.record
    headers = sum(len(name.encode()) + len(value or b"") for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers


def _youth(letter: Letter) -> timedelta:
    """How old a record may be: older ones could outlive the stub of what was deleted since, and would revive it."""
    return timedelta(days=STUB_DAYS, milliseconds=-letter.topic.retention_ms)


def _is_young(letter: Letter, now: datetime) -> bool:
    try:
        read = datetime.fromisoformat(letter.headers.get("ce_time", ""))
    except ValueError:
        return False
    return now - (read if read.tzinfo else read.replace(tzinfo=UTC)) < _youth(letter)
