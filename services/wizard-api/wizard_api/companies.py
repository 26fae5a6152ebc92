"""Companies (Halo's clients) as the portal shows them."""

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from halobus.streams import StreamName
from wizard_api import by_name, company_links, company_view, visibility
from wizard_api.company_view import CompanyRow, CompanyView
from wizard_api.connected import state_of
from wizard_api.context import API, InWizard
from wizard_api.freshness import not_synced_since
from wizard_api.paging import Cursor, Limit, Page, page
from wizard_api.permissions import CompanyReader
from wizard_api.problems import not_found

router = APIRouter(prefix=f"{API}/companies", tags=["companies"])


class CompanyPage(Page[CompanyRow]):
    """``not_synced_since``: set while company sync is off or Halo is disconnected: what is shown is as of then."""

    not_synced_since: datetime | None = None


@router.get("", summary="Companies by name")
async def listing(
    caller: CompanyReader,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    search: Annotated[str | None, Query(max_length=100, description="Part of the name")] = None,
    inactive: Annotated[bool | None, Query(description="Only inactive ones, or only active ones")] = None,
    linked: Annotated[bool | None, Query(description="Only those with a portal company, or only those without")] = None,
) -> CompanyPage:
    state = await state_of(wizard.database, caller.tenant)
    clauses = visibility.companies(caller, state)
    if search:
        clauses.append({"content.name": {"$regex": re.escape(search), "$options": "i"}})
    if inactive is not None:
        clauses.append({"content.inactive": inactive})
    if linked is not None:
        those = list(await company_links.every(wizard.database, state))
        clauses.append({"content.id": {"$in" if linked else "$nin": those}})
    found = wizard.database.companies.find({"$and": [*clauses, *by_name.after(cursor)]})
    documents = await found.sort(by_name.ORDER).to_list(limit + 1)
    ids = [document["content"]["id"] for document in documents]
    links = await company_view.links(wizard.database, caller, state, ids)
    shown = page(
        documents,
        limit,
        lambda each: company_view.row(each, links),
        by_name.place,
    )
    since = not_synced_since(state, StreamName.COMPANIES)
    return CompanyPage(items=shown.items, next=shown.next, not_synced_since=since)


@router.get("/{id}", summary="A company")
async def show(id: Annotated[int, Path(ge=1, le=2**53)], caller: CompanyReader, wizard: InWizard) -> CompanyView:
    state = await state_of(wizard.database, caller.tenant)
    own = {"_id": f"{caller.tenant}:{state.connection}:{id}"}
    document = await wizard.database.companies.find_one({"$and": [own, *visibility.companies(caller, state)]})
    if document is None:
        raise not_found(f"Company {id}")
    links = await company_view.links(wizard.database, caller, state, [id])
    return company_view.whole(document, links, caller)
