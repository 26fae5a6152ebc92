"""Writing a comment: an action of its ticket, for the client to see, looked for among the ticket's actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from connector import problems
from connector.actions import read_actions
from connector.halo.clean_action import marked
from connector.refresh import Refreshing
from connector.session import Session
from connector.writeback import IN_DOUBT, Search
from connector.writeback_rules import Found, Sent, find
from halobus.commands import CommentOnTicket
from halobus.runs import Problem, Run
from halobus.streams import StreamName


@dataclass(frozen=True)
class CommentWriting:
    """A ``ticket.comment`` (docs/halo.md, Actions)."""

    path: ClassVar[str] = "Actions"
    beside: ClassVar[str] = "ticket_id"
    told: ClassVar[str | None] = None
    words: ClassVar[problems.Words] = problems.Words("comment", "the ticket", "write it again")

    session: Session
    refreshing: Refreshing
    run: Run
    command: CommentOnTicket

    async def row(self) -> dict[str, object]:
        """The action as Halo takes it: for the client to see, under its author's name."""
        command = self.command
        return {
            "ticket_id": command.ticket_id,
            "outcome_id": command.outcome_id,
            "note": command.text,
            "note_html": marked(command.text, self.run.id),
            "who": command.author,
            "hiddenfromuser": False,
            **({"new_status": command.new_status} if command.new_status is not None else {}),
        }

    async def look(self, since: timedelta, others: Sequence[Run]) -> Search:
        actions = await read_actions(self.session, self.command.ticket_id, private=True, interactive=True)
        known = {other.result["action_id"] for other in others if "action_id" in other.result}
        rival = any(self._alike(other) and other.state in IN_DOUBT for other in others)
        at = (actions.date or self.session.clock.now()) - since
        found = find(Sent(self.run.id, self.command.text, self.command.author, at), actions, known, rival)
        return Search(found if isinstance(found, Found) else found.id, actions.n)

    async def result(self, id: int, n: int) -> dict[str, object]:
        generation = await self.refreshing.generation(self.run.tenant, StreamName.COMMENTS)
        return {"action_id": id, "version": self.session.version(generation, n)}

    async def read_again(self, id: int) -> None:
        await self.refreshing.after_comment(self.run, self.command.ticket_id)

    def refusal(self, problem: Problem) -> Problem:
        return problem

    def _alike(self, other: Run) -> bool:
        return (other.command.get("text"), other.command.get("author")) == (self.command.text, self.command.author)
