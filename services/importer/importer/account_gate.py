"""Whether somebody new may come in, and if not, why, in an admin's words."""

from halobus import account_gate
from halobus.account_gate import Hold, Setup, wait
from halobus.account_policy import RoleRules
from halobus.runs import Problem
from importer.account_world import World


def hold(world: World, *, imported: bool) -> Hold | None:
    """Why no contact of a client becomes an account now. ``imported``: the client came by *Import Companies Now*."""
    setup = Setup(world.settings, world.roles, connected=world.connected, completed=world.completed)
    return account_gate.hold(setup, imported=imported)


def unread(world: World) -> Hold | None:
    """Why an import can't be finished yet though nobody is left to bring in: not all contacts are here."""
    if world.whole:
        return None
    return wait("Halo's contacts have not been read in full yet", "Nothing to do: the next syncs bring the rest.")


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
    return account_gate.is_company_role(world.roles, role)


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
