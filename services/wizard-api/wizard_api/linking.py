"""One Halo client and one portal company: link them, change that, unlink them. The slower of two admins is told."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from halobus.store import Document
from wizard_api import company_links, company_matching, company_view, portal_companies
from wizard_api.auth import Principal
from wizard_api.company_links import Wish
from wizard_api.company_view import Link
from wizard_api.connected import State, live_state_of, state_of
from wizard_api.context import API, InWizard, Wizard
from wizard_api.permissions import Manager
from wizard_api.portal_companies import PortalId
from wizard_api.problems import ProblemError, not_found

router = APIRouter(prefix=f"{API}/companies", tags=["companies"])
CompanyId = Annotated[int, Path(ge=1, le=2**53, description="The client's number in Halo")]


class LinkIn(BaseModel):
    """``instead_of``: the portal company that it is linked to so far, to change a link."""

    model_config = ConfigDict(extra="forbid")

    portal_company: PortalId
    instead_of: PortalId | None = Field(None)


@router.put("/{id}/link", summary="Link a Halo client to a company that the portal has")
async def link(id: CompanyId, body: LinkIn, caller: Manager, wizard: InWizard) -> Link:
    database = wizard.database
    state = await live_state_of(database, caller.tenant)
    if not await company_matching.clients(database, caller, state, [id]):
        raise not_found(f"Company {id}")
    portal = (await portal_companies.named(database, caller.tenant, [body.portal_company])).get(body.portal_company)
    if portal is None:
        raise company_matching.unknown_portal_companies("portal_company", [body.portal_company])
    wish = Wish(id, portal.id, portal.name)
    if body.instead_of is None:
        done = bool(await company_links.decide(database, caller, state, [wish]))
    else:
        done = await company_links.replace(database, caller, state, wish, body.instead_of)
    return await _result(wizard, caller, state, wish, done)


@router.delete("/{id}/link", status_code=204, summary="Unlink a Halo client; neither company is changed")
async def unlink(id: CompanyId, caller: Manager, wizard: InWizard) -> None:
    state = await state_of(wizard.database, caller.tenant)
    if not await company_links.unlink(wizard.database, caller, state, id):
        raise not_found(f"A link of company {id}")


async def _result(wizard: Wizard, caller: Principal, state: State, wish: Wish, done: bool) -> Link:
    """The link, if it is as wished, by whomever; else ProblemError 409 tells who was faster."""
    held = (await company_links.of(wizard.database, state, [wish.company])).get(wish.company)
    if held is not None and held["portal_company"] == wish.portal_company:
        return (await company_view.links(wizard.database, caller, state, [wish.company]))[wish.company]
    holder = await company_links.holder(wizard.database, state, wish.portal_company)
    if holder is not None:
        raise _taken(holder)
    raise _linked_otherwise(wish.company, held) if held is not None else _gone(wish.company)


def _linked_otherwise(company: int, held: Document) -> ProblemError:
    other = held["portal_company"]
    return ProblemError(
        409,
        "linked-otherwise",
        f"Company {company} is linked to another portal company",
        f"{held['by']} linked it to “{held['name']}” ({other}) on {held['at']:%Y-%m-%d at %H:%M} UTC.",
        "Unlink it first, or send that portal company as `instead_of` to change the link.",
        more={"portal_company": other, "by": held["by"], "at": held["at"].isoformat()},
    )


def _taken(holder: Document) -> ProblemError:
    company = holder["company"]
    return ProblemError(
        409,
        "portal-company-taken",
        f"“{holder['name']}” is linked to another Halo client",
        f"{holder['by']} linked it to company {company} on {holder['at']:%Y-%m-%d at %H:%M} UTC.",
        f"Choose another portal company, or unlink company {company} first.",
        more={"company": company, "by": holder["by"], "at": holder["at"].isoformat()},
    )


def _gone(company: int) -> ProblemError:
    return ProblemError(
        409,
        "changed-meanwhile",
        f"Somebody else has unlinked company {company}",
        remedy="Look again, then send it without `instead_of`.",
    )
