"""Who becomes an account and with which role: pure rules that the importer keeps and wizard-api foretells."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from halobus.accounts import Account
from halobus.decisions import SyncSettings
from halobus.host_portal import PortalUser
from halobus.messages import Contact

Obstacle = Literal["inactive", "without_email", "invalid_email"]
Outcome = Literal["created", "linked", "already", "offered"]
RoleRule = Literal["company", "contact-type", "default"]
IMPORTANT = "important"
"""The type of the contacts that Halo marks as important; a contact's title is a type of its own."""


@dataclass(frozen=True)
class RoleRules:
    """``by_type``: role by contact type in small letters. ``by_company``: what was decided for a Halo client alone."""

    default: str | None = None
    by_type: Mapping[str, str] = field(default_factory=dict)
    by_company: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: SyncSettings, by_company: Mapping[int, str]) -> "RoleRules":
        types = {name.casefold(): role for name, role in settings.contact_type_roles.items()}
        return cls(settings.default_role, types, by_company)


def obstacle(contact: Contact) -> Obstacle | None:
    """Why a contact can't become an account, or None where it can. Who left counts as that, whatever the address."""
    if contact.inactive:
        return "inactive"
    if contact.email is None:
        return "invalid_email" if contact.email_problem == "invalid" else "without_email"
    return None


def role_for(contact: Contact, rules: RoleRules) -> tuple[str, RoleRule] | None:
    """The role of a contact's new account and the rule that gives it: company, then type, then default; or None."""
    own = None if contact.client_id is None else rules.by_company.get(contact.client_id)
    if own is not None:
        return own, "company"
    for type in contact_types(contact):
        if type in rules.by_type:
            return rules.by_type[type], "contact-type"
    return (rules.default, "default") if rules.default else None


def contact_types(contact: Contact) -> list[str]:
    """A contact's types in small letters, the telling one first: Halo has its title, and whether it is important."""
    title = (contact.title or "").strip().casefold()
    return [*([title] if title else []), *([IMPORTANT] if contact.important else [])]


def is_staff(user: PortalUser) -> bool:
    """Whether a user works for the MSP: such an account is never changed, and only offered to a contact."""
    return user.staff or user.primary_admin


def of_staff(account: Account | None, user: PortalUser | None) -> bool:
    """Whether an address belongs to somebody of the MSP: by the portal's word, or as an imported agent."""
    agents = account is not None and account.kind == "agent" and account.state != "offered"
    return agents or (user is not None and is_staff(user))


def outcome(contact: Contact, account: Account | None, user: PortalUser | None) -> Outcome:
    """What an import makes of a contact without an obstacle.

    ``account``: what Halobus has under its address; ``user``: whom the portal has under it.
    """
    standing = account if account is not None and account.state != "offered" else None
    if standing is not None and contact.id in standing.contacts:
        return "already"
    if of_staff(account, user):
        return "offered"
    return "linked" if standing is not None or user is not None else "created"


def foretell(
    contacts: Iterable[Contact], accounts: Mapping[str, Account], users: Mapping[str, PortalUser]
) -> Counter[Outcome | Obstacle]:
    """How many contacts an import would make what of. An address that several have becomes one account."""
    told: Counter[Outcome | Obstacle] = Counter()
    met: set[str] = set()
    for contact in contacts:
        wrong = obstacle(contact)
        if wrong is not None or contact.email is None:
            told[wrong or "without_email"] += 1
            continue
        result = outcome(contact, accounts.get(contact.email), users.get(contact.email))
        told["linked" if result == "created" and contact.email in met else result] += 1
        met.add(contact.email)
    return told
