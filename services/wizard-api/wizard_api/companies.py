"""Companies (Halo's clients) as the portal shows them."""

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from halobus.messages import Company
from halobus.store import ASCENDING, Document
from halobus.streams import StreamName
from wizard_api import visibility
from wizard_api.connected import state_of
from wizard_api.context import API, InWizard
from wizard_api.freshness import not_synced_since
from wizard_api.paging import Cursor, Limit, Page, decode, page
from wizard_api.permissions import CompanyReader
from wizard_api.problems import not_found

router = APIRouter(prefix=f"{API}/companies", tags=["companies"])


class CompanyRow(BaseModel):
    """A company in a list."""

    id: int
    name: str
    top_level_name: str | None
    inactive: bool
    reference: str | None


class CompanyView(CompanyRow):
    """A company, whole; ``notes`` are the MSP's and not shown to a client's user."""

    top_level_id: int | None
    customer_type: int | None
    account_manager_id: int | None
    notes: str | None


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
) -> CompanyPage:
    state = await state_of(wizard.database, caller.tenant)
    clauses = visibility.companies(caller, state)
    if search:
        clauses.append({"content.name": {"$regex": re.escape(search), "$options": "i"}})
    if inactive is not None:
        clauses.append({"content.inactive": inactive})
    found = wizard.database.companies.find({"$and": [*clauses, *_after(cursor)]})
    documents = await found.sort([("content.name", ASCENDING), ("content.id", ASCENDING)]).to_list(limit + 1)
    shown = page(documents, limit, _row, lambda last: (last["content"]["name"], last["content"]["id"]))
    since = not_synced_since(state, StreamName.COMPANIES)
    return CompanyPage(items=shown.items, next=shown.next, not_synced_since=since)


@router.get("/{id}", summary="A company")
async def show(id: Annotated[int, Path(ge=1, le=2**53)], caller: CompanyReader, wizard: InWizard) -> CompanyView:
    state = await state_of(wizard.database, caller.tenant)
    own = {"_id": f"{caller.tenant}:{state.connection}:{id}"}
    document = await wizard.database.companies.find_one({"$and": [own, *visibility.companies(caller, state)]})
    if document is None:
        raise not_found(f"Company {id}")
    company = Company.model_validate(document["content"])
    hidden = {"notes": None} if caller.companies is not None else {}
    return CompanyView(**{**company.model_dump(include=set(CompanyView.model_fields)), **hidden})


def _row(document: Document) -> CompanyRow:
    return CompanyRow(**Company.model_validate(document["content"]).model_dump(include=set(CompanyRow.model_fields)))


def _after(cursor: str | None) -> list[Document]:
    if cursor is None:
        return []
    name, id = decode(cursor, (str, int))
    return [{"$or": [{"content.name": {"$gt": name}}, {"content.name": name, "content.id": {"$gt": id}}]}]
