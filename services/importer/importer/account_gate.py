"""Whether somebody new may come in, and if not, why, in an admin's words."""

from dataclasses import dataclass
from typing import Literal

from halobus.account_policy import RoleRules
from halobus.runs import Problem
from importer.account_world import World


@dataclass(frozen=True)
class Hold:
    """Nobody new comes in: *waiting* for a person or a sync, or *stopped* by what is wrong."""

    state: Literal["waiting", "stopped"]
    problem: Problem


def hold(world: World, *, imported: bool) -> Hold | None:
    """Why no contact of a client becomes an account now. ``imported``: the client came by *Import Companies Now*."""
    if not world.connected:
        return _wait("Halo is disconnected", "Connect Halo again; the import then goes on by itself.")
    if not world.settings.auto_import:
        return _wait("Auto-Import is off", "Enable Auto-Import and choose a default role in the step Sync.")
    if not world.settings.users:
        return _wait("Auto-Import waits for Sync Users, which is off", "Enable Sync Users in the step Sync.")
    wrong = _wrong_role(world)
    if wrong is not None:
        return Hold("stopped", wrong)
    if not world.completed and not imported:
        return _wait("The setup is not complete", "Click Complete Setup, or import companies now in the step Import.")
    return None


def unread(world: World) -> Hold | None:
    """Why an import can't be finished yet though nobody is left to bring in: not all contacts are here."""
    if world.whole:
        return None
    return _wait("Halo's contacts have not been read in full yet", "Nothing to do: the next syncs bring the rest.")


def rules(world: World) -> RoleRules:
    """The chain of roles, without those that the portal does not have for a client's people (any more)."""
    by_company = {
        int(subject.removeprefix("company/")): choice.role
        for subject, choice in world.choices.items()
        if subject.startswith("company/") and choice.role is not None and is_company_role(world, choice.role)
    }
    types = {name: role for name, role in world.settings.contact_type_roles.items() if is_company_role(world, role)}
    return RoleRules.of(world.settings.model_copy(update={"contact_type_roles": types}), by_company)


def is_company_role(world: World, role: str) -> bool:
    """Whether a role exists and is one for a client's people."""
    found = world.roles.get(role)
    return found is not None and found.kind == "company"


def no_such_role(role: str | None) -> Problem:
    """The role of a batch of agents is missing."""
    return Problem(
        kind="setup",
        title="The role of this import does not exist",
        detail=f"The role {role!r} is not among the portal's roles." if role else "No role was chosen.",
        remedy="Import these users again with another role.",
    )


def no_agents() -> Problem:
    return Problem(
        kind="setup",
        title="Halo's agents have not been read yet",
        remedy="Nothing to do: the import goes on after the next sync. Sync PSA Data reads them at once.",
    )


def _wrong_role(world: World) -> Problem | None:
    role = world.settings.default_role
    if role is not None and is_company_role(world, role):
        return None
    if role is None:
        detail = "No default role is chosen."
    elif role in world.roles:
        detail = f"The default role {role!r} is not a role for a company's users."
    else:
        detail = f"The default role {role!r} does not exist (any more)."
    return Problem(
        kind="setup",
        title="Auto-Import has stopped: it has no role to give",
        detail=detail,
        remedy="Choose another Default Role for Imported Contacts in the step Sync.",
    )


def _wait(title: str, remedy: str) -> Hold:
    return Hold("waiting", Problem(kind="setup", title=title, remedy=remedy))
