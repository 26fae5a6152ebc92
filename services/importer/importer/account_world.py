"""What is known when accounts are planned: decisions, mirrors, the portal's users, and the accounts as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from halobus.accounts import Account, AccountChoice, Import
from halobus.decisions import SyncSettings
from halobus.host_portal import PortalRole, PortalUser
from halobus.messages import Contact, ReferenceItem
from importer.account_former import Former

AUTO = "auto"
"""The event of what the syncs bring by themselves."""
CHOICE = "choice"
"""The event of what a person linked one by one."""


@dataclass(frozen=True)
class Link:
    """A linked Halo client. ``event``: the import that linked it. ``imported``: by *Import Companies Now*."""

    company: int
    event: str | None = None
    imported: bool = False


@dataclass(frozen=True)
class World:
    """One connection, as read at one time.

    ``contacts``: those visible of the linked clients, of accounts and of choices, by id. ``stubs``: known to be no
    client's people any more. ``whole``: the contacts of this generation have been read in full, so that one who is
    not there is gone. ``users``: by id; ``by_email``: by address. ``accounts``: by address. ``agents``: None where
    their list has not been read. ``former``: of the Halo that was left for this one. ``imports``: by event;
    ``open_events``: those of companies that are under way.
    """

    tenant: str
    connection: str
    contacts: Mapping[int, Contact] = field(default_factory=dict)
    stubs: frozenset[int] = frozenset()
    whole: bool = True
    links: Mapping[int, Link] = field(default_factory=dict)
    choices: Mapping[str, AccountChoice] = field(default_factory=dict)
    settings: SyncSettings = field(default_factory=SyncSettings)
    users: Mapping[str, PortalUser] = field(default_factory=dict)
    by_email: Mapping[str, PortalUser] = field(default_factory=dict)
    roles: Mapping[str, PortalRole] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    agents: Mapping[int, ReferenceItem] | None = None
    former: Former = field(default_factory=Former)
    imports: Mapping[str, Import] = field(default_factory=dict)
    open_events: frozenset[str] = frozenset()
    completed: bool = True
    connected: bool = True

    def user_of(self, email: str) -> PortalUser | None:
        """The portal's user behind an address: its account's, else whoever has the address."""
        account = self.accounts.get(email)
        own = self.users.get(account.portal_user) if account is not None and account.portal_user else None
        return own or self.by_email.get(email)

    def chosen_user(self, contact: int) -> str | None:
        """The portal user that a person linked a contact to."""
        choice = self.choices.get(f"contact/{contact}")
        return choice.portal_user if choice is not None else None

    def event_of(self, contact: Contact | None) -> str:
        """The import that brings a contact now: its client's, as long as that is under way."""
        link = self.links.get(contact.client_id) if contact is not None and contact.client_id is not None else None
        return link.event if link is not None and link.event in self.open_events and link.event else AUTO
