"""How many tickets does Halo hold of a scope? One cheap request a question, for an admin who is still deciding."""

from typing import Any

from connector.halo.errors import HaloError
from connector.halo.listing import rows
from connector.knowledge import Knowledge
from connector.session import Session
from connector.source import Tickets, paging
from halobus.commands import ScopeQuestion
from halobus.runs import Read
from halobus.scope import Scope
from halobus.streams import StreamName


async def count(session: Session, knowledge: Knowledge, questions: list[ScopeQuestion]) -> dict[str, Any]:
    """What the run's ``result`` says: ``counts`` in the questions' order, None where Halo does not tell."""
    return {"counts": [await _count(session, knowledge, question) for question in questions]}


async def _count(session: Session, knowledge: Knowledge, question: ScopeQuestion) -> int | None:
    teams = None if question.teams is None else frozenset(question.teams)
    scope = Scope(teams, frozenset(question.excluded_statuses))
    statuses = knowledge.wanted_statuses(scope)
    if (scope.excluded_statuses and statuses is None) or question.teams == []:
        return None if question.teams != [] else 0
    read = Read(stream=StreamName.TICKETS, kind="full", teams=question.teams, statuses=statuses)
    source = Tickets(session.zone, knowledge)
    try:
        reply = await session.get(source.path, paging(source.filters(read), 1, 1), interactive=True)
    except HaloError as error:
        if error.problem.kind != "rate_limit":
            raise
        return None
    return rows(reply.data, source.key)[1]
