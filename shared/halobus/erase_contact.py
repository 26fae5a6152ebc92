"""``halobus erase --contact``: one person, erased here for ever. Halo is the source: erase them there first.

``erasures`` keeps Halo's number of the person, and nothing else: by it every record of the contact is stored as a stub
without content, and every ticket without its requester's name and address, whenever it comes.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from halobus import forgetting
from halobus.cli_resume import audit_entry, written_now
from halobus.erasures import COLLECTION
from halobus.store import Database, Document, Session, find_one, in_transaction

PATIENCE = 60.0
"""Seconds that the importer is given to suspend the person's account and to tell the portal of it."""
PAUSE = 0.5


@dataclass
class Found:
    """What Halobus holds of a contact. ``name``: as it stands in comments, None where the mirror is gone already."""

    tenant: str
    connection: str
    contact: int
    name: str | None = None
    client: int | None = None
    accounts: list[Document] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def own(self) -> Document:
        """The connection's documents."""
        return {"tenant": self.tenant, "connection": self.connection}

    @property
    def tickets(self) -> Document:
        """The person's tickets that name them."""
        named = [{"content.user_name": {"$ne": None}}, {"content.user_email": {"$ne": None}}]
        return {**self.own, "content.user_id": self.contact, "$or": named}

    @property
    def subjects(self) -> list[str]:
        """What may have been decided of them."""
        return [f"contact/{self.contact}", *(f"account/{account['email']}" for account in self.accounts)]


async def look(database: Database, tenant: str, contact: int) -> Found | None:
    """What there is of the contact; None where the tenant has no connection."""
    known = await find_one(database, "tenants", tenant) or {}
    if not isinstance(known.get("connection"), str):
        return None
    found = Found(tenant, known["connection"], contact)
    mirror = await find_one(database, "contacts", f"{tenant}:{found.connection}:{contact}") or {}
    content = mirror.get("content") or {}
    found.name, found.client = content.get("name"), content.get("client_id")
    subject = f"contact/{contact}"
    theirs = [{"contacts": contact}, {"made_for": subject}, {f"brought.{subject}": {"$exists": True}}]
    accounts = database["accounts"]
    found.accounts = await accounts.find({**found.own, "$or": theirs}).to_list(None)
    # The account that they had under a Halo before this one is told by its address alone.
    emails = {content.get("email"), *(account["email"] for account in found.accounts)} - {None}
    before = {"tenant": tenant, "connection": {"$ne": found.connection}, "kind": "contact"}
    found.accounts += await accounts.find({**before, "email": {"$in": sorted(emails)}}).to_list(None)
    found.counts = {
        "contacts": int(mirror.get("state") == "live"),
        "accounts": len(found.accounts),
        "account_choices": await database["account_choices"].count_documents(_choices(found)),
        "tickets that name them": await database["tickets"].count_documents(found.tickets),
        "tickets with comments of theirs": await database["comments"].count_documents(_comments(found)),
    }
    return found


async def erase(database: Database, found: Found, why: str, patience: float = PATIENCE) -> list[str]:
    """Erase what was found; may be run again. Returns what is left to do, in sentences. Written to the audit log.

    ``patience``: seconds that the importer is given for the accounts.
    """
    key = f"{found.tenant}:{found.connection}:{found.contact}"
    entry = audit_entry("contact.erased", f"contacts/{found.contact}", found.counts, {"why": why})
    told = {"tenant": found.tenant, "connection": found.connection, "fact": "contact.erased", "announced": False}
    entry = {**entry, **told, "data": {"contact": found.contact}}

    async def mark(session: Session) -> None:
        person = {"_id": key, **found.own, "contact": str(found.contact)}
        whole = [{"$replaceWith": {"$mergeObjects": [{"$literal": person}, {"at": "$$NOW"}]}}]
        await database[COLLECTION].update_one({"_id": key}, whole, upsert=True, session=session)
        await database["audit"].update_one({"_id": entry["_id"]}, written_now(entry), upsert=True, session=session)

    await in_transaction(database, mark)
    await forgetting.empty(database, found.tenant)
    nameless = {"$set": {"content.user_name": None, "content.user_email": None}}
    await database["tickets"].update_many(found.tickets, nameless)
    theirs = {"$set": {"content.comments.$[theirs].author": None}}
    filters = [{"theirs.author": found.name, "theirs.by": "user"}]
    if found.name is not None:
        await database["comments"].update_many(_comments(found), theirs, array_filters=filters)
    left = [sentence for account in found.accounts if (sentence := await _account(database, found, account, patience))]
    await database["account_choices"].delete_many(_choices(found))
    return left


def _choices(found: Found) -> Document:
    return {**found.own, "subject": {"$in": found.subjects}}


def _comments(found: Found) -> Document:
    """Comments name their author and no number: those of a user of that name count as theirs."""
    theirs: dict[str, Any] = {"$elemMatch": {"author": found.name, "by": "user"}}
    return {**found.own, "content.comments": theirs if found.name is not None else {"$in": []}}


async def _account(database: Database, found: Found, account: Document, patience: float) -> str | None:
    """Delete it, once what we made is suspended and the portal is told; else why it is still there."""
    if others := [str(id) for id in account["contacts"] if id != found.contact]:
        return f"an account stays, since it is also that of contact {', '.join(others)}: erase that one, too"
    if account.get("made") and not await _is_retired(database, account["_id"], patience):
        return "the importer has not suspended their account yet: run this again when it is up"
    await database["accounts"].delete_one({"_id": account["_id"]})
    user = account.get("portal_user")
    return f"the portal's own user {user} is the portal's to erase" if user else None


async def _is_retired(database: Database, id: str, patience: float) -> bool:
    """Wait until the importer has suspended the account, or found a reason not to, and has told so."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while loop.time() < until:
        now = await find_one(database, "accounts", id)
        told = now is None or all(fact.get("announced") for fact in now.get("facts", []))
        if now is None or (now["state"] != "active" and told):
            return True
        await asyncio.sleep(PAUSE)
    return False
