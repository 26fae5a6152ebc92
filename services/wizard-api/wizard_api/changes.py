"""*Halo changed*: what is new or gone in Halo's lists since the admin last saved, each with one thing to do."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from halobus.commands import ScopeQuestion
from halobus.messages import ReferenceItem
from halobus.store import Session, in_transaction
from wizard_api import audit, halo_changes, live_counts, reference, seen_lists, unmapped
from wizard_api.auth import Principal
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard, Wizard
from wizard_api.halo_changes import Change, Situation
from wizard_api.permissions import Manager, Reader
from wizard_api.waiting import Prefer, seconds

router = APIRouter(prefix=f"{API}/integrations/halo/changes", tags=["changes"])
Key = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Changes(BaseModel):
    """Empty where nothing changed that somebody should decide on."""

    items: list[Change]


class DismissIn(BaseModel):
    """``keys``: of the changes not to be told again. One that is undone in Halo and comes again is news again."""

    model_config = ConfigDict(extra="forbid")

    keys: list[Key] = Field(min_length=1, max_length=200)


@router.get("", summary="What changed in Halo, and what to do about it")
async def show(caller: Reader, wizard: InWizard, prefer: Prefer = None) -> Changes:
    state = await state_of(wizard.database, caller.tenant)
    situation = await _situation(wizard, state)
    patience = seconds(prefer)
    if patience and caller.companies is None:
        situation = await _counted(wizard, caller, state, situation, patience)
    return Changes(items=halo_changes.changes(situation))


@router.post("/dismiss", summary="Don't tell these changes again")
async def dismiss(body: DismissIn, caller: Manager, wizard: InWizard) -> Changes:
    state = await state_of(wizard.database, caller.tenant)
    situation = await _situation(wizard, state)
    undismissed = halo_changes.changes(halo_changes.undismissed(situation))
    current = {change.key for change in undismissed}
    kept = sorted((situation.seen.dismissed | set(body.keys)) & current)
    entry = audit.Entry(
        caller.tenant, caller.subject, "changes.dismissed", "changes", state.connection, after={"keys": body.keys}
    )

    async def work(session: Session) -> None:
        await seen_lists.save(wizard.database, state, {"dismissed": kept}, session)
        await audit.record(wizard.database, session, entry)

    await in_transaction(wizard.database, work)
    return Changes(items=[change for change in undismissed if change.key not in kept])


async def _situation(wizard: Wizard, state: State) -> Situation:
    lists = await reference.load(wizard.database, state, ["teams", "statuses"])
    return Situation(
        state.sync,
        state.tickets,
        state.revisions,
        _by_id(lists.get("teams")),
        _by_id(lists.get("statuses")),
        await seen_lists.load(wizard.database, state),
        await unmapped.held_by_status(wizard.database, state),
        {},
    )


async def _counted(wizard: Wizard, caller: Principal, state: State, found: Situation, patience: float) -> Situation:
    """The same, with Halo's count of the first new teams: nothing of them is stored."""
    teams = [int(item.id) for item in halo_changes.new_teams(found)][: live_counts.MOST]
    excluded = found.sync.excluded_statuses
    questions = [ScopeQuestion(teams=[team], excluded_statuses=excluded) for team in teams]
    counts = await live_counts.ask(wizard, caller, state, questions, patience)
    return halo_changes.with_counts(found, dict(zip(teams, counts, strict=True)))


def _by_id(items: list[ReferenceItem] | None) -> dict[int, ReferenceItem] | None:
    return {int(item.id): item for item in items} if items is not None else None
