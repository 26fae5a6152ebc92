"""How far each import is: what became of every contact or agent of it. Pure, and told from the accounts alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from halobus.account_gate import Hold
from halobus.account_policy import obstacle
from halobus.accounts import Account
from halobus.messages import Contact
from importer.account_agents import Seat
from importer.account_gate import hold, unread
from importer.account_homes import Homes
from importer.account_world import AUTO, CHOICE, World

Outcome = Literal["created", "linked", "already", "offered", "without_email", "invalid_email", "inactive", "refused"]
OUTCOMES: tuple[Outcome, ...] = (
    "created", "linked", "already", "offered", "without_email", "invalid_email", "inactive", "refused"
)  # fmt: skip


@dataclass
class Tally:
    """One import. ``parts``: of each contact or agent what becomes of it (None: it can't be told yet), and by which
    account, if that has yet to be written for it. ``hold``: what it waits for or is stopped by."""

    event: str
    kind: Literal["contacts", "agents"]
    parts: list[tuple[Outcome | None, str | None]] = field(default_factory=list)
    hold: Hold | None = None

    def counted(self, unwritten: Collection[str] = ()) -> dict[str, int]:
        """``total``, ``done`` and each outcome, without what is decided but not written yet."""
        done = Counter(what for what, email in self.parts if what is not None and email not in unwritten)
        return {"total": len(self.parts), "done": done.total(), **{what: done[what] for what in OUTCOMES}}


def tallies(world: World, homes: Homes, seats: Iterable[Seat], after: Mapping[str, Account]) -> list[Tally]:
    """Of the imports under way, and of what the syncs bring. ``after``: the accounts as they should be."""
    found = {event: Tally(event, "contacts") for event in _contact_events(world)}
    home = {id: email for email, ids in homes.members.items() for id in ids}
    offered = {id for ids in homes.offers.values() for id in ids}
    holds = {each: hold(world, imported=each) for each in (True, False)}
    for contact in _of_linked_clients(world):
        link = world.links[contact.client_id or 0]
        for event in {AUTO, link.event} & found.keys():
            tally, account = found[str(event)], after.get(home.get(contact.id, ""))
            part = _became(contact, tally.event, account, contact.id in offered, contact.id in homes.refused)
            tally.parts.append((part, _unwritten(world, contact, home.get(contact.id))))
            tally.hold = tally.hold or (holds[link.imported] if part is None else None)
    for tally in found.values():
        tally.hold = tally.hold or _of_event(world, tally, holds) or unread(world)
    return [*found.values(), *_of_agents(world, seats, after)]


def _unwritten(world: World, contact: Contact, email: str | None) -> str | None:
    """The account that has to be written before the contact is done with: none where it has the contact already, so
    that what is done stays so when others come to it."""
    held = world.accounts.get(email or "")
    return None if held is not None and contact.id in held.contacts else email


def _of_event(world: World, tally: Tally, holds: Mapping[bool, Hold | None]) -> Hold | None:
    """An import is held up although nobody is left to bring in: with Auto-Import off it was not done, but not begun."""
    imported = {link.imported for link in world.links.values() if tally.event in (AUTO, link.event)}
    return holds[not imported or all(imported)]


def _contact_events(world: World) -> set[str]:
    events = {link.event for link in world.links.values() if link.event in world.open_events and link.event}
    running = {held.event for held in world.imports.values() if held.kind == "contacts" and held.state != "done"}
    auto = {AUTO} if world.settings.auto_import or AUTO in world.imports else set[str]()
    return events | running | auto


def _of_linked_clients(world: World) -> Iterable[Contact]:
    return (contact for contact in world.contacts.values() if contact.client_id in world.links)


def _became(contact: Contact, event: str, account: Account | None, offered: bool, refused: bool) -> Outcome | None:
    if account is not None:
        return _by_account(account, f"contact/{contact.id}", event)
    wrong = obstacle(contact)
    if wrong is not None:
        return wrong
    return "offered" if offered else "refused" if refused else None


def _by_account(account: Account, subject: str, event: str) -> Outcome:
    if account.brought.get(subject) != event:
        return "already"
    return "created" if account.made and account.made_for == subject else "linked"


def _of_agents(world: World, seats: Iterable[Seat], after: Mapping[str, Account]) -> list[Tally]:
    running = {held.event for held in world.imports.values() if held.kind == "agents" and held.state != "done"}
    found = {event: Tally(event, "agents") for event in running}
    for seat in seats:
        if seat.event == CHOICE or (seat.event in world.imports and seat.event not in running):
            continue
        tally = found.setdefault(seat.event, Tally(seat.event, "agents"))
        account = after.get(seat.key or "")
        outcome = _by_account(account, seat.subject, seat.event) if account is not None else seat.obstacle
        tally.parts.append((outcome, seat.key))
        if seat.problem is not None:
            tally.hold = Hold("waiting" if world.agents is None else "stopped", seat.problem)
    return list(found.values())


def as_fields(counted: Mapping[str, int]) -> dict[str, Any]:
    """The counts as they stand in a fact."""
    return {name: number for name, number in counted.items() if name == "total" or (number and name != "done")}
