"""The agents that can become accounts, from Halo's list, each with the account that it has."""

from dataclasses import dataclass
from datetime import datetime

from halobus.accounts import Account
from halobus.addresses import address_of
from halobus.messages import ReferenceItem, ReferenceList
from halobus.mirror import visible
from halobus.store import Database
from halobus.streams import StreamName
from wizard_api import accounts_choices
from wizard_api.accounts_link import AccountLink, link_of
from wizard_api.connected import State

UNASSIGNED = 1
"""Halo's own agent for what nobody has (docs/halo.md section 6.3)."""


@dataclass(frozen=True)
class Agent:
    """``email``: in small letters, None where Halo has none or what is no address."""

    id: int
    name: str
    email: str | None
    job_title: str | None
    link: AccountLink | None


@dataclass(frozen=True)
class Agents:
    """By id, without those that are nobody's colleague: ``disabled`` and ``api_only`` say how many were left out."""

    agents: dict[int, Agent]
    disabled: int = 0
    api_only: int = 0
    read_at: datetime | None = None


async def load(database: Database, state: State) -> Agents:
    """All of them; none before Halo's list was read."""
    shown = visible(state.tenant.tenant, state.connection, state.generation(StreamName.REFERENCE))
    document = await database.reference.find_one({**shown, "id": "agents"})
    if document is None:
        return Agents({})
    items = [one for one in ReferenceList.model_validate(document["content"]).items if one.id != UNASSIGNED]
    enabled = [one for one in items if not one.inactive]
    people = [one for one in enabled if not one.attributes.get("is_api_agent")]
    links = await links_of(database, state)
    return Agents(
        {int(one.id): _agent(one, links.get(int(one.id))) for one in people},
        disabled=len(items) - len(enabled),
        api_only=len(enabled) - len(people),
        read_at=document.get("met"),
    )


async def links_of(database: Database, state: State) -> dict[int, AccountLink]:
    """The account of each agent who was imported or linked; one that was unlinked since is none of theirs."""
    choices = await accounts_choices.every(database, state, "agent")
    query = {"tenant": state.tenant.tenant, "connection": state.connection, "agent": {"$type": "number"}}
    accounts = {each["agent"]: Account.model_validate(each) async for each in database.accounts.find(query)}
    links = {id: link_of(choice, accounts.get(id)) for id, choice in choices.items()}
    return {id: link for id, link in links.items() if link is not None}


def _agent(item: ReferenceItem, link: AccountLink | None) -> Agent:
    email, title = item.attributes.get("email"), item.attributes.get("job_title")
    return Agent(
        int(item.id),
        item.name,
        address_of(email.strip()) if isinstance(email, str) else None,
        title if isinstance(title, str) else None,
        link,
    )
