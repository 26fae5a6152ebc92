"""Reads what is decided and mirrored of one connection, in a handful of queries however many contacts there are."""

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

from halobus import host_portal, version
from halobus.accounts import Account, AccountChoice, Import
from halobus.decisions import SyncSettings
from halobus.documents import Connection, StreamState, Tenant
from halobus.messages import Contact, ReferenceItem
from halobus.mirror import visible
from halobus.settings_schema import decided
from halobus.store import Database, Document, find_one
from halobus.streams import StreamName
from importer import account_former
from importer.account_world import Link, World

_AT_ONCE = 10_000
"""Ids in one query: far below the 16 MB that one may have."""


async def read_world(database: Database, tenant: str, connection: str) -> World | None:
    """Everything; None where the connection is not the tenant's, or its data is to go. Raises the driver's errors."""
    known = Tenant.model_validate(await find_one(database, "tenants", tenant) or {"tenant": tenant})
    held = await find_one(database, "connections", tenant) or {}
    if known.connection != connection or connection in (held.get("deleted") or []):
        return None
    decided = Connection.model_validate({**held, "tenant": tenant})
    mine = {"tenant": tenant, "connection": connection}
    # What was read in full is asked for before the contacts: whoever is missing afterwards was not there then.
    generation = decided.generation(connection, StreamName.CONTACTS)
    state = known.streams.get(StreamName.CONTACTS, StreamState())
    links, latest = await _links(database, mine)
    choices = {choice.subject: choice async for choice in _choices(database, mine)}
    accounts = await _accounts(database, mine)
    contacts, stubs = await _contacts(database, mine, generation, links, accounts, choices)
    imports = {found.event: found async for found in _imports(database, mine)}
    agents = await _agents(database, mine)
    users, by_email = await _users(database, tenant, contacts, choices, accounts, agents or {})
    return World(
        **mine,
        contacts=contacts,
        stubs=stubs,
        whole=state.generation == generation and state.full_read_at is not None,
        links=links,
        choices=choices,
        settings=await _settings(database, mine),
        users={**{user.id: user for user in by_email.values()}, **users},
        by_email=by_email,
        roles=await host_portal.roles_of(database, tenant),
        accounts=accounts,
        agents=agents,
        former=await account_former.read(database, tenant, connection),
        imports=imports,
        open_events=frozenset(event for event, at in latest.items() if _is_open(imports.get(event), at)),
        completed=decided.completed is not None,
        connected=known.state != "disconnected",
    )


async def _links(database: Database, mine: Document) -> tuple[dict[int, Link], dict[str, Any]]:
    """The linked clients, and of each import when the last of its clients was linked."""
    links: dict[int, Link] = {}
    latest: dict[str, Any] = {}
    async for document in database["company_links"].find(mine):
        event = document.get("import")
        links[document["company"]] = Link(document["company"], event, bool(document.get("imported")))
        if event is not None:
            latest[event] = max(latest.get(event, document["at"]), document["at"])
    return links, latest


def _is_open(held: Import | None, latest: Any) -> bool:
    """A large import links its clients in several goes, so that one which was done may have to go on."""
    return held is None or held.finished is None or latest > held.finished


async def _choices(database: Database, mine: Document) -> AsyncIterator[AccountChoice]:
    async for document in database["account_choices"].find(mine):
        yield AccountChoice.model_validate(document)


async def _imports(database: Database, mine: Document) -> AsyncIterator[Import]:
    async for document in database["imports"].find(mine, {"facts": 0}):
        yield Import.model_validate(document)


async def _accounts(database: Database, mine: Document) -> dict[str, Account]:
    """Without their facts, which nobody decides by and which only ever grow by a write."""
    found = database["accounts"].find(mine, {"facts": 0})
    accounts = [Account.model_validate(document) async for document in found]
    return {account.email: account for account in sorted(accounts, key=lambda each: each.email)}


async def _settings(database: Database, mine: Document) -> SyncSettings:
    document = await find_one(database, "settings", f"{mine['tenant']}:{mine['connection']}:sync")
    return decided(SyncSettings, document)


async def _agents(database: Database, mine: Document) -> dict[int, ReferenceItem] | None:
    document = await find_one(database, "reference", f"{mine['tenant']}:{mine['connection']}:agents")
    if document is None or "content" not in document:
        return None
    items = [ReferenceItem.model_validate(item) for item in document["content"]["items"]]
    return {int(item.id): item for item in items}


async def _contacts(
    database: Database,
    mine: Document,
    generation: int,
    links: Mapping[int, Link],
    accounts: Mapping[str, Account],
    choices: Mapping[str, AccountChoice],
) -> tuple[dict[int, Contact], frozenset[int]]:
    """The contacts of the linked clients, and those of accounts and choices, with who of these is none any more."""
    shown = visible(mine["tenant"], mine["connection"], generation)
    of_clients = {**shown, "content.client_id": {"$in": sorted(links)}}
    cursor = database["contacts"].find(of_clients, {"content": 1})
    contacts = [Contact.model_validate(document["content"]) async for document in cursor]
    found = {contact.id: contact for contact in contacts}
    chosen = {int(each.rpartition("/")[2]) for each in choices if each.startswith("contact/")}
    others = sorted(({id for account in accounts.values() for id in account.contacts} | chosen) - found.keys())
    stubs: set[int] = set()
    for start in range(0, len(others), _AT_ONCE):
        keys = [f"{mine['tenant']}:{mine['connection']}:{id}" for id in others[start : start + _AT_ONCE]]
        async for document in database["contacts"].find({"_id": {"$in": keys}}):
            if document["state"] != "live":
                stubs.add(int(document["id"]))
            elif document["version"] >= version.floor(generation):
                found[int(document["id"])] = Contact.model_validate(document["content"])
    return found, frozenset(stubs)


async def _users(
    database: Database,
    tenant: str,
    contacts: Mapping[int, Contact],
    choices: Mapping[str, AccountChoice],
    accounts: Mapping[str, Account],
    agents: Mapping[int, ReferenceItem],
) -> tuple[dict[str, host_portal.PortalUser], dict[str, host_portal.PortalUser]]:
    """The portal's users whom a decision or an account names, and those who have one of the addresses."""
    ids = _named([account.portal_user for account in accounts.values()])
    ids |= _named([choice.portal_user for choice in choices.values()])
    emails = _named([contact.email for contact in contacts.values()])
    emails |= _named([choice.email for choice in choices.values()]) | set(accounts)
    written = (each.attributes.get("email") for each in agents.values())
    emails |= {each.strip().lower() for each in written if isinstance(each, str)}
    by_id = await host_portal.users_by_id(database, tenant, ids)
    return by_id, await host_portal.users_by_email(database, tenant, emails)


def _named(values: Collection[str | None]) -> set[str]:
    return {value for value in values if value is not None}
