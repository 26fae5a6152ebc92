"""What becomes of one account: who belongs to it, whether it is suspended, its role. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from halobus.account_policy import RoleRules, is_staff, role_for
from halobus.accounts import Account
from halobus.host_portal import PortalUser
from halobus.messages import Contact
from importer import account_gate
from importer.account_agents import Seat
from importer.account_world import CHOICE, World

CREATED, LINKED, SUSPENDED = "user.created", "user.linked", "user.suspended"
RESTORED, CHANGED = "user.restored", "user.changed"
UNWRITTEN = datetime.fromtimestamp(0, UTC)
"""The times of an account that is not stored yet."""


@dataclass(frozen=True)
class Change:
    """``before`` None: a new account; ``after`` None: nobody needs it any more. ``fact``: what is told of it."""

    before: Account | None
    after: Account | None
    fact: str | None = None

    @property
    def email(self) -> str:
        held = self.after or self.before
        assert held is not None
        return held.email

    @property
    def told(self) -> dict[str, Any]:
        """What the fact says: ids and states, no name and no address. The role only where it is to be set: another
        change must not reset what a person has chosen in the portal since."""
        assert self.after is not None
        names = {"portal_user", "state", "kind", "made", "contacts", "companies", "agent"}
        decided = self.before is not None and self.before.decided != self.after.decided
        return self.after.model_dump(include=names | ({"role"} if self.fact == CREATED or decided else set()))


@dataclass(frozen=True)
class Wanted:
    """Who should be behind an address."""

    email: str
    members: Sequence[int] = ()
    offers: Sequence[int] = ()
    seats: Sequence[Seat] = field(default_factory=tuple)

    @property
    def user(self) -> str | None:
        """The user of the portal whom a person chose for one of the agents."""
        return next((seat.user for seat in self.seats if seat.user), None)


def reserved_id(tenant: str, connection: str, email: str) -> str:
    """The id under which the portal is asked to make a user: the same whoever asks, so that two replicas ask once."""
    return f"halo-{hashlib.sha256(f'{tenant}:{connection}:{email}'.encode()).hexdigest()[:32]}"


def change(world: World, wanted: Wanted, chain: RoleRules) -> Change | None:
    """The account under an address as it should be, or None where it is so already."""
    before = world.accounts.get(wanted.email)
    if before is None:
        made = _begin(world, wanted, chain)
        return Change(None, made, _first_fact(world, made)) if made is not None else None
    if before.state == "offered":
        return _of_offer(world, wanted, before, chain)
    if not before.made and wanted.offers and not (wanted.members or wanted.seats or before.agent):
        # The user is one of the staff now, or the link was taken away by a person.
        return Change(before, _told(world, wanted, before.model_copy(update={"state": "offered"})), CHANGED)
    taken = _taken_over(world, wanted, before)
    if taken is not None:
        return Change(before, _told(world, wanted, taken), _first_fact(world, taken))
    after = _told(world, wanted, before)
    after, fact = _standing(world, wanted, after)
    after = _role(world, after)
    return Change(before, after, fact or _what_changed(before, after)) if after != before else None


def _begin(world: World, wanted: Wanted, chain: RoleRules) -> Account | None:
    """A new account: of a user whom the portal has, offered or linked; else one that the portal is to make."""
    user, members = _chosen_user(world, wanted), wanted.members or wanted.seats
    if not members and not (user and wanted.offers):
        return None
    first = world.contacts.get(wanted.members[0]) if wanted.members else None
    any_of = first or world.contacts.get(wanted.offers[0]) if wanted.offers or first else None
    name = any_of.name if any_of is not None else next((seat.name for seat in wanted.seats), "")
    bare = _bare(world, wanted.email, (user.name if user else "") or name)
    if user is not None and user.id in world.former.leaving:
        return None
    if user is not None:
        by_agent = bool(wanted.seats) and not wanted.members
        kept: dict[str, Any] = {"portal_user": user.id, "role": user.role, "role_from": "portal"}
        kept |= {"state": "active" if members else "offered", "kind": "agent" if by_agent else "contact"}
        ours = world.former.taken_up(user) if members and not by_agent else {}
        return _told(world, wanted, bare.model_copy(update=kept | ours))
    made = {"portal_user": reserved_id(world.tenant, world.connection, wanted.email), "made": True}
    given = _first_role(world, first, wanted, chain) | ({} if first is not None else {"kind": "agent"})
    return _told(world, wanted, bare.model_copy(update=made | given))


def _of_offer(world: World, wanted: Wanted, before: Account, chain: RoleRules) -> Change | None:
    """What was offered is linked by a person's choice, or because it is no staff's any more, or not needed."""
    if wanted.members or wanted.seats:
        begun = _begin(world, wanted, chain)
        if begun is None:
            return None
        after = begun.model_copy(update={"revision": before.revision, "created": before.created})
        after = after.model_copy(update={"changed": before.changed, "facts": before.facts})
        return Change(before, after, _first_fact(world, after))
    if not wanted.offers:
        return Change(before, None)
    after = _told(world, wanted, before)
    return Change(before, after) if after != before else None


def _taken_over(world: World, wanted: Wanted, before: Account) -> Account | None:
    """The portal never made the user we asked for, and has another one under the address: that one is theirs."""
    user = world.users.get(wanted.user or _by_choice(world, wanted) or "") or world.by_email.get(wanted.email)
    if before.portal_user in world.users or user is None or user.id == before.portal_user:
        return None
    # One of the staff is linked to a contact by a person alone.
    state = "offered" if is_staff(user) and not wanted.user and not _by_choice(world, wanted) else "active"
    linked: dict[str, Any] = {"made": False, "portal_user": user.id, "role": user.role, "role_from": "portal"}
    return before.model_copy(update={**linked, "state": state, "found_inactive": False, "made_for": None})


def _told(world: World, wanted: Wanted, account: Account) -> Account:
    """The account with who belongs to it, and which event brought whom."""
    ids = sorted((wanted.offers or wanted.members) if account.state == "offered" else wanted.members)
    known = [world.contacts[id] for id in ids if id in world.contacts]
    companies = {contact.client_id for contact in known if contact.client_id is not None}
    if len(known) < len(ids):
        companies |= set(account.companies)
    events = {f"contact/{id}": CHOICE if world.chosen_user(id) else None for id in ids}
    events |= {seat.subject: seat.event for seat in wanted.seats}
    seated = _seated(world, account)
    events |= {f"agent/{id}": None for id in seated}
    brought = {
        subject: account.brought.get(subject) or event or world.event_of(world.contacts.get(_id(subject)))
        for subject, event in sorted(events.items())
    }
    made_for = account.made_for or (next(iter(_in_order(brought)), None) if account.made else None)
    agent = next(
        (id for id in [account.agent, *seated] if id in seated), next((seat.id for seat in wanted.seats), None)
    )
    after = {"contacts": ids, "companies": sorted(companies), "brought": brought, "made_for": made_for, "agent": agent}
    return account.model_copy(update=after)


def _seated(world: World, account: Account) -> list[int]:
    """The agents of an account: of one that we made for good, else as long as somebody's choice says so."""
    agents = [_id(subject) for subject in account.brought if subject.startswith("agent/")]
    return [id for id in agents if account.made or f"agent/{id}" in world.choices]


def _standing(world: World, wanted: Wanted, account: Account) -> tuple[Account, str | None]:
    """Suspend what we made when nobody is left behind it, restore what we suspended; never staff, never the last admin.
    Somebody who can't be seen now counts as there."""
    user = world.users.get(account.portal_user or "")
    there = [id for id in account.contacts if id not in world.contacts or not world.contacts[id].inactive]
    if account.state == "suspended" and any(id in world.contacts for id in there):
        back = account.model_copy(update={"state": "active", "found_inactive": False})
        return back, None if account.found_inactive else RESTORED
    if account.state != "active" or there or not may_suspend(account, user):
        return account, None
    return suspended(account, user), SUSPENDED


def may_suspend(account: Account, user: PortalUser | None) -> bool:
    """Only what we made for a client's contact, as long as it is no staff's and no admin's."""
    ours = account.made and account.agent is None and account.kind == "contact"
    return ours and account.state == "active" and not (user is not None and is_staff(user))


def suspended(account: Account, user: PortalUser | None) -> Account:
    """``found_inactive``: whom a person had switched off is not switched on again by us."""
    return account.model_copy(update={"state": "suspended", "found_inactive": user is not None and not user.active})


def _role(world: World, account: Account) -> Account:
    """A person's decision on the role of an account that we made; of the others the portal's role is shown."""
    user = world.users.get(account.portal_user or "")
    if not account.made:
        return account.model_copy(update={"role": user.role}) if user is not None else account
    choice = world.choices.get(f"account/{account.email}")
    if choice is None or choice.role is None or choice.at == account.decided:
        return account
    fits = account_gate.is_company_role(world, choice.role) if account.kind == "contact" else choice.role in world.roles
    if not fits or (account.kind == "contact" and user is not None and is_staff(user)):
        return account
    return account.model_copy(update={"role": choice.role, "role_from": "person", "decided": choice.at})


def _first_role(world: World, contact: Contact | None, wanted: Wanted, chain: RoleRules) -> dict[str, Any]:
    choice = world.choices.get(f"account/{wanted.email}")
    if choice is not None and choice.role is not None and account_gate.is_company_role(world, choice.role):
        return {"role": choice.role, "role_from": "person", "decided": choice.at}
    if contact is None:
        return {"role": next((seat.role for seat in wanted.seats), None), "role_from": "batch"}
    given = role_for(contact, chain)
    assert given is not None  # the gate lets nobody in while there is no default role
    return {"role": given[0], "role_from": given[1]}


def _chosen_user(world: World, wanted: Wanted) -> PortalUser | None:
    return world.users.get(_by_choice(world, wanted) or wanted.user or "") or world.user_of(wanted.email)


def _by_choice(world: World, wanted: Wanted) -> str | None:
    """The portal's user whom a person linked one of these contacts to."""
    chosen = (world.chosen_user(id) for id in wanted.members)
    return next((id for id in chosen if id), None)


def _bare(world: World, email: str, name: str) -> Account:
    return Account(
        tenant=world.tenant, connection=world.connection, email=email, name=name, created=UNWRITTEN, changed=UNWRITTEN
    )


def _what_changed(before: Account, after: Account) -> str | None:
    """A change that the portal should know of: who is behind the account, or the role that a person chose."""
    told = ("contacts", "companies", "agent", "decided")
    return CHANGED if any(getattr(before, name) != getattr(after, name) for name in told) else None


def _first_fact(world: World, account: Account) -> str | None:
    if account.state == "offered":
        return None
    if account.portal_user in world.former.accounts:
        return RESTORED if account.made and world.former.was_switched_off(account.portal_user) else LINKED
    return CREATED if account.made else LINKED


def _id(subject: str) -> int:
    return int(subject.rpartition("/")[2])


def _in_order(brought: dict[str, str]) -> list[str]:
    """Contacts before agents, by id."""
    return sorted(brought, key=lambda subject: (not subject.startswith("contact/"), _id(subject)))
