"""A comment on its way to Halo: *sending* is stored before Halo is asked, so that whoever comes after knows of it.

After a time-out, a 5xx or a takeover nobody knows whether Halo has it: then, and only when no answer can come any more,
the ticket is read and the mark looked for. Found: sent. Absent: posted again, thrice at most. Unclear: needs review.
"""

from dataclasses import dataclass
from datetime import timedelta

from connector import problems
from connector.actions import Actions, read_actions
from connector.facts import Announcer
from connector.halo.clean import CleanError, as_row, own_id
from connector.halo.clean_action import marked
from connector.halo.client import Reply
from connector.halo.errors import HaloError
from connector.lookup import NOT_SHOWN
from connector.refresh import Refreshing
from connector.session import Session
from connector.writeback_rules import ATTEMPTS, After, Found, Sent, after, find
from connector.writeback_store import WriteBackStore
from halobus import log, telemetry
from halobus.commands import COMMAND, CommentOnTicket
from halobus.runs import Problem, Run

_IN_DOUBT = frozenset({"sending", "unknown", "needs_review"})
logger = log.get(__name__)
_GIVE_UP = timedelta(days=1)
"""So long a look is tried while Halo is away."""


@dataclass(frozen=True)
class WriteBack:
    """Takes write-backs of one tenant one step on, one at a time: creates that overlap spoil each other."""

    session: Session
    store: WriteBackStore
    announcer: Announcer
    refreshing: Refreshing

    async def carry_out(self, run: Run) -> None:
        """The step that the run's state asks for; what ends it is told as a fact where somebody must know."""
        command = COMMAND.validate_python(run.command)
        assert isinstance(command, CommentOnTicket)
        parent = telemetry.context_from({"traceparent": run.traceparent or ""})
        with log.bind(tenant=run.tenant, run=run.id), telemetry.span("write comment", context=parent):
            match run.state:
                case "queued":
                    await self._send(run, command)
                case "sending":
                    # Its holder is gone. Until it is due the post may still be on its way.
                    await self.store.later(run, "unknown", None)
                case _:
                    await self._look(run, command)

    async def _send(self, run: Run, command: CommentOnTicket) -> None:
        settings = self.session.settings
        seconds = settings.halo_write_timeout
        patience = timedelta(seconds=seconds + settings.halo_write_grace)

        async def ready() -> None:
            await self.store.begin(run, patience)

        try:
            reply = await self.session.client.post("Actions", [_row(run, command)], ready, seconds)
            action = _made(reply)
        except HaloError as error:
            await self._failed(run, error)
        else:
            await (self._sent(run, command, action, reply.n) if action else self.store.later(run, "unknown", None))

    async def _failed(self, run: Run, error: HaloError) -> None:
        stamped = run.state == "sending"
        match after(error, stamped):
            case After.LATER:
                if error.kind == "rate_limit":
                    await self.session.spender.budget.refused_by_halo()
                await self.store.later(run, "queued", self._pause(error), undone=stamped)
            case After.UNKNOWN:
                await self.store.later(run, "unknown", None)
            case After.REFUSED:
                await self._end(run, "refused", error.problem)
        logger.warning("comment_not_sent", state=run.state, kind=error.kind, status=error.status)

    async def _look(self, run: Run, command: CommentOnTicket) -> None:
        since = await self.store.since_sent(run)
        try:
            actions = await read_actions(self.session, command.ticket_id, private=True, interactive=True)
        except HaloError as error:
            if error.status in NOT_SHOWN or since > _GIVE_UP or not (error.transient or error.kind == "rate_limit"):
                await self._end(run, "needs_review", problems.comment_in_doubt(error.problem))
            else:
                await self.store.later(run, "unknown", self._pause(error))
            return
        await self._judge(run, command, actions, since)

    def _pause(self, error: HaloError) -> timedelta:
        settings = self.session.settings
        own = settings.halo_window / 10 if error.kind == "rate_limit" else settings.halo_write_grace
        return timedelta(seconds=own if error.retry_after is None else error.retry_after)

    async def _judge(self, run: Run, command: CommentOnTicket, actions: Actions, since: timedelta) -> None:
        others = await self.store.others(run)
        known = {other.result["action_id"] for other in others if "action_id" in other.result}
        rival = any(_alike(other, command) and other.state in _IN_DOUBT for other in others)
        at = (actions.date or self.session.clock.now()) - since
        found = find(Sent(run.id, command.text, command.author, at), actions, known, rival)
        attempts = run.sending.attempt if run.sending else 0
        logger.info("comment_looked_for", attempts=attempts, found=getattr(found, "value", "found"))
        if not isinstance(found, Found):
            await self._sent(run, command, found.id, actions.n)
        elif found is Found.ABSENT and attempts < ATTEMPTS:
            await self.store.later(run, "queued", timedelta())
        else:
            doubt = problems.comment_in_doubt() if found is Found.UNCLEAR else problems.comment_never_arrived(attempts)
            await self._end(run, "needs_review", doubt)

    async def _sent(self, run: Run, command: CommentOnTicket, action: int, n: int) -> None:
        generation = await self.refreshing.generation(run.tenant)
        result = {"action_id": action, "version": self.session.version(generation, n)}
        await self._end(run, "sent", None, **result)
        await self.refreshing.after_comment(run, command.ticket_id)

    async def _end(self, run: Run, state: str, problem: Problem | None, **result: object) -> None:
        facts = [] if state == "sent" else [f"comment.{state.replace('_', '-')}"]
        now = self.session.clock.now()
        await self.store.store.finish(run, state, facts, now, problem=problem, result=result, due=None)
        await self.announcer.announce(run)


def _row(run: Run, command: CommentOnTicket) -> dict[str, object]:
    """The action as Halo takes it: for the client to see, under its author's name."""
    return {
        "ticket_id": command.ticket_id,
        "outcome_id": command.outcome_id,
        "note": command.text,
        "note_html": marked(command.text, run.id),
        "who": command.author,
        "hiddenfromuser": False,
        **({"new_status": command.new_status} if command.new_status is not None else {}),
    }


def _made(reply: Reply) -> int | None:
    """The id of the action that a post made; None where the answer doesn't tell it."""
    row = reply.data[-1] if isinstance(reply.data, list) and reply.data else reply.data
    try:
        return own_id(as_row(row))
    except CleanError:
        return None


def _alike(other: Run, command: CommentOnTicket) -> bool:
    return (other.command.get("text"), other.command.get("author")) == (command.text, command.author)
