"""Accounts of a connection whose data is to go: what we made is suspended, and all ties to Halo are forgotten."""

from collections.abc import Collection, Mapping

from halobus import host_portal, log
from halobus.accounts import Account
from halobus.host_portal import PortalUser
from halobus.store import Database
from importer.account_change import CHANGED, SUSPENDED, Change, may_suspend, suspended
from importer.account_write import write

_log = log.get(__name__)


async def retire(database: Database) -> None:
    """One round of the loop over the connections that wizard-api has marked. Raises the driver's errors."""
    marked = database["connections"].find({"deleted.0": {"$exists": True}}, {"deleted": 1})
    async for document in marked:
        for connection in document["deleted"]:
            await _retire(database, document["_id"], connection)


async def _retire(database: Database, tenant: str, connection: str) -> None:
    mine = {"tenant": tenant, "connection": connection}
    left = [Account.model_validate(each) async for each in database["accounts"].find(mine, {"facts": 0})]
    ids = {account.portal_user for account in left if account.portal_user}
    users = await host_portal.users_by_id(database, tenant, ids)
    again = {"tenant": tenant, "connection": {"$ne": connection}, "made": True, "portal_user": {"$in": sorted(ids)}}
    taken = set(await database["accounts"].distinct("portal_user", again))
    changes = [each for account in left if (each := _retired(account, users, taken))]
    if changes:
        await write(database, changes)
        _log.info("accounts_retired", tenant=tenant, accounts=len(changes))
    await database["imports"].delete_many(mine)


def _retired(account: Account, users: Mapping[str, PortalUser], taken: Collection[str]) -> Change | None:
    """``taken``: users who have an account under the next Halo, so that nobody needs the one of the Halo before."""
    user = account.portal_user or ""
    return Change(account, None) if user in taken else retired(account, users.get(user))


def retired(account: Account, user: PortalUser | None) -> Change | None:
    """What is left of an account; None where nothing more has to go. What was only offered goes whole."""
    if account.state == "offered":
        return Change(account, None)
    agents = {subject: event for subject, event in account.brought.items() if subject.startswith("agent/")}
    bare = account.model_copy(update={"contacts": [], "companies": [], "brought": agents, "made_for": None})
    if may_suspend(bare, user):
        return Change(account, suspended(bare, user), SUSPENDED)
    return Change(account, bare, CHANGED) if bare != account else None
