"""One agent or contact and one user that the portal has: link them, unlink them. A staff account is linked so alone."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from halobus.accounts import AccountChoice
from halobus.host_portal import users_by_id
from halobus.messages import Contact
from halobus.store import Database
from wizard_api import accounts_choices, agents_known, audit, visibility
from wizard_api.accounts_choices import Wish
from wizard_api.accounts_link import AccountLink, link_of
from wizard_api.auth import Principal
from wizard_api.connected import State, live_state_of, state_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import UserManager
from wizard_api.portal_companies import PortalId
from wizard_api.problems import ProblemError, conflict, invalid, not_found

agents_router = APIRouter(prefix=f"{API}/agents", tags=["users"])
contacts_router = APIRouter(prefix=f"{API}/contacts", tags=["users"])
Id = Annotated[int, Path(ge=1, le=2**53, description="The number in Halo")]


class LinkUser(BaseModel):
    """``portal_user``: the id of a user that the portal has."""

    model_config = ConfigDict(extra="forbid")

    portal_user: PortalId


@agents_router.post("/{id}/link", summary="Link User: an agent is a user that the portal has")
async def link_agent(id: Id, body: LinkUser, caller: UserManager, wizard: InWizard) -> AccountLink:
    state = await live_state_of(wizard.database, caller.tenant)
    agents = (await agents_known.load(wizard.database, state)).agents
    if id not in agents:
        raise not_found(f"Agent {id}")
    others = [other for other in agents.values() if other.link and other.link.portal_user == body.portal_user]
    if any(other.id != id for other in others):
        raise _taken(others[0].name)
    return await _link(wizard.database, caller, state, f"agent/{id}", agents[id].name, agents[id].link, body)


@agents_router.delete("/{id}/link", status_code=204, summary="Unlink an agent; the portal's user stays as it is")
async def unlink_agent(id: Id, caller: UserManager, wizard: InWizard) -> None:
    await _unlink(wizard.database, caller, f"agent/{id}", f"A link of agent {id}")


@contacts_router.post("/{id}/link", summary="A contact is a user that the portal has; accepts an offered staff account")
async def link_contact(id: Id, body: LinkUser, caller: UserManager, wizard: InWizard) -> AccountLink:
    database = wizard.database
    state = await live_state_of(database, caller.tenant)
    own = {"_id": f"{caller.tenant}:{state.connection}:{id}"}
    found = await database.contacts.find_one({"$and": [own, *visibility.contacts(caller, state)]})
    if found is None:
        raise not_found(f"Contact {id}")
    contact = Contact.model_validate(found["content"])
    return await _link(
        database, caller, state, f"contact/{id}", contact.name, await _of_contact(database, state, id), body
    )


@contacts_router.delete("/{id}/link", status_code=204, summary="Unlink a contact; the portal's user stays as it is")
async def unlink_contact(id: Id, caller: UserManager, wizard: InWizard) -> None:
    await _unlink(wizard.database, caller, f"contact/{id}", f"A link of contact {id}")


async def _link(
    database: Database,
    caller: Principal,
    state: State,
    subject: str,
    name: str,
    held: AccountLink | None,
    body: LinkUser,
) -> AccountLink:
    if not await users_by_id(database, caller.tenant, [body.portal_user]):
        raise invalid(("portal_user", "names no user that the portal has: choose from GET /portal-users"))
    if held is not None:
        if held.portal_user == body.portal_user:
            return held
        raise _linked_otherwise(name, held)
    wish = Wish(subject, {"portal_user": body.portal_user, "name": name})
    entry = _entry(caller, state, subject, "account.linked", None, body.portal_user)
    if not await accounts_choices.set_one(database, caller, state, wish, entry, {}):
        raise conflict("changed-meanwhile", f"Somebody else has linked {name}", "Look again, then send it again.")
    linked = link_of((await accounts_choices.of(database, state, [subject])).get(subject), None)
    if linked is None:
        raise conflict("changed-meanwhile", f"Somebody else has unlinked {name}", "Look again, then send it again.")
    return linked


async def _unlink(database: Database, caller: Principal, subject: str, what: str) -> None:
    state = await state_of(database, caller.tenant)
    held = (await accounts_choices.of(database, state, [subject])).get(subject)
    entry = _entry(caller, state, subject, "account.unlinked", held, None)
    if held is None or not await accounts_choices.remove(database, state, subject, entry):
        raise not_found(what)


async def _of_contact(database: Database, state: State, id: int) -> AccountLink | None:
    """What a person decided. An account that came by itself is no decision: the contact leaves it for the user."""
    subject = f"contact/{id}"
    return link_of((await accounts_choices.of(database, state, [subject])).get(subject), None)


def _entry(
    caller: Principal, state: State, subject: str, action: str, before: AccountChoice | None, after: str | None
) -> audit.Entry:
    kind, _, id = subject.partition("/")
    was = before.model_dump(include={"portal_user", "batch"}, exclude_none=True) if before else None
    data: dict[str, Any] = {kind: int(id), "portal_user": after, "before": before.portal_user if before else None}
    now = {"portal_user": after} if after else None
    return audit.Entry(
        caller.tenant,
        caller.subject,
        action,
        f"{kind}s/{id}",
        state.connection,
        before=was,
        after=now,
        fact=accounts_choices.LINKS,
        data=data,
    )


def _linked_otherwise(name: str, held: AccountLink) -> ProblemError:
    where = f"the portal's user {held.portal_user}" if held.portal_user else "an account that is being imported"
    return conflict(
        "linked-otherwise",
        f"{name} is linked to {where}",
        "Unlink it first (DELETE), then link it again.",
        portal_user=held.portal_user,
        state=held.state,
    )


def _taken(other: str) -> ProblemError:
    return conflict(
        "portal-user-taken",
        f"That user is the account of {other}",
        f"Choose another user, or unlink {other} first.",
    )
