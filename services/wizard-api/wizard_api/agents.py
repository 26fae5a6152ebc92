"""Halo's agents, the MSP's technicians: whom *Import Users* offers, and who has an account already."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from halobus.host_portal import PortalUser, users_by_email
from wizard_api import agents_known
from wizard_api.accounts_link import AccountLink
from wizard_api.agents_known import Agent
from wizard_api.connected import state_of
from wizard_api.context import API, InWizard
from wizard_api.paging import Cursor, Limit, Page, decode, encode
from wizard_api.permissions import UserManager

router = APIRouter(prefix=f"{API}/agents", tags=["users"])
NOTE = (
    "These are Halo's agents alone. Client contacts are not imported here: import their company "
    "(POST /companies/import) with Auto-Import on; they stand at GET /contacts and GET /users."
)


class Known(BaseModel):
    """A user that the portal has under an agent's address: link them instead of making a second account."""

    id: str
    name: str


class AgentRow(BaseModel):
    """``email`` null: type one in to import the agent. ``last_sync``: when the agent last came from Halo."""

    id: int
    name: str
    email: str | None
    job_title: str | None
    last_sync: datetime | None
    link: AccountLink | None
    known: Known | None


class AgentPage(Page[AgentRow]):
    """``disabled``, ``api_only``: agents that are left out. ``unlinked``: how many of all can be imported."""

    disabled: int
    api_only: int
    unlinked: int
    note: str = NOTE


@router.get("", summary="Import Users: Halo's agents by name, and whether they have an account")
async def listing(
    caller: UserManager,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    unlinked: Annotated[bool, Query(description="Show Unlinked Only")] = False,
    search: Annotated[str | None, Query(max_length=100, description="Part of the name or of the address")] = None,
) -> AgentPage:
    state = await state_of(wizard.database, caller.tenant)
    found = await agents_known.load(wizard.database, state)
    place = decode(cursor, (str, int)) if cursor else None
    wanted = [
        agent
        for agent in sorted(found.agents.values(), key=_place)
        if (not unlinked or agent.link is None)
        and (search is None or search.casefold() in f"{agent.name} {agent.email or ''}".casefold())
        and (place is None or _place(agent) > tuple(place))
    ]
    shown = wanted[:limit]
    emails = {agent.email for agent in shown if agent.email and agent.link is None}
    users = await users_by_email(wizard.database, caller.tenant, emails)
    return AgentPage(
        items=[_row(agent, users, found.read_at) for agent in shown],
        next=encode(_place(shown[-1])) if len(wanted) > limit else None,
        disabled=found.disabled,
        api_only=found.api_only,
        unlinked=sum(agent.link is None for agent in found.agents.values()),
    )


def _place(agent: Agent) -> tuple[str, int]:
    return agent.name, agent.id


def _row(agent: Agent, users: dict[str, PortalUser], read_at: datetime | None) -> AgentRow:
    user = users.get(agent.email or "") if agent.link is None else None
    return AgentRow(
        id=agent.id,
        name=agent.name,
        email=agent.email,
        job_title=agent.job_title,
        last_sync=read_at,
        link=agent.link,
        known=Known(id=user.id, name=user.name) if user else None,
    )
