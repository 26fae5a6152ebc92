"""What changed in Halo that the settings don't know of yet: pure rules, each with the one thing to do about it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

from halobus.decisions import Stage, SyncSettings, TicketSettings
from halobus.messages import ReferenceItem
from wizard_api.seen_lists import Names, Seen

Kind = Literal[
    "team_new", "team_gone", "team_renamed", "status_unmapped", "status_gone", "comment_status_gone"
]  # fmt: skip
SETTINGS = "/api/v1/integrations/halo/settings"
DISMISS = "/api/v1/integrations/halo/changes/dismiss"


class Action(BaseModel):
    """A request that does it: send ``body`` with ``method`` to ``href``, and ``if_match`` as If-Match where set.

    ``body`` null: somebody has to choose first, from what GET of the same address says.
    """

    label: str
    method: Literal["PUT", "POST"]
    href: str
    body: dict[str, Any] | None
    if_match: str | None = None


class Change(BaseModel):
    """``tickets``: how many it is about, null where that can't be told. ``dismiss`` is always possible instead."""

    key: str
    kind: Kind
    id: int
    name: str | None
    tickets: int | None
    sentence: str
    action: Action
    dismiss: Action


@dataclass(frozen=True)
class Situation:
    """``teams``, ``statuses``: Halo's lists as they are, None where not read yet. ``held``: tickets by status;
    ``counted``: Halo's own count of tickets by team, where it was asked.
    """

    sync: SyncSettings
    tickets: TicketSettings
    revisions: tuple[int, ...]
    teams: Mapping[int, ReferenceItem] | None
    statuses: Mapping[int, ReferenceItem] | None
    seen: Seen
    held: Mapping[int, int]
    counted: Mapping[int, int | None]


def changes(situation: Situation) -> list[Change]:
    """All of them, those dismissed left out: teams first, then statuses."""
    found = [*_teams(situation), *_statuses(situation)]
    return [change for change in found if change.key not in situation.seen.dismissed]


def undismissed(situation: Situation) -> Situation:
    """The same, as if nothing had been dismissed."""
    return replace(situation, seen=replace(situation.seen, dismissed=frozenset()))


def with_counts(situation: Situation, counted: Mapping[int, int | None]) -> Situation:
    """The same, with Halo's counts by team."""
    return replace(situation, counted=counted)


def new_teams(situation: Situation) -> list[ReferenceItem]:
    """Teams that came since the admin saved the scope, and that it leaves out."""
    seen, chosen = situation.seen.teams, situation.sync.teams
    if situation.teams is None or seen is None or chosen == "all" or not situation.sync.tickets:
        return []
    return [item for id, item in situation.teams.items() if id not in seen and id not in chosen and not item.inactive]


def _teams(situation: Situation) -> Iterator[Change]:
    for item in new_teams(situation):
        yield _new_team(situation, item)
    chosen = situation.sync.teams
    if situation.teams is None or chosen == "all":
        return
    for id in chosen:
        was, team = (situation.seen.teams or {}).get(id), situation.teams.get(id)
        if team is None:
            yield _team_gone(situation, id, was)
        elif was is not None and was != team.name:
            yield _renamed(id, was, team.name)


def _renamed(id: int, was: str, name: str) -> Change:
    key = f"team-renamed:{id}:{name}"
    sentence = f"Team {was} is called {name} now: its tickets stay as they are."
    noted = Action(label="Noted", method="POST", href=DISMISS, body={"keys": [key]})
    return _change(key, "team_renamed", id, name, None, sentence, noted)


def _new_team(situation: Situation, item: ReferenceItem) -> Change:
    id, count = int(item.id), situation.counted.get(int(item.id))
    tickets = f", {_many(count)}" if count is not None else ""
    teams = [*(situation.sync.teams if situation.sync.teams != "all" else []), id]
    action = _save_sync(situation, f"Sync {item.name}", {"teams": teams})
    sentence = f"New team {item.name}{tickets}: sync it?"
    return _change(f"team-new:{id}", "team_new", id, item.name, count, sentence, action)


def _team_gone(situation: Situation, id: int, was: str | None) -> Change:
    left = [each for each in situation.sync.teams if each != id]
    body = {"teams": left} if left or not situation.sync.tickets else None
    label = "Take it out of the scope" if body else "Choose other teams"
    sentence = f"Team {was or id}, which is synced, vanished from Halo or is no longer shown to the agent."
    return _change(f"team-gone:{id}", "team_gone", id, was, None, sentence, _save_sync(situation, label, body))


def _statuses(situation: Situation) -> Iterator[Change]:
    listed = situation.statuses
    if listed is None:
        return
    yield from _unmapped(situation, listed)
    comment = situation.tickets.client_comment_status
    if comment is not None and comment not in listed:
        name = _was(situation, comment)
        body = {"client_comment_status": None}
        action = _save_tickets(situation, "Set no status when a client comments", body)
        sentence = f"Client Comment Status {name} vanished: comments leave the status as it is until another is chosen."
        yield _change(f"comment-status-gone:{comment}", "comment_status_gone", comment, name, None, sentence, action)
    for id in situation.sync.excluded_statuses:
        if id not in listed:
            left = [each for each in situation.sync.excluded_statuses if each != id]
            action = _save_sync(situation, "Take it out of Exclude Statuses", {"excluded_statuses": left})
            yield _gone(
                situation, id, "excluded", f"Status {_was(situation, id)}, which is excluded, vanished.", action
            )
    yield from _used_and_gone(situation, listed)


def _used_and_gone(situation: Situation, listed: Collection[int]) -> Iterator[Change]:
    settings = situation.tickets
    mapped = {id: stage for stage, ids in settings.stages.items() for id in ids}
    for id in sorted({*settings.closed_statuses, *mapped} - set(listed)):
        uses = [
            *(["closed"] if id in settings.closed_statuses else []),
            *([f"in stage {mapped[id]}"] if id in mapped else []),
        ]
        stages = {stage: [each for each in ids if each != id] for stage, ids in settings.stages.items()}
        closed = [each for each in settings.closed_statuses if each != id]
        action = _save_tickets(situation, "Take it out", {"closed_statuses": closed, "stages": stages})
        sentence = f"Status {_was(situation, id)}, which is {' and '.join(uses)}, vanished."
        yield _gone(situation, id, "used", sentence, action)


def _unmapped(situation: Situation, listed: Mapping[int, ReferenceItem]) -> Iterator[Change]:
    """Only where a stepper is configured at all, and only what holds tickets or is new."""
    settings = situation.tickets
    mapped = {id for ids in settings.stages.values() for id in ids}
    if not mapped:
        return
    for id, item in listed.items():
        new = situation.seen.statuses is not None and id not in situation.seen.statuses
        count = situation.held.get(id, 0)
        if id in mapped or id in situation.sync.excluded_statuses or item.inactive or not (count or new):
            continue
        stage = Stage.RESOLVED if id in settings.closed_statuses else Stage.WORKING
        stages = {**settings.stages, stage: [*settings.stages.get(stage, []), id]}
        action = _save_tickets(situation, f"Map it to the stage {stage}", {"stages": stages})
        sentence = f"Status {item.name} is in no stage: {_many(count)}."
        yield _change(f"status-unmapped:{id}", "status_unmapped", id, item.name, count, sentence, action)


def _gone(situation: Situation, id: int, how: str, sentence: str, action: Action) -> Change:
    return _change(f"status-gone:{how}:{id}", "status_gone", id, _was(situation, id), None, sentence, action)


def _was(situation: Situation, id: int) -> str:
    names: Names = situation.seen.statuses or {}
    return names.get(id, str(id))


def _many(count: int) -> str:
    return f"{count:,} ticket{'' if count == 1 else 's'}"


def _change(key: str, kind: Kind, id: int, name: str | None, tickets: int | None, sentence: str, do: Action) -> Change:
    dismiss = Action(label="Dismiss", method="POST", href=DISMISS, body={"keys": [key]})
    return Change(key=key, kind=kind, id=id, name=name, tickets=tickets, sentence=sentence, action=do, dismiss=dismiss)


def _save_sync(situation: Situation, label: str, change: dict[str, Any] | None) -> Action:
    body = situation.sync.model_dump(mode="json") | change if change is not None else None
    return Action(label=label, method="PUT", href=f"{SETTINGS}/sync", body=body, if_match=f'"{situation.revisions[0]}"')


def _save_tickets(situation: Situation, label: str, change: dict[str, Any]) -> Action:
    body = situation.tickets.model_dump(mode="json") | change
    tag = f'"{situation.revisions[1]}"'
    return Action(label=label, method="PUT", href=f"{SETTINGS}/tickets", body=body, if_match=tag)
