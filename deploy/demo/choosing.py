"""Steps 2 and 3 of the wizard: which tickets to sync, how their statuses are shown, and Complete Setup."""

from dataclasses import dataclass
from typing import Any

from demo.awaiting import until
from demo.errors import DemoError
from demo.parts import Parts
from demo.view import Column, Table
from halobus.decisions import Stage, SyncSettings, TicketSettings
from halobus.scope import Scope

SETTINGS = "/integrations/halo/settings"
PATIENCE = 30.0
TEAMS = (("Service Desk", "Support"), ("Security", "Managed Hosting"))
"""By name and department: there is another Service Desk, in Managed Hosting, whose tickets must not appear."""
EXCLUDED = "Vendor"
CLOSED = ("Resolved", "Closed")
AFTER_COMMENT = "Updated"
STAGES = {
    Stage.NEW: ("New",),
    Stage.TRIAGED: ("Triaged",),
    Stage.WORKING: ("In Progress", "Action Required", "Scheduled", "Updated"),
    Stage.WAITING: ("With User", "With Supplier", "On Hold"),
    Stage.RESOLVED: CLOSED,
}
EVERY_MINUTES = 5
COMMENT = "Portal Comment"
ROLE = "company-user"
"""Of the people that auto-import brings in."""


@dataclass(frozen=True)
class Choices:
    """What was chosen. ``teams`` and ``statuses``: all of Halo's by id, as a person knows them."""

    scope: Scope
    teams: dict[int, str]
    statuses: dict[int, str]


async def choose(parts: Parts) -> Choices:
    """Save the settings and complete the setup."""
    lists = {name: await listed(parts, name) for name in ("teams", "statuses", "outcomes")}
    statuses = {item["name"]: item["id"] for item in lists["statuses"]}
    outcomes = {item["name"]: item["id"] for item in lists["outcomes"]}
    teams = {(item["name"], item["attributes"].get("department_name")): item["id"] for item in lists["teams"]}
    sync = sync_settings([_id(teams, team) for team in TEAMS], _id(statuses, EXCLUDED))
    await parts.api.replace(f"{SETTINGS}/sync", sync.model_dump(mode="json"))
    tickets = ticket_settings(statuses, _id(outcomes, COMMENT))
    await parts.api.replace(f"{SETTINGS}/tickets", tickets.model_dump(mode="json"))
    await parts.api.post("/integrations/halo/complete")
    names = {id: f"{name} ({department})" for (name, department), id in teams.items()}
    choices = Choices(Scope.of(sync), names, {id: name for name, id in statuses.items()})
    _tell(parts, choices)
    return choices


def sync_settings(teams: list[int], excluded: int) -> SyncSettings:
    """Step 2: every stream on."""
    return SyncSettings(
        opportunities=True,
        auto_import=True,
        default_role=ROLE,
        teams=teams,
        excluded_statuses=[excluded],
        interval_minutes=EVERY_MINUTES,
    )


def ticket_settings(statuses: dict[str, int], outcome: int) -> TicketSettings:
    """Step 3. ``outcome``: what a comment from the portal becomes."""
    return TicketSettings(
        closed_statuses=[_id(statuses, name) for name in CLOSED],
        comment_outcome=outcome,
        client_comment_status=_id(statuses, AFTER_COMMENT),
        stages={stage: [_id(statuses, name) for name in names] for stage, names in STAGES.items()},
    )


async def listed(parts: Parts, name: str) -> list[dict[str, Any]]:
    """A reference list; a successful test has started reading them."""
    items: list[dict[str, Any]] = []

    async def arrived() -> bool:
        items[:] = (await parts.api.get(f"/integrations/halo/reference/{name}"))["items"]
        return bool(items)

    if not await until(arrived, seconds=PATIENCE, every=0.2):
        raise DemoError(f"Halo's {name} have not arrived {PATIENCE:.0f} s after the test")
    return items


def _id(known: dict[Any, int], name: object) -> int:
    if name not in known:
        raise DemoError(f"the simulated Halo has no {name}, which the demo would choose")
    return known[name]


def _tell(parts: Parts, choices: Choices) -> None:
    department = dict(TEAMS)["Service Desk"]
    chosen = [choices.teams[id] for id in sorted(choices.scope.teams or ())]
    rows = [
        ("streams", "tickets, companies, contacts, opportunities, projects, assets"),
        ("contact auto-import", "on, as company users"),
        ("teams to sync", f"{', '.join(chosen)}; the other Service Desk is not {department}'s and stays out"),
        ("excluded status", EXCLUDED),
        ("closed statuses", ", ".join(CLOSED)),
        ("stages", "; ".join(f"{stage.value}: {', '.join(names)}" for stage, names in STAGES.items())),
        ("schedule", f"Quick Sync every {EVERY_MINUTES} minutes"),
    ]
    parts.view.show(Table((Column("setting"), Column("value")), rows))
