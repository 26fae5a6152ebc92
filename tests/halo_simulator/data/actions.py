"""Generated actions: numbered from 1 inside each ticket (docs/halo.md section 7)."""

from __future__ import annotations

from dataclasses import dataclass

from halo_simulator.data.mix import mix, pick
from halo_simulator.data.words import NOTES


@dataclass(slots=True)
class Action:
    """One action; texts and names are joined when a row is made."""

    ticket: int
    id: int
    at: int
    outcome: int
    note: str
    hidden: bool
    agent: int
    user: int
    who: str = ""
    note_html: str = ""
    timetaken: float = 0.0
    important: bool = False
    old_status: int = 0
    new_status: int = 0
    application: str = ""


def count(seed: int, ticket: int) -> int:
    """How many actions a generated ticket has: 1 to 9, now and then 60."""
    bits = mix(seed, ticket, 51)
    return 60 if bits % 211 == 0 else 1 + (bits >> 8) % 9


def generated(seed: int, ticket: int, created: int, acted: int, agent: int, user: int) -> list[Action]:
    """The actions of a generated ticket, oldest first; the last is at `acted`."""
    many = count(seed, ticket)
    return [
        _action(seed, ticket, number, created + (acted - created) * number // many, agent, user)
        for number in range(1, many + 1)
    ]


def _action(seed: int, ticket: int, number: int, at: int, agent: int, user: int) -> Action:
    """The first is the user's mail, then replies, private notes, and the system's own."""
    bits = mix(seed, ticket * 64 + number, 52)
    outcome = 1 if number == 1 else (2, 4, 7, 2, 7, 15, 4, 2)[bits % 8]
    by_user = outcome in (1, 4)
    return Action(
        ticket=ticket,
        id=number,
        at=at,
        outcome=outcome,
        note=pick(bits, 8, NOTES),
        hidden=outcome in (7, 15),
        agent=0 if by_user else agent,
        user=user if by_user else 0,
        timetaken=0.0 if by_user else ((bits >> 20) % 8) / 4,
    )
