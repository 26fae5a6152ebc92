"""The audit log: who did what, with what was before and after. An entry may be a fact as well, announced later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Query
from pydantic import BaseModel

from halobus.store import DESCENDING, Database, Document, Session, UpdateOne
from wizard_api.context import API, InWizard
from wizard_api.paging import Cursor, Limit, Page, older, page
from wizard_api.permissions import Manager

router = APIRouter(prefix=f"{API}/audit", tags=["audit"])


@dataclass(frozen=True)
class Entry:
    """``subject``: what was changed, such as ``settings/sync``. ``fact``: the type of the fact it is, if it is one.

    ``data``: what the fact carries: ids, never content.
    """

    tenant: str
    actor: str
    action: str
    subject: str
    connection: str | None = None
    before: Any = None
    after: Any = None
    fact: str | None = None
    data: Document | None = None


async def record(database: Database, session: Session, entry: Entry) -> None:
    """Write an entry in the transaction of what it tells about; the time is the database's."""
    await record_all(database, session, [entry])


async def record_all(database: Database, session: Session, entries: Sequence[Entry]) -> None:
    """The same for many entries, at once."""
    await database.audit.bulk_write([_write(entry) for entry in entries], ordered=False, session=session)


def _write(entry: Entry) -> UpdateOne:
    document = {"_id": uuid4().hex, **entry.__dict__, "announced": False}
    whole = {"$mergeObjects": [{"$literal": document}, {"at": "$$NOW"}]}
    return UpdateOne({"_id": document["_id"]}, [{"$replaceWith": whole}], upsert=True)


class AuditView(BaseModel):
    """One entry, as recorded."""

    id: str
    at: datetime
    actor: str
    action: str
    subject: str
    connection: str | None
    before: Any
    after: Any


@router.get("", summary="Who decided or asked what, newest first")
async def history(
    caller: Manager,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    actor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[AuditView]:
    named = {name: value for name, value in {"subject": subject, "actor": actor}.items() if value is not None}
    found = wizard.database.audit.find({"tenant": caller.tenant, **named, **older("at", cursor)})
    documents = await found.sort([("at", DESCENDING), ("_id", DESCENDING)]).to_list(limit + 1)
    return page(documents, limit, _view, lambda last: (last["at"], last["_id"]))


def _view(document: Document) -> AuditView:
    return AuditView(
        id=document["_id"], **{name: document.get(name) for name in AuditView.model_fields if name != "id"}
    )
