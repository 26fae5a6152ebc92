"""What auto-import would do, told from the stored contacts before anything is decided, by the importer's own rules."""

from typing import Any

from halobus.account_policy import foretell
from halobus.accounts import Account, Outcomes
from halobus.host_portal import users_by_email
from halobus.messages import Contact
from halobus.store import Database
from halobus.streams import StreamName
from wizard_api import accounts_choices, company_links
from wizard_api.connected import State
from wizard_api.status import shown


class Accounts(Outcomes):
    """Counted in contacts of linked companies; ``contacts`` = the sum of all the others.

    ``created``: new accounts. ``linked``: get an account that is there, or will be, under their address. ``already``:
    have theirs. ``offered``: the address is one of the MSP's staff. The others can't become accounts.
    """

    contacts: int


async def accounts(database: Database, state: State) -> Accounts:
    """Of all linked companies, as they stand; who was linked by hand has an account."""
    mine = {"tenant": state.tenant.tenant, "connection": state.connection}
    companies = list(await company_links.every(database, state))
    of_linked = {**shown(state, StreamName.CONTACTS), "content.client_id": {"$in": companies}}
    contacts = [Contact.model_validate(each["content"]) async for each in database.contacts.find(of_linked)]
    by_hand = await accounts_choices.every(database, state, "contact")
    rest = [contact for contact in contacts if contact.id not in by_hand]
    emails = {contact.email for contact in rest if contact.email}
    held: dict[str, Any] = {
        each["email"]: each async for each in database.accounts.find(mine) if each["email"] in emails
    }
    known = {email: Account.model_validate(document) for email, document in held.items()}
    told = foretell(rest, known, await users_by_email(database, state.tenant.tenant, emails))
    told["already"] += len(contacts) - len(rest)
    return Accounts.model_validate({"contacts": len(contacts), **told})
