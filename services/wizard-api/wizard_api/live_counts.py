"""Asking Halo how many tickets a scope has: one cheap read a question, at most three, answered if it comes in time."""

from collections.abc import Sequence

from halobus.commands import CountScope, ScopeQuestion
from halobus.decisions import SyncSettings
from wizard_api import outbox
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.context import Wizard
from wizard_api.dedup import Request
from wizard_api.issuing import head_of
from wizard_api.waiting import ended_run

MOST = 3
JOIN_WINDOW = 10
"""Seconds during which the same questions get the same answers."""


async def ask(
    wizard: Wizard, caller: Principal, state: State, questions: Sequence[ScopeQuestion], patience: float
) -> list[int | None]:
    """The counts in the questions' order; None where Halo did not tell within ``patience`` seconds, or can't now."""
    unknown: list[int | None] = [None] * len(questions)
    asked = list(questions)[:MOST]
    if not asked or patience <= 0 or state.tenant.state == "disconnected":
        return unknown
    head = head_of(caller, "scope.count", state.connection, *(each.model_dump_json() for each in asked))
    command = CountScope(**head, connection=state.connection, questions=asked)
    recorded = await outbox.issue(wizard, Request(command, JOIN_WINDOW, state.connection))
    run = await ended_run(wizard, caller.tenant, recorded.id, patience)
    told = run.result.get("counts", []) if run is not None else []
    return [*told, *unknown[len(told) :]]


def of_settings(settings: SyncSettings) -> ScopeQuestion:
    """How many tickets these settings would have synced."""
    teams = None if settings.teams == "all" else settings.teams
    return ScopeQuestion(teams=teams, excluded_statuses=settings.excluded_statuses)
