"""Which tickets belong in the portal: one pure rule, used by the owner when it stores and by every read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from halobus.decisions import SyncSettings

Reason = Literal["team", "status"]


@dataclass(frozen=True)
class Scope:
    """``teams`` None means all teams. A ticket whose team is unknown belongs only to *all teams*."""

    teams: frozenset[int] | None
    excluded_statuses: frozenset[int]

    @classmethod
    def of(cls, settings: SyncSettings) -> "Scope":
        teams = None if settings.teams == "all" else frozenset(settings.teams)
        return cls(teams, frozenset(settings.excluded_statuses))


def outside(scope: Scope, ticket: Mapping[str, Any]) -> Reason | None:
    """Why a ticket (fields ``team_id``, ``status_id``) is out of the scope, or None where it belongs."""
    if scope.teams is not None and ticket.get("team_id") not in scope.teams:
        return "team"
    if ticket.get("status_id") in scope.excluded_statuses:
        return "status"
    return None


def inside_filter(scope: Scope) -> dict[str, Any]:
    """The same rule as a MongoDB filter over mirrors (whose content lies under ``content``)."""
    clauses: dict[str, Any] = {}
    if scope.teams is not None:
        clauses["content.team_id"] = {"$in": sorted(scope.teams)}
    if scope.excluded_statuses:
        clauses["content.status_id"] = {"$nin": sorted(scope.excluded_statuses)}
    return clauses
