"""Which account each contact belongs to. A contact has one; whoever has an account that we made keeps it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from halobus.account_gate import Hold
from halobus.account_policy import obstacle, of_staff
from halobus.host_portal import PortalUser
from halobus.messages import Contact
from importer.account_gate import hold
from importer.account_world import CHOICE, World


@dataclass
class Homes:
    """Contact ids by the account's address: ``members`` belong to it, ``offers`` could be linked to one of the staff.

    ``refused``: linked to a user whom the portal does not have, or who can't be told apart from another account.
    """

    members: dict[str, list[int]] = field(default_factory=dict)
    offers: dict[str, list[int]] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)


def homes(world: World) -> Homes:
    """Find everybody's, in the order of ids."""
    found, finder = Homes(), _Finder(world)
    for id in sorted(set(_everybody(world))):
        home, offered = finder.home(id)
        if home is None:
            if world.chosen_user(id) is not None:
                found.refused.add(id)
        elif offered:
            found.offers.setdefault(home, []).append(id)
        else:
            found.members.setdefault(home, []).append(id)
    return found


def key_of(world: World, user: PortalUser, by_user: dict[str, str], email: str | None) -> str | None:
    """The account that stands for a portal's user: theirs, else under their address, else under the person's own."""
    if user.id in by_user:
        return by_user[user.id]
    return next((key for key in (user.email, email) if key and _is_free(world, key, user)), None)


def accounts_by_user(world: World) -> dict[str, str]:
    """The address of each portal user's account."""
    standing = [account for account in world.accounts.values() if account.state != "offered"]
    return {account.portal_user: account.email for account in standing if account.portal_user}


def _is_free(world: World, key: str, user: PortalUser) -> bool:
    """Whether the account under an address can become this user's: it is nobody else's."""
    account = world.accounts.get(key)
    if account is None or account.state == "offered" or account.portal_user == user.id:
        return True
    return account.portal_user not in world.users and world.by_email.get(key) == user


def _everybody(world: World) -> Iterator[int]:
    yield from world.contacts
    for account in world.accounts.values():
        yield from account.contacts


class _Finder:
    def __init__(self, world: World) -> None:
        self.world = world
        standing = [account for account in world.accounts.values() if account.state != "offered"]
        self.held = {id: account.email for account in standing for id in account.contacts}
        self.by_user = accounts_by_user(world)
        self.holds: dict[bool, Hold | None] = {each: hold(world, imported=each) for each in (True, False)}
        self.sharing = Counter(each.email for each in world.contacts.values() if obstacle(each) is None)

    def home(self, id: int) -> tuple[str | None, bool]:
        """The address of the account, and whether it is but offered."""
        contact, held = self.world.contacts.get(id), self.held.get(id)
        if contact is None:
            # Not seen is not gone: after a Clear & Resync nobody is seen until the contacts have been read again.
            gone = self.world.whole or id in self.world.stubs
            return (None if gone else held), False
        user = self.world.chosen_user(id)
        if user is not None:
            return self._by_choice(contact, self.world.users.get(user), held), False
        if held is None:
            return self._new(contact)
        new, offered = self._new(contact) if self._may_leave(contact, held) else (held, False)
        keeps = self.world.accounts[held].made and self.world.accounts[held].kind == "contact"
        return (held, False) if keeps and (new is None or offered) else (new, offered)

    def _by_choice(self, contact: Contact, user: PortalUser | None, held: str | None) -> str | None:
        key = key_of(self.world, user, self.by_user, contact.email) if user is not None else None
        return held if key is None or (contact.inactive and held != key) else key

    def _may_leave(self, contact: Contact, held: str) -> bool:
        """Whether a contact's account is another one now: the address moved on, or a person took the link away."""
        account = self.world.accounts[held]
        by_hand = account.brought.get(f"contact/{contact.id}") == CHOICE
        if account.made and account.kind == "contact":
            # Their account stays theirs under a new address, unless they only shared it with somebody who keeps it.
            return contact.email not in (held, None) and self.sharing[held] > 0
        if of_staff(account, self.world.user_of(held)) or by_hand:
            return True
        return contact.email not in (held, None)

    def _new(self, contact: Contact) -> tuple[str | None, bool]:
        """The account that a contact's address leads to, if the contact may come in."""
        link = self.world.links.get(contact.client_id) if contact.client_id is not None else None
        if obstacle(contact) is not None or contact.email is None or link is None:
            return None, False
        account = self.world.accounts.get(contact.email)
        known = account is not None and account.state == "offered" and contact.id in account.contacts
        if self.holds[link.imported] is not None and not known:
            return None, False
        return contact.email, of_staff(account, self.world.user_of(contact.email))
