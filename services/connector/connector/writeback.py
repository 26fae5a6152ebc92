"""A write on its way to Halo: *sending* is stored before Halo is asked, so that whoever comes after knows of it.

After a time-out, a 5xx or a takeover nobody knows whether Halo has it: then, and only when no answer can come any more,
Halo is read and the mark looked for. Found: sent. Absent: posted again, thrice at most. Unclear: needs review. What is
written, and where it is looked for, is a ``Writing``'s to know.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Protocol

from connector import problems
from connector.facts import Announcer
from connector.halo.clean import CleanError, as_row, own_id
from connector.halo.client import Reply
from connector.halo.errors import HaloError
from connector.lookup import NOT_SHOWN
from connector.session import Session
from connector.writeback_rules import ATTEMPTS, After, Found, after
from connector.writeback_store import WriteBackStore
from halobus import log, telemetry
from halobus.runs import Problem, Run

IN_DOUBT = frozenset({"sending", "unknown", "needs_review"})
logger = log.get(__name__)
_GIVE_UP = timedelta(days=1)
"""So long a look is tried while Halo is away."""


@dataclass(frozen=True)
class Search:
    """``found``: Halo's id of what we wrote, or what else the look says; ``n``: the number of Halo's answer."""

    found: int | Found
    n: int


class Writing(Protocol):
    """One write-back of a kind. ``path``: where it is posted. ``beside``: what others share that may look
    like it. ``told``: the fact of its success, None where nobody needs it.
    """

    path: ClassVar[str]
    beside: ClassVar[str]
    told: ClassVar[str | None]
    words: ClassVar[problems.Words]

    async def row(self) -> dict[str, object]:
        """What is posted, with our mark in it."""

    async def look(self, since: timedelta, others: Sequence[Run]) -> Search:
        """Look for it in Halo. ``since``: how long ago it was sent. HaloError where Halo can't be asked."""

    async def result(self, id: int, n: int) -> dict[str, object]:
        """What the run says of its success."""

    async def read_again(self, id: int) -> None:
        """Bring it into the portal; never fails for Halo's sake."""

    def refusal(self, problem: Problem) -> Problem:
        """Halo's refusal, with what we know to say about it."""


@dataclass(frozen=True)
class WriteBack:
    """Takes write-backs of one tenant one step on, one at a time: creates that overlap spoil each other."""

    session: Session
    store: WriteBackStore
    announcer: Announcer
    writing_of: Callable[[Run], Writing]

    async def carry_out(self, run: Run) -> None:
        """The step that the run's state asks for; what ends it is told as a fact where somebody must know."""
        writing = self.writing_of(run)
        parent = telemetry.context_from({"traceparent": run.traceparent or ""})
        with log.bind(tenant=run.tenant, run=run.id), telemetry.span(f"write {writing.words.noun}", context=parent):
            match run.state:
                case "queued":
                    await self._send(run, writing)
                case "sending":
                    # Its holder is gone. Until it is due the post may still be on its way.
                    await self.store.later(run, "unknown", None)
                case _:
                    await self._look(run, writing)

    async def _send(self, run: Run, writing: Writing) -> None:
        settings = self.session.settings
        seconds = settings.halo_write_timeout
        patience = timedelta(seconds=seconds + settings.halo_write_grace)
        row = await writing.row()

        async def ready() -> None:
            await self.store.begin(run, patience)

        try:
            reply = await self.session.client.post(writing.path, [row], ready, seconds)
        except HaloError as error:
            await self._failed(run, writing, error)
            return
        made = _made(reply)
        await (self._sent(run, writing, made, reply.n) if made else self.store.later(run, "unknown", None))

    async def _failed(self, run: Run, writing: Writing, error: HaloError) -> None:
        stamped = run.state == "sending"
        match after(error, stamped):
            case After.LATER:
                if error.kind == "rate_limit":
                    await self.session.spender.budget.refused_by_halo()
                await self.store.later(run, "queued", self._pause(error), undone=stamped)
            case After.UNKNOWN:
                await self.store.later(run, "unknown", None)
            case After.REFUSED:
                await self._end(run, writing, "refused", writing.refusal(error.problem))
        logger.warning("not_written", kind=run.kind, state=run.state, error=error.kind, status=error.status)

    async def _look(self, run: Run, writing: Writing) -> None:
        since = await self.store.since_sent(run)
        try:
            search = await writing.look(since, await self.store.others(run, writing.beside))
        except HaloError as error:
            if error.status in NOT_SHOWN or since > _GIVE_UP or not (error.transient or error.kind == "rate_limit"):
                await self._end(run, writing, "needs_review", problems.in_doubt(writing.words, error.problem))
            else:
                await self.store.later(run, "unknown", self._pause(error))
            return
        await self._judge(run, writing, search)

    def _pause(self, error: HaloError) -> timedelta:
        settings = self.session.settings
        own = settings.halo_window / 10 if error.kind == "rate_limit" else settings.halo_write_grace
        return timedelta(seconds=own if error.retry_after is None else error.retry_after)

    async def _judge(self, run: Run, writing: Writing, search: Search) -> None:
        found, attempts = search.found, run.sending.attempt if run.sending else 0
        logger.info("looked_for", kind=run.kind, attempts=attempts, found=getattr(found, "value", "found"))
        if not isinstance(found, Found):
            await self._sent(run, writing, found, search.n)
        elif found is Found.ABSENT and attempts < ATTEMPTS:
            await self.store.later(run, "queued", timedelta())
        else:
            unclear = found is Found.UNCLEAR
            words = writing.words
            doubt = problems.in_doubt(words) if unclear else problems.never_arrived(words, attempts)
            await self._end(run, writing, "needs_review", doubt)

    async def _sent(self, run: Run, writing: Writing, id: int, n: int) -> None:
        await self._end(run, writing, "sent", None, **await writing.result(id, n))
        await writing.read_again(id)

    async def _end(self, run: Run, writing: Writing, state: str, problem: Problem | None, **result: object) -> None:
        facts = facts_of(run.kind, state) if state != "sent" else [writing.told] if writing.told else []
        now = self.session.clock.now()
        await self.store.store.finish(run, state, facts, now, problem=problem, result=result, due=None)
        await self.announcer.announce(run)


def facts_of(kind: str, state: str) -> list[str]:
    """The facts of an end that somebody should look at, such as ``comment.needs-review``."""
    noun = {"ticket.comment": "comment", "opportunity.create": "opportunity"}[kind]
    return [f"{noun}.{state.replace('_', '-')}"]


def _made(reply: Reply) -> int | None:
    """The id of the row that a post made; None where the answer doesn't tell it."""
    row = reply.data[-1] if isinstance(reply.data, list) and reply.data else reply.data
    try:
        return own_id(as_row(row))
    except CleanError:
        return None
