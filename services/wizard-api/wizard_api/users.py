"""The accounts that exist because of Halo, or are linked to it; the role that a person gives one is never reset."""

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from halobus.accounts import Account
from halobus.host_portal import roles_of
from halobus.store import ASCENDING, Database, Document
from wizard_api import accounts_choices, audit, user_view
from wizard_api.accounts_choices import Wish
from wizard_api.auth import Principal
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard
from wizard_api.paging import Cursor, Limit, Page, decode, encode
from wizard_api.permissions import UserManager
from wizard_api.problems import ProblemError, conflict, invalid, not_found
from wizard_api.roles import unfit_for_agents, unfit_for_contacts
from wizard_api.user_view import User

router = APIRouter(prefix=f"{API}/users", tags=["users"])
UserId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", description="The user's id in the portal (`portal_user`)")
]


class UserPatch(BaseModel):
    """``role``: a person's decision; no sync and no import changes it any more."""

    model_config = ConfigDict(extra="forbid")

    role: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("", summary="Accounts by address: who was imported, who is linked, whom a staff account is offered for")
async def listing(
    caller: UserManager,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[Literal["active", "suspended", "offered"] | None, Query()] = None,
    origin: Annotated[Literal["contact", "agent"] | None, Query()] = None,
    company: Annotated[int | None, Query(ge=1, le=2**53, description="Of one Halo client")] = None,
    search: Annotated[str | None, Query(max_length=100, description="Part of the name or of the address")] = None,
) -> Page[User]:
    where = await state_of(wizard.database, caller.tenant)
    part = {"$regex": re.escape(search or ""), "$options": "i"}
    clauses: list[Document] = [
        *([{"state": state}] if state else []),
        *([{"kind": origin}] if origin else []),
        *([{"companies": company}] if company is not None else []),
        *([{"$or": [{"name": part}, {"email": part}]}] if search else []),
    ]
    begin = f"{caller.tenant}:{where.connection}:"
    # The next character after the colon ends the connection's.
    page_of = {"_id": {"$gt": begin + (decode(cursor, (str,))[0] if cursor else ""), "$lt": f"{begin[:-1]};"}}
    found = wizard.database.accounts.find({"$and": [page_of, *clauses]}).sort("_id", ASCENDING)
    accounts = [Account.model_validate(document) for document in await found.to_list(limit + 1)]
    shown = accounts[:limit]
    following = encode([shown[-1].email]) if len(accounts) > limit else None
    return Page[User](items=await user_view.views(wizard.database, where, shown), next=following)


@router.get("/{id}", summary="An account: what the portal reads after `user.created`")
async def show(id: UserId, caller: UserManager, wizard: InWizard) -> User:
    state = await state_of(wizard.database, caller.tenant)
    [view] = await user_view.views(wizard.database, state, [await _account(wizard.database, state, id)])
    return view


@router.patch("/{id}", summary="Give an account another role, for good")
async def change(id: UserId, body: UserPatch, caller: UserManager, wizard: InWizard) -> User:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    account = await _account(database, state, id)
    if not account.made:
        raise _not_ours(account)
    unfit = unfit_for_contacts if account.kind == "contact" else unfit_for_agents
    wrong = unfit(body.role, await roles_of(database, caller.tenant))
    if wrong:
        raise invalid(("role", wrong))
    [before] = await user_view.views(database, state, [account])
    if (before.role, before.role_from) != (body.role, "person"):
        wish = Wish(f"account/{account.email}", {"role": body.role, "email": account.email})
        await accounts_choices.put(database, caller, state, wish, _entry(caller, state, id, before.role, body.role))
    [view] = await user_view.views(database, state, [account])
    return view


async def _account(database: Database, state: State, id: str) -> Account:
    # Of several accounts with one user, the one that it was made for goes first.
    mine = {**_all(state), "portal_user": id}
    found = await database.accounts.find(mine).sort([("made", -1), ("email", ASCENDING)]).to_list(1)
    if not found:
        raise not_found("This user")
    return Account.model_validate(found[0])


def _all(state: State) -> Document:
    return {"tenant": state.tenant.tenant, "connection": state.connection}


def _entry(caller: Principal, state: State, id: str, before: str | None, after: str) -> audit.Entry:
    return audit.Entry(
        caller.tenant,
        caller.subject,
        "user.role.changed",
        f"users/{id}",
        state.connection,
        before={"role": before},
        after={"role": after},
        fact=accounts_choices.ROLES,
        data={"portal_user": id, "role": after, "before": before},
    )


def _not_ours(account: Account) -> ProblemError:
    return conflict(
        "not-imported",
        f"{account.name} was a user of the portal before Halo was connected, and is never changed from here",
        "Change the role in the portal's own settings.",
    )
