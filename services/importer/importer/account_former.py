"""Accounts of a Halo instance that was left for another one. Their users stay the portal's, suspended by us; whoever
of them is a contact of the next instance as well gets the same user back, and nobody else would switch it on again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from halobus.account_policy import is_staff
from halobus.accounts import Account
from halobus.host_portal import PortalUser
from halobus.store import ASCENDING, Database


@dataclass(frozen=True)
class Former:
    """``accounts``: those that we made for contacts, by the portal's user. ``leaving``: users whose account is not
    suspended yet, or that is not told yet: they wait, so that the portal hears of the two in their order."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    leaving: frozenset[str] = frozenset()

    def taken_up(self, user: PortalUser) -> dict[str, Any]:
        """The fields by which a user whom we made is ours again; empty for one whom a person made, or the staff's."""
        account = self.accounts.get(user.id)
        if account is None or is_staff(user):
            return {}
        return {"made": True, "made_for": f"connection/{account.connection}"}

    def was_switched_off(self, user: str | None) -> bool:
        """Whether it was us who had a user switched off."""
        account = self.accounts.get(user or "")
        return account is not None and account.state == "suspended" and not account.found_inactive


async def read(database: Database, tenant: str, connection: str) -> Former:
    """Those of all connections but this one; of several with one user the last. Raises the driver's errors."""
    others = {"tenant": tenant, "connection": {"$ne": connection}, "made": True, "kind": "contact"}
    accounts: dict[str, Account] = {}
    leaving: set[str] = set()
    async for document in database["accounts"].find(others).sort("changed", ASCENDING):
        account = Account.model_validate(document)
        if account.portal_user is None:
            continue
        accounts[account.portal_user] = account
        if account.contacts or account.companies or not all(fact.announced for fact in account.facts):
            leaving.add(account.portal_user)
    return Former(accounts, frozenset(leaving))
