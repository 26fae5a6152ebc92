"""A company as it is shown: Halo's client, and the portal company that it is linked to, joined on read."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from halobus.messages import Company
from halobus.store import Database, Document
from wizard_api import company_links, portal_companies
from wizard_api.auth import Principal
from wizard_api.connected import State


class Link(BaseModel):
    """``portal_company``: its id. ``exists``: false until the portal has made an imported one, or after it deleted it.

    ``imported``: the portal made it for this client. ``by``: null for a client's user.
    """

    portal_company: str
    name: str
    exists: bool
    imported: bool
    at: datetime
    by: str | None


class CompanyRow(BaseModel):
    """A company in a list. ``link`` null: linked to no portal company."""

    id: int
    name: str
    top_level_name: str | None
    inactive: bool
    reference: str | None
    link: Link | None


class CompanyView(CompanyRow):
    """A company, whole; ``notes`` are the MSP's and not shown to a client's user."""

    top_level_id: int | None
    customer_type: int | None
    account_manager_id: int | None
    notes: str | None


async def links(database: Database, caller: Principal, state: State, companies: Sequence[int]) -> dict[int, Link]:
    """The links of these Halo clients, each with the portal company's name as it is now."""
    held = await company_links.of(database, state, companies)
    ids = [each["portal_company"] for each in held.values()]
    known = await portal_companies.named(database, caller.tenant, ids)
    return {
        company: Link(
            portal_company=link["portal_company"],
            name=there.name if (there := known.get(link["portal_company"])) else link["name"],
            exists=there is not None,
            imported=link["imported"],
            at=link["at"],
            by=link["by"] if caller.companies is None else None,
        )
        for company, link in held.items()
    }


def row(document: Document, links: dict[int, Link]) -> CompanyRow:
    """A stored company in a list."""
    company = Company.model_validate(document["content"])
    return CompanyRow(**company.model_dump(include=set(CompanyRow.model_fields)), link=links.get(company.id))


def whole(document: Document, links: dict[int, Link], caller: Principal) -> CompanyView:
    """A stored company, all of it that the caller may see."""
    company = Company.model_validate(document["content"])
    fields = company.model_dump(include=set(CompanyView.model_fields))
    hidden = {"notes": None} if caller.companies is not None else {}
    return CompanyView(**{**fields, **hidden}, link=links.get(company.id))
