"""The role of one company's contacts, before that of their type and the default one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from halobus.host_portal import roles_of
from halobus.store import Database
from wizard_api import accounts_choices, audit, company_matching
from wizard_api.accounts_choices import Wish
from wizard_api.auth import Principal
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import ContactReader, UserManager
from wizard_api.problems import invalid, not_found
from wizard_api.roles import unfit_for_contacts

router = APIRouter(prefix=f"{API}/companies", tags=["users"])
CompanyId = Annotated[int, Path(ge=1, le=2**53, description="The client's number in Halo")]


class CompanyRole(BaseModel):
    """``role`` null: the company has none of its own. ``warning``: why contacts don't get it although it is set."""

    role: str | None
    by: str | None = None
    at: datetime | None = None
    warning: str | None = None


class CompanyRoleIn(BaseModel):
    """``role``: one of the portal's for a client's people."""

    model_config = ConfigDict(extra="forbid")

    role: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/{id}/default-role", summary="The role of a company's imported contacts, where it has one of its own")
async def show(id: CompanyId, caller: ContactReader, wizard: InWizard) -> CompanyRole:
    state = await state_of(wizard.database, caller.tenant)
    await _known(wizard.database, caller, state, id)
    return await _view(wizard.database, caller, state, id)


@router.put("/{id}/default-role", summary="Give a company's imported contacts a role of their own")
async def choose(id: CompanyId, body: CompanyRoleIn, caller: UserManager, wizard: InWizard) -> CompanyRole:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    await _known(database, caller, state, id)
    wrong = unfit_for_contacts(body.role, await roles_of(database, caller.tenant))
    if wrong:
        raise invalid(("role", wrong))
    before = (await _view(database, caller, state, id)).role
    if before != body.role:
        entry = _entry(caller, state, id, "company.role.changed", before, body.role)
        await accounts_choices.put(database, caller, state, Wish(f"company/{id}", {"role": body.role}), entry)
    return await _view(database, caller, state, id)


@router.delete("/{id}/default-role", status_code=204, summary="The company's contacts get the usual role again")
async def forget(id: CompanyId, caller: UserManager, wizard: InWizard) -> None:
    state = await state_of(wizard.database, caller.tenant)
    before = (await _view(wizard.database, caller, state, id)).role
    entry = _entry(caller, state, id, "company.role.removed", before, None)
    if before is None or not await accounts_choices.remove(wizard.database, state, f"company/{id}", entry):
        raise not_found(f"A role of company {id}")


async def _known(database: Database, caller: Principal, state: State, id: int) -> None:
    if not await company_matching.clients(database, caller, state, [id]):
        raise not_found(f"Company {id}")


async def _view(database: Database, caller: Principal, state: State, id: int) -> CompanyRole:
    held = (await accounts_choices.of(database, state, [f"company/{id}"])).get(f"company/{id}")
    if held is None or held.role is None:
        return CompanyRole(role=None)
    wrong = unfit_for_contacts(held.role, await roles_of(database, caller.tenant))
    warning = f"The role {wrong}; until then contacts get the next one of the chain." if wrong else None
    return CompanyRole(role=held.role, by=held.by, at=held.at, warning=warning)


def _entry(caller: Principal, state: State, id: int, action: str, before: str | None, after: str | None) -> audit.Entry:
    return audit.Entry(
        caller.tenant,
        caller.subject,
        action,
        f"companies/{id}",
        state.connection,
        before={"role": before} if before else None,
        after={"role": after} if after else None,
        fact=accounts_choices.ROLES,
        data={"company": id, "role": after, "before": before},
    )
