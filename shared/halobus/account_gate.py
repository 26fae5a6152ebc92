"""Whether auto-import brings in somebody new, and if not, why, in an admin's words: one rule for all who ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from halobus.decisions import SyncSettings
from halobus.host_portal import PortalRole
from halobus.runs import Problem


@dataclass(frozen=True)
class Hold:
    """Nobody new comes in: *waiting* for a person or a sync, or *stopped* by what is wrong."""

    state: Literal["waiting", "stopped"]
    problem: Problem


@dataclass(frozen=True)
class Setup:
    """What decides. ``completed``: Complete Setup was clicked. ``connected``: Halo is not disconnected."""

    settings: SyncSettings
    roles: Mapping[str, PortalRole]
    connected: bool
    completed: bool


def hold(setup: Setup, *, imported: bool) -> Hold | None:
    """Why no contact of a client becomes an account now. ``imported``: the client came by *Import Companies Now*."""
    if not setup.connected:
        return wait("Halo is disconnected", "Connect Halo again; the import then goes on by itself.")
    if not setup.settings.auto_import:
        return wait("Auto-Import is off", "Enable Auto-Import and choose a default role in the step Sync.")
    if not setup.settings.users:
        return wait("Auto-Import waits for Sync Users, which is off", "Enable Sync Users in the step Sync.")
    wrong = _wrong_role(setup)
    if wrong is not None:
        return Hold("stopped", wrong)
    if not setup.completed and not imported:
        return wait("The setup is not complete", "Click Complete Setup, or import companies now in the step Import.")
    return None


def wait(title: str, remedy: str) -> Hold:
    """Waiting for something that an admin, or time, brings."""
    return Hold("waiting", Problem(kind="setup", title=title, remedy=remedy))


def is_company_role(roles: Mapping[str, PortalRole], role: str) -> bool:
    """Whether a role exists and is one for a client's people; that of the Primary Admin is nobody else's."""
    found = roles.get(role)
    return found is not None and found.kind == "company" and not found.primary_admin


def _wrong_role(setup: Setup) -> Problem | None:
    role = setup.settings.default_role
    if role is not None and is_company_role(setup.roles, role):
        return None
    if role is None:
        detail = "No default role is chosen."
    elif role in setup.roles:
        detail = f"The default role {role!r} is not a role for a company's users."
    else:
        detail = f"The default role {role!r} does not exist (any more)."
    return Problem(
        kind="setup",
        title="Auto-Import has stopped: it has no role to give",
        detail=detail,
        remedy="Choose another Default Role for Imported Contacts in the step Sync.",
    )
