"""*Import Users Now*: Halo's agents become accounts of the portal, with one role for the batch."""

from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from halobus.host_portal import roles_of
from wizard_api import accounts_choices, agents_known, audit
from wizard_api.accounts_choices import Wish
from wizard_api.agents_known import Agent
from wizard_api.auth import Principal
from wizard_api.connected import State, live_state_of
from wizard_api.context import API, InWizard
from wizard_api.idempotency import Idempotency, IdempotencyKey
from wizard_api.permissions import UserManager
from wizard_api.problems import FieldError, ProblemError, conflict, invalid
from wizard_api.roles import unfit_for_agents
from wizard_api.user_import_rules import Selection, select

router = APIRouter(prefix=f"{API}/users/import", tags=["users"])
AgentId = Annotated[int, Field(ge=1, le=2**53)]
Email = Annotated[str, Field(max_length=300)]


class ImportUsers(BaseModel):
    """``agents``: ids from GET /agents, or all without an account. ``emails``: by agent, where Halo has none."""

    model_config = ConfigDict(extra="forbid")

    agents: Annotated[list[AgentId], Field(min_length=1, max_length=2000)] | Literal["all_unlinked"]
    role: Annotated[str, Field(min_length=1, max_length=200)]
    emails: Annotated[dict[AgentId, Email], Field(max_length=2000)] = Field(default_factory=dict)


class UsersImport(BaseModel):
    """``id``: follow it at ``/users/imports/{id}``. ``linked``: chosen ones left out, since they have an account."""

    id: str
    agents: int
    linked: list[int]


@router.post("", status_code=202, summary="Import Users Now: make accounts for agents")
async def import_users(
    body: ImportUsers,
    caller: UserManager,
    wizard: InWizard,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> UsersImport:
    database = wizard.database
    state = await live_state_of(database, caller.tenant)
    key = Idempotency.of(caller.tenant, idempotency_key, body.model_dump(mode="json"))
    unfit = unfit_for_agents(body.role, await roles_of(database, caller.tenant))
    if unfit:
        raise invalid(("role", unfit))
    agents = (await agents_known.load(database, state)).agents
    selection = select(agents, body.agents, body.emails)
    if selection.errors:
        raise _wrong(selection)
    id = uuid4().hex
    wishes = [_wish(agents[agent], email, body.role, id) for agent, email in selection.emails.items()]
    entry = _entry(caller, state, id, sorted(selection.emails), body.role)
    answer, done = await accounts_choices.batch(database, caller, state, wishes, entry, id, key)
    if not done:
        raise _nothing(agents)
    response.headers["Location"] = f"{API}/users/imports/{answer}"
    return UsersImport(id=answer, agents=done, linked=selection.linked if answer == id else [])


def _wish(agent: Agent, email: str, role: str, batch: str) -> Wish:
    return Wish(f"agent/{agent.id}", {"email": email, "name": agent.name, "role": role, "batch": batch})


def _entry(caller: Principal, state: State, batch: str, agents: list[int], role: str) -> audit.Entry:
    whole = {"agents": agents, "role": role}
    return audit.Entry(
        caller.tenant,
        caller.subject,
        "users.imported",
        f"users/imports/{batch}",
        state.connection,
        after=whole,
        fact=accounts_choices.IMPORT,
        data={"import": batch, **whole},
    )


def _wrong(selection: Selection) -> ProblemError:
    """422; ``missing_emails`` lists the agents whose address must be typed in."""
    errors = [FieldError(field=field, message=message) for field, message in selection.errors]
    missing = selection.missing
    detail = f"{len(missing)} of the agents have no e-mail address in Halo." if missing else ""
    return ProblemError(
        422,
        "missing-emails" if missing else "invalid",
        "E-mail addresses are missing" if missing else "The request has wrong values",
        detail,
        "Send what `errors` names in `emails`, by agent."
        if missing
        else "Correct what `errors` names and send it again.",
        errors,
        more={"missing_emails": missing},
    )


def _nothing(agents: dict[int, Agent]) -> ProblemError:
    if not agents:
        return conflict("no-agents", "Halo's agents have not been read yet", "Sync PSA Data, then send it again.")
    return conflict("nothing-to-import", "All of these agents have an account", "Look at GET /agents?unlinked=true.")
