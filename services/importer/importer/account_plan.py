"""What has to change in a connection's accounts, and how far its imports are then. Pure: decided from a ``World``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from halobus.accounts import Account
from importer import account_gate
from importer.account_agents import Seat, seats
from importer.account_change import Change, Wanted, change
from importer.account_counts import Tally, tallies
from importer.account_homes import Homes, homes
from importer.account_world import World


@dataclass(frozen=True)
class Plan:
    """``changes``: one an account at most, in the order of addresses."""

    changes: list[Change]
    tallies: list[Tally]


def plan(world: World) -> Plan:
    """Planning again after all changes are written gives none."""
    places, agents = homes(world), seats(world)
    by_key: dict[str, list[Seat]] = {}
    for seat in agents:
        if seat.key is not None:
            by_key.setdefault(seat.key, []).append(seat)
    _give_way(world, places, by_key)
    chain = account_gate.rules(world)
    changes: list[Change] = []
    for email in sorted({*places.members, *places.offers, *by_key, *world.accounts}):
        members, offers = places.members.get(email, []), places.offers.get(email, [])
        found = change(world, Wanted(email, members, offers, by_key.get(email, [])), chain)
        if found is not None:
            changes.append(found)
    return Plan(changes, tallies(world, places, agents, after(world.accounts, changes)))


def after(accounts: Mapping[str, Account], changes: Sequence[Change]) -> dict[str, Account]:
    """The accounts once the changes are made."""
    gone = {each.email for each in changes if each.after is None}
    changed = {each.email: each.after for each in changes if each.after is not None}
    return {email: account for email, account in {**accounts, **changed}.items() if email not in gone}


def _give_way(world: World, places: Homes, by_key: Mapping[str, list[Seat]]) -> None:
    """Where an agent and contacts of one address come at once, the account is the agent's: offered to the contacts."""
    for email in by_key:
        if email not in world.accounts and world.user_of(email) is None and email in places.members:
            places.offers.setdefault(email, []).extend(places.members.pop(email))
