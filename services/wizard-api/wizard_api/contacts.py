"""Contacts (the people at Halo's clients) as the portal shows them."""

import re
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from halobus.messages import Contact
from halobus.store import Document
from halobus.streams import StreamName
from wizard_api import by_name, visibility
from wizard_api.connected import state_of
from wizard_api.contact_summary import ContactSummary, summary_of
from wizard_api.context import API, InWizard
from wizard_api.freshness import not_synced_since
from wizard_api.paging import Cursor, Limit, Page, page
from wizard_api.permissions import ContactCounter, ContactReader
from wizard_api.problems import not_found

router = APIRouter(prefix=f"{API}/contacts", tags=["contacts"])


class ContactRow(BaseModel):
    """A contact in a list. ``email_problem``: why there is no address, null where there is one."""

    id: int
    client_id: int | None
    name: str
    email: str | None
    email_problem: Literal["blank", "invalid"] | None
    inactive: bool
    important: bool


class ContactView(ContactRow):
    """A contact, whole."""

    site_id: int | None
    first_name: str | None
    last_name: str | None
    title: str | None
    phone: str | None
    mobile: str | None


class ContactPage(Page[ContactRow]):
    """``not_synced_since``: set while Sync Users is off or Halo is disconnected: what is shown is as of then."""

    not_synced_since: datetime | None = None


@router.get("", summary="Contacts by name")
async def listing(
    caller: ContactReader,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    client_id: Annotated[int | None, Query(ge=1, le=2**53, description="Of one company")] = None,
    inactive: Annotated[bool | None, Query(description="Only inactive ones, or only active ones")] = None,
    search: Annotated[str | None, Query(max_length=100, description="Part of the name or of the address")] = None,
) -> ContactPage:
    state = await state_of(wizard.database, caller.tenant)
    clauses = [*visibility.contacts(caller, state), *_asked(client_id, inactive, search), *by_name.after(cursor)]
    found = wizard.database.contacts.find({"$and": clauses})
    documents = await found.sort(by_name.ORDER).to_list(limit + 1)
    shown = page(documents, limit, _row, by_name.place)
    since = not_synced_since(state, StreamName.CONTACTS)
    return ContactPage(items=shown.items, next=shown.next, not_synced_since=since)


@router.get("/summary", summary="How many contacts there are, and what is wrong with their addresses")
async def summary(caller: ContactCounter, wizard: InWizard) -> ContactSummary:
    state = await state_of(wizard.database, caller.tenant)
    return await summary_of(wizard.database, {"$and": visibility.contacts(caller, state)})


@router.get("/{id}", summary="A contact")
async def show(id: Annotated[int, Path(ge=1, le=2**53)], caller: ContactReader, wizard: InWizard) -> ContactView:
    state = await state_of(wizard.database, caller.tenant)
    own = {"_id": f"{caller.tenant}:{state.connection}:{id}"}
    document = await wizard.database.contacts.find_one({"$and": [own, *visibility.contacts(caller, state)]})
    if document is None:
        raise not_found(f"Contact {id}")
    return ContactView(**_content(document).model_dump(include=set(ContactView.model_fields)))


def _content(document: Document) -> Contact:
    return Contact.model_validate(document["content"])


def _row(document: Document) -> ContactRow:
    return ContactRow(**_content(document).model_dump(include=set(ContactRow.model_fields)))


def _asked(client_id: int | None, inactive: bool | None, search: str | None) -> list[Document]:
    part = {"$regex": re.escape(search or ""), "$options": "i"}
    return [
        *([{"content.client_id": client_id}] if client_id is not None else []),
        *([{"content.inactive": inactive}] if inactive is not None else []),
        *([{"$or": [{"content.name": part}, {"content.email": part}]}] if search else []),
    ]
