"""Which reads a stream needs: pure policy over what is covered, what is wanted, and what is due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.knowledge import Knowledge
from connector.settings import ConnectorSettings
from halobus.documents import Covered, StreamState
from halobus.runs import Read
from halobus.scope import Scope
from halobus.streams import StreamName

CENSUS_EVERY = timedelta(days=1)
FOR_TICKETS = ("teams", "statuses")


@dataclass(frozen=True)
class Situation:
    """One stream at the start of its reads. ``state`` counts only if it is of the present ``generation``."""

    stream: StreamName
    state: StreamState
    generation: int
    now: datetime
    settings: ConnectorSettings

    @property
    def fresh(self) -> bool:
        """Nothing of this generation has been read yet."""
        return self.state.cursor is None or self.state.generation != self.generation

    def older_than(self, moment: datetime | None, age: timedelta) -> bool:
        """Whether a moment is ``age`` ago or longer; None is longer than anything."""
        return moment is None or self.now - moment >= age

    @property
    def full_is_due(self) -> bool:
        """Nothing was read yet, or the last full read is ``full_read_days`` ago."""
        return self.fresh or self.older_than(self.state.full_read_at, timedelta(days=self.settings.full_read_days))

    @property
    def census_is_due(self) -> bool:
        """The last census is a day ago, or there was none."""
        return self.older_than(self.state.census_at, CENSUS_EVERY)


def plan_lists(situation: Situation, asked: bool, lists: Collection[str] = (), for_tickets: bool = False) -> list[Read]:
    """Reference lists: those asked for, else all of them hourly at most.

    Before tickets are read, always those that say what a row means and what is to be asked for: a team that was renamed
    would else be unknown by the name that its tickets carry, and a new status be left out of every filter.
    """
    due = situation.older_than(situation.state.synced_at, timedelta(minutes=situation.settings.list_minutes))
    if asked or due:
        return [Read(stream=StreamName.REFERENCE, kind="lists", lists=sorted(lists))]
    return [Read(stream=StreamName.REFERENCE, kind="lists", lists=list(FOR_TICKETS))] if for_tickets else []


def plan_companies(situation: Situation) -> list[Read]:
    """Companies, and contacts: all of them once and weekly, else what changed; a census daily."""
    if situation.full_is_due:
        return [_read(situation, kind) for kind in ("full", "repair", "census")]
    reads = [
        _read(situation, "incremental", situation.state.cursor),
        _read(situation, "repair", situation.state.cursor),
    ]
    return reads + ([_read(situation, "census")] if situation.census_is_due else [])


def plan_sales(situation: Situation) -> list[Read]:
    """Opportunities, and projects: all of them once and weekly, else what changed or was deleted; a census daily."""
    whole = [_read(situation, kind) for kind in ("full", "repair", "census")]
    if situation.fresh:
        return whole
    changed = [_read(situation, kind, situation.state.cursor) for kind in ("incremental", "repair", "deleted")]
    if situation.full_is_due:
        return [*changed, *whole]
    return changed + ([_read(situation, "census")] if situation.census_is_due else [])


def plan_tickets(situation: Situation, scope: Scope, knowledge: Knowledge) -> list[Read]:
    """Tickets: first what moved lately, then all in scope; later what changed, and in full what is newly wanted."""
    wanted = _Part(_teams(scope), knowledge.wanted_statuses(scope))
    if situation.fresh:
        since = situation.now - timedelta(days=situation.settings.recent_days)
        recent = _split(situation, "recent", wanted, knowledge, since)
        return [*recent, *_whole(situation, wanted, knowledge), _census(situation, wanted)]
    changed = [_read(situation, kind, situation.state.cursor) for kind in ("incremental", "repair", "deleted")]
    if situation.full_is_due:
        return [*changed, *_whole(situation, wanted, knowledge), _census(situation, wanted)]
    missing = _missing(situation.state.covered, scope, knowledge)
    added = _whole(situation, missing, knowledge) if missing else []
    census = [_census(situation, wanted)] if situation.census_is_due else []
    return [*changed, *added, *census]


def plan_shared(read: Read, knowledge: Knowledge) -> list[Read]:
    """After a read over all teams: one read, over the same window, for each team whose shared name it met."""
    ids = [team for name in read.checkpoint.shared for team in knowledge.teams.get(name, ())]
    return [
        Read(stream=read.stream, kind=read.kind, since=read.since, teams=[team], statuses=read.statuses)
        for team in sorted(ids)
    ]


def plan_whole(situation: Situation, scope: Scope, knowledge: Knowledge) -> list[Read]:
    """All that is in scope, anew."""
    return _whole(situation, _Part(_teams(scope), knowledge.wanted_statuses(scope)), knowledge)


def covered_by(scope: Scope, now: Scope | None = None) -> Covered:
    """What is covered once a run with this scope is applied.

    ``now``: the scope as it is by then. What it lacks was read but stored as stubs, so it is not covered.
    """
    later = now or scope
    both = [one.teams for one in (scope, later) if one.teams is not None]
    teams = "all" if not both else sorted(frozenset.intersection(*both))
    return Covered(teams=teams, excluded_statuses=sorted(scope.excluded_statuses | later.excluded_statuses))


@dataclass(frozen=True)
class _Part:
    """A filter: teams None means all, statuses None means any."""

    teams: list[int] | None
    statuses: list[int] | None


def _teams(scope: Scope) -> list[int] | None:
    return None if scope.teams is None else sorted(scope.teams)


def _missing(covered: Covered | None, scope: Scope, knowledge: Knowledge) -> _Part | None:
    """What the scope asks beyond what is covered, as one filter; the whole scope where both teams and statuses grew."""
    wanted = _Part(_teams(scope), knowledge.wanted_statuses(scope))
    if covered is None:
        return wanted
    all_new = scope.teams is None and covered.teams != "all"
    new_teams = [] if scope.teams is None or covered.teams == "all" else sorted(scope.teams - set(covered.teams))
    new_statuses = sorted(set(covered.excluded_statuses) - scope.excluded_statuses)
    if all_new or (new_teams and new_statuses):
        return wanted
    if new_teams:
        return _Part(new_teams, wanted.statuses)
    return _Part(wanted.teams, new_statuses) if new_statuses else None


def _whole(situation: Situation, part: _Part, knowledge: Knowledge) -> list[Read]:
    repair = _read(situation, "repair", teams=part.teams, statuses=part.statuses)
    return [*_split(situation, "full", part, knowledge), repair]


def _split(
    situation: Situation, kind: str, part: _Part, knowledge: Knowledge, since: datetime | None = None
) -> list[Read]:
    """A read by team, in as many parts as team names that are shared ask for: such a team needs one of its own."""
    if part.teams is None:
        return [_read(situation, kind, since, None, part.statuses)]
    shared = knowledge.shared_names()
    own = [team for team in part.teams if knowledge.name_of(team) in shared]
    rest = [team for team in part.teams if team not in own]
    parts = ([rest] if rest else []) + [[team] for team in own]
    return [_read(situation, kind, since, teams, part.statuses) for teams in parts]


def _census(situation: Situation, wanted: _Part) -> Read:
    return _read(situation, "census", teams=wanted.teams, statuses=wanted.statuses)


def _read(
    situation: Situation,
    kind: str,
    since: datetime | None = None,
    teams: list[int] | None = None,
    statuses: list[int] | None = None,
) -> Read:
    fields = {"stream": situation.stream, "kind": kind, "since": since, "teams": teams, "statuses": statuses}
    return Read.model_validate(fields)
