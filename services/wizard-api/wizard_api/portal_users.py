"""The host portal's own users, read only: whom an agent or a contact can be linked to."""

import re
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from halobus.host_portal import PortalUser
from halobus.store import ASCENDING
from wizard_api.context import API, InWizard
from wizard_api.paging import Cursor, Limit, Page, decode, page
from wizard_api.permissions import UserManager

router = APIRouter(prefix=f"{API}/portal-users", tags=["users"])


class PortalUserRow(BaseModel):
    """A user as the portal has it. ``staff``: works for the MSP, the Primary Admin included."""

    id: str
    name: str
    email: str | None
    role: str | None
    staff: bool
    active: bool


@router.get("", summary="The portal's own users, by id")
async def listing(
    caller: UserManager,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    search: Annotated[str | None, Query(max_length=100, description="Part of the name or of the address")] = None,
) -> Page[PortalUserRow]:
    begin = decode(cursor, (str,))[0] if cursor else ""
    part = {"$regex": re.escape(search or ""), "$options": "i"}
    # By the key, whose index is always there; the next character after the colon ends it.
    mine = {"_id": {"$gt": f"{caller.tenant}:{begin}", "$lt": f"{caller.tenant};"}}
    named = {"$or": [{"name": part}, {"email": part}]} if search else {}
    found = wizard.database.portal_users.find({**mine, **named}).sort("_id", ASCENDING)
    users = [PortalUser.model_validate(document) for document in await found.to_list(limit + 1)]
    return page([user.model_dump() for user in users], limit, _row, lambda last: (last["id"],))


def _row(user: dict[str, object]) -> PortalUserRow:
    return PortalUserRow.model_validate({**user, "staff": bool(user["staff"] or user["primary_admin"])})
