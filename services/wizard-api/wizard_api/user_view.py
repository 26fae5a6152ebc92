"""An account as it is shown: what the importer made, what people decided, its companies and the portal's user."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from halobus.accounts import Account, AccountChoice
from halobus.host_portal import PortalUser, users_by_id
from halobus.store import Database
from wizard_api import accounts_choices, company_links, names
from wizard_api.connected import State


class UserCompany(BaseModel):
    """``id``: the client's number in Halo. ``portal_company``: what it is linked to; null: not any more."""

    id: int
    name: str | None
    portal_company: str | None


class AtPortal(BaseModel):
    """The user as the portal has it. ``exists``: false until the portal has made one that it was asked for."""

    exists: bool
    active: bool
    role: str | None
    staff: bool


class User(BaseModel):
    """``id``: the portal user's; of an *offered* account the one that it would be. ``made``: the portal was asked to
    make it; else that user was there before, and is never changed.

    ``role``: what it shall have, as a person decided it or as the import gave it (``role_from``). ``contacts`` and
    ``agent``: Halo's numbers.
    """

    id: str | None
    email: str
    name: str
    origin: Literal["contact", "agent"]
    state: Literal["active", "suspended", "offered"]
    made: bool
    role: str | None
    role_from: Literal["company", "contact-type", "default", "batch", "person", "portal"] | None
    companies: list[UserCompany]
    contacts: list[int]
    agent: int | None
    portal: AtPortal
    created: datetime
    changed: datetime


@dataclass(frozen=True)
class _Around:
    choices: Mapping[str, AccountChoice]
    users: Mapping[str, PortalUser]
    companies: Mapping[int, UserCompany]


async def views(database: Database, state: State, accounts: Sequence[Account]) -> list[User]:
    """The accounts in their order."""
    around = _Around(
        await accounts_choices.of(database, state, [f"account/{each.email}" for each in accounts]),
        await users_by_id(
            database, state.tenant.tenant, {each.portal_user for each in accounts if each.portal_user is not None}
        ),
        await _companies(database, state, {id for each in accounts for id in each.companies}),
    )
    return [_view(account, around) for account in accounts]


async def _companies(database: Database, state: State, ids: Iterable[int]) -> dict[int, UserCompany]:
    wanted = set(ids)
    known = await names.load_companies(database, state, wanted)
    links = await company_links.of(database, state, wanted)
    return {
        id: UserCompany(id=id, name=known.get(id), portal_company=links[id]["portal_company"] if id in links else None)
        for id in wanted
    }


def _view(account: Account, around: _Around) -> User:
    decided = around.choices.get(f"account/{account.email}")
    by_person = decided is not None and decided.role is not None and account.made
    return User(
        id=account.portal_user,
        email=account.email,
        name=account.name,
        origin=account.kind,
        state=account.state,
        made=account.made,
        role=decided.role if decided is not None and by_person else account.role,
        role_from="person" if by_person else account.role_from,
        companies=[around.companies[id] for id in account.companies],
        contacts=account.contacts,
        agent=account.agent,
        portal=_at_portal(around.users.get(account.portal_user or "")),
        created=account.created,
        changed=account.changed,
    )


def _at_portal(user: PortalUser | None) -> AtPortal:
    if user is None:
        return AtPortal(exists=False, active=False, role=None, staff=False)
    return AtPortal(exists=True, active=user.active, role=user.role, staff=user.staff or user.primary_admin)
