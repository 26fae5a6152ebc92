"""Waiting until a read is applied, and proving it: listed = written + unchanged + filtered + stale + dead-lettered.

Offsets are asked first and documents counted after: once the group has passed what the read published, what is still
missing is lost, and the run fails instead of moving the cursor.
"""

import time
from dataclasses import dataclass

from connector.mirrors import Mirrors
from connector.pages import Check
from connector.run_store import RunStore
from halobus.bus import Bus
from halobus.clock import Clock
from halobus.runs import Problem, Read, Run
from halobus.streams import STREAMS

_FIRST_PAUSE, _PAUSE = 0.02, 0.2
"""Seconds between two looks: a page is stored in a few milliseconds, a long queue is not hurried by looking."""
_FEW_DEAD_LETTERS = 20
_DEAD_LETTER_SHARE = 0.1


class ReadFailed(Exception):  # noqa: N818 (an outcome of the read, told to the admin)
    """A read can't be counted as applied; ``problem`` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


@dataclass(frozen=True)
class Settlement:
    """Follows one read after its last page."""

    bus: Bus
    store: RunStore
    mirrors: Mirrors
    clock: Clock
    check: Check

    async def settle(self, run: Run, read: Read) -> None:
        """Return once the sum balances; ReadFailed where records are lost or too many were unreadable."""
        read.state = "applying"
        pause = _FIRST_PAUSE
        while True:
            await self.check()
            pending = await self._pending(read)
            began = time.monotonic()
            read.sums = await self.mirrors.sums(read)
            done = read.sums.applied >= read.listed or not pending
            read.waiting_for = None if done else STREAMS[read.stream].owner
            await self.store.save_read(run, read)
            if done:
                return self._judge(read)
            # Counting a large read must not become the load: rest five times as long as it took.
            await self.clock.sleep(max(pause, 5 * (time.monotonic() - began)))
            pause = min(2 * pause, _PAUSE)

    async def _pending(self, read: Read) -> bool:
        """Whether the owner still has records of the read to consume. A topic that ends below them has lost them."""
        if not read.checkpoint.offsets:
            return False
        stream = STREAMS[read.stream]
        progress = await self.bus.progress(stream.owner, stream.topic)
        return any(
            progress[int(partition)].committed < offset <= progress[int(partition)].end
            for partition, offset in read.checkpoint.offsets.items()
            if int(partition) in progress
        )

    def _judge(self, read: Read) -> None:
        lost = read.listed - read.sums.applied
        if lost > 0:
            raise ReadFailed(_lost(read, lost))
        if read.sums.dead_lettered > max(_FEW_DEAD_LETTERS, read.listed * _DEAD_LETTER_SHARE):
            raise ReadFailed(_unreadable(read))


def _lost(read: Read, lost: int) -> Problem:
    return Problem(
        kind="internal",
        title=f"{lost} of {read.listed} {read.stream} were not stored",
        detail="They were published to Kafka, but the topic no longer holds them or the consumer skipped them.",
        remedy="Nothing is missed: the next sync reads them again. If this repeats, look at `halobus lag`.",
    )


def _unreadable(read: Read) -> Problem:
    return Problem(
        kind="internal",
        title=f"{read.sums.dead_lettered} of {read.listed} {read.stream} could not be read",
        detail="Too many for single bad rows: the rest is stored, these lie on the dead-letter topic.",
        remedy="Look at the reasons in the rejects of this stream; the next sync tries again.",
    )
