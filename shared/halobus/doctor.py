"""``halobus doctor``: what a check finds, and how checks are run so that one that breaks is a finding of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from halobus import redaction
from halobus.outages import is_outage

FIRST = 4
"""Faults of one kind that are told one by one."""
State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True)
class Check:
    """One line. ``found``: what is so; ``remedy``: what to do, empty where all is well. No secret is in either."""

    part: str
    state: State
    found: str
    remedy: str = ""


Look = Callable[[], Awaitable[Sequence[Check]]]


async def examine(part: str, look: Look, remedy: str) -> list[Check]:
    """The look's findings; an error of Kafka or MongoDB in it is one: wrong, with ``remedy``."""
    try:
        return list(await look())
    except Exception as error:  # noqa: BLE001  # whatever it is, the other checks are still wanted
        words = "does not answer" if is_outage(error) else "refuses"
        return [Check(part, "wrong", f"{words}: {type(error).__name__}, {redaction.message(error)}", remedy)]


def judged(part: str, faults: Sequence[str], well: str, remedy: str) -> list[Check]:
    """A line for each fault, or one that says that all is well. Of an empty database or cluster the first few and their
    number are enough.
    """
    told = [*faults[:FIRST], f"and {len(faults) - FIRST} more"] if len(faults) > FIRST + 1 else faults
    return [Check(part, "wrong", fault, remedy) for fault in told] or [Check(part, "ok", well)]
