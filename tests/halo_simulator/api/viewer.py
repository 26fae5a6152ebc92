"""Who asks: the token's application and the agent that it logs in as (docs/halo.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass

from halo_simulator.applications import Application
from halo_simulator.errors import HaloError
from halo_simulator.instance import Instance
from halo_simulator.scopes import AREAS, grants
from halo_simulator.tokens import Token


@dataclass(frozen=True, slots=True)
class Viewer:
    """Effective access: the application's scopes, and what its agent may see (None: everything)."""

    application: Application
    token: Token
    teams: frozenset[int] | None
    clients: frozenset[int] | None

    def sees(self, team: int, client: int) -> bool:
        """Whether a ticket of this team and client is shown."""
        return (self.teams is None or team in self.teams) and (self.clients is None or client in self.clients)


def viewer_of(instance: Instance, authorization: str) -> Viewer:
    """The viewer behind a bearer token, or 401."""
    scheme, _, value = authorization.partition(" ")
    token = instance.tokens.find(value.strip()) if scheme.lower() == "bearer" else None
    application = instance.applications.get(token.client_id) if token else None
    if token is None or application is None or not application.enabled:
        raise HaloError(401, "Unauthorized")
    if application.login_type != "agent":
        raise HaloError(403, "Forbidden: the application does not log in as an Agent")
    agent = application.agent_id
    return Viewer(application, token, instance.agent_teams.get(agent), instance.agent_clients.get(agent))


def check_scope(viewer: Viewer, resource: str, verb: str, instance: Instance) -> None:
    """Refuse what the token's scopes do not cover; a scopeless token is refused everywhere."""
    if not viewer.token.scopes:
        raise HaloError(instance.config.scopeless_status, "The token carries no scope")
    if resource == "agent/me":
        return
    areas = instance.config.opportunity_scopes if resource == "opportunities" else (AREAS[resource],)
    if not any(grants(viewer.token.scopes, area, verb) for area in areas):
        raise HaloError(403, f"You do not have permission to {verb} {resource}")
