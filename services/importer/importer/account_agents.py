"""*Import Users*: which account each chosen agent of Halo's gets."""

from dataclasses import dataclass
from typing import Literal

from halobus.accounts import AccountChoice
from halobus.addresses import address_of
from halobus.messages import ReferenceItem
from halobus.runs import Problem
from importer import account_gate
from importer.account_homes import accounts_by_user, key_of
from importer.account_world import CHOICE, World

Obstacle = Literal["refused", "without_email", "invalid_email"]


@dataclass(frozen=True)
class Seat:
    """An agent's part of a batch. ``key``: the address of the account, or None and the ``obstacle``, or the ``problem``
    that holds up the batch. ``user``: the portal's user whom a person chose."""

    id: int
    event: str
    key: str | None = None
    user: str | None = None
    name: str = ""
    role: str | None = None
    obstacle: Obstacle | None = None
    problem: Problem | None = None

    @property
    def subject(self) -> str:
        """What decisions and ``brought`` of an account call this agent."""
        return f"agent/{self.id}"


def seats(world: World) -> list[Seat]:
    """One for each agent that was chosen, in the order of ids."""
    by_user = accounts_by_user(world)
    chosen = {
        int(subject.removeprefix("agent/")): choice
        for subject, choice in world.choices.items()
        if subject.startswith("agent/")
    }
    return [_seat(world, id, chosen[id], by_user) for id in sorted(chosen)]


def _seat(world: World, id: int, choice: AccountChoice, by_user: dict[str, str]) -> Seat:
    event = choice.batch or CHOICE
    if choice.portal_user is not None:
        user = world.users.get(choice.portal_user)
        key = key_of(world, user, by_user, choice.email) if user is not None else None
        return Seat(id, event, key, choice.portal_user, choice.name or "", obstacle=None if key else "refused")
    if world.agents is None:
        return Seat(id, event, problem=account_gate.no_agents())
    agent = world.agents.get(id)
    if agent is None or agent.inactive or agent.attributes.get("is_api_agent"):
        return Seat(id, event, obstacle="refused")
    return _new(world, choice, event, agent)


def _new(world: World, choice: AccountChoice, event: str, agent: ReferenceItem) -> Seat:
    written = choice.email or agent.attributes.get("email")
    email, name, id = address_of(written), choice.name or agent.name, int(agent.id)
    if email is None:
        return Seat(id, event, name=name, obstacle="invalid_email" if written else "without_email")
    if world.user_of(email) is None and email not in world.accounts and choice.role not in world.roles:
        return Seat(id, event, name=name, problem=account_gate.no_such_role(choice.role))
    return Seat(id, event, email, name=name, role=choice.role)
