"""The host portal's own companies, read only: what a Halo client can be linked to."""

import re
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, StringConstraints

from halobus.store import ASCENDING, Database, Document
from wizard_api import company_links
from wizard_api.connected import state_of
from wizard_api.context import API, InWizard
from wizard_api.paging import Cursor, Limit, Page, decode, page
from wizard_api.permissions import Reader

router = APIRouter(prefix=f"{API}/portal-companies", tags=["companies"])
PortalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
"""A portal company's id."""


class PortalCompany(BaseModel):
    """A company as the portal has it."""

    id: str
    name: str
    inactive: bool = False


class PortalCompanyRow(PortalCompany):
    """``linked_to``: the id of the Halo client that it is linked to."""

    linked_to: int | None = None


@router.get("", summary="The portal's own companies, by name, and what they are linked to")
async def listing(
    caller: Reader,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    search: Annotated[str | None, Query(max_length=100, description="Part of the name")] = None,
    linked: Annotated[bool | None, Query(description="Only those with a Halo client, or only those without")] = None,
) -> Page[PortalCompanyRow]:
    database = wizard.database
    links = await company_links.every(database, await state_of(database, caller.tenant))
    clients = {portal_company: company for company, portal_company in links.items()}
    clauses = [_of(caller.tenant), *_after(cursor)]
    if search:
        clauses.append({"name": {"$regex": re.escape(search), "$options": "i"}})
    if linked is not None:
        ids = [_key(caller.tenant, id) for id in clients]
        clauses.append({"_id": {"$in" if linked else "$nin": ids}})
    found = database.portal_companies.find({"$and": clauses})
    documents = await found.sort([("name", ASCENDING), ("_id", ASCENDING)]).to_list(limit + 1)

    def row(document: Document) -> PortalCompanyRow:
        company = _company(caller.tenant, document)
        return PortalCompanyRow(**company.model_dump(), linked_to=clients.get(company.id))

    return page(documents, limit, row, lambda last: (last["name"], last["_id"]))


async def every(database: Database, tenant: str) -> list[PortalCompany]:
    """All of the tenant's."""
    return [_company(tenant, document) async for document in database.portal_companies.find(_of(tenant))]


async def named(database: Database, tenant: str, ids: Iterable[str]) -> dict[str, PortalCompany]:
    """Those of these ids that the portal has."""
    keys = {"_id": {"$in": [_key(tenant, id) for id in ids]}}
    found = database.portal_companies.find({"$and": [keys, _of(tenant)]})
    companies = [_company(tenant, document) async for document in found]
    return {company.id: company for company in companies}


def _of(tenant: str) -> Document:
    # By the key, whose index is always there; the next character after the colon ends it. A company without a name
    # can't be shown or matched: it is left to the host portal.
    return {"_id": {"$gt": f"{tenant}:", "$lt": f"{tenant};"}, "name": {"$type": "string"}}


def _key(tenant: str, id: str) -> str:
    return f"{tenant}:{id}"


def _company(tenant: str, document: Document) -> PortalCompany:
    id = str(document["_id"]).removeprefix(f"{tenant}:")
    return PortalCompany(id=id, name=document["name"], inactive=bool(document.get("inactive")))


def _after(cursor: str | None) -> list[Document]:
    if cursor is None:
        return []
    name, key = decode(cursor, (str, str))
    return [{"$or": [{"name": {"$gt": name}}, {"name": name, "_id": {"$gt": key}}]}]
