"""The host portal's own users and roles, as it keeps them for us to read (docs/host-portal.md). Only it writes them."""

from collections.abc import Collection
from typing import Literal

from halobus.runs import Part
from halobus.store import Database, Document


class PortalUser(Part):
    """``portal_users``, by ``{tenant}:{id}``. ``email``: in small letters. ``staff``: works for the MSP."""

    tenant: str
    id: str
    name: str = ""
    email: str | None = None
    role: str | None = None
    staff: bool = False
    primary_admin: bool = False
    active: bool = True


class PortalRole(Part):
    """``roles``, by ``{tenant}:{id}``. ``kind``: for a client's people, or for the MSP's own.

    ``primary_admin``: the role of the Primary Admin, which nobody else gets.
    """

    tenant: str
    id: str
    name: str
    kind: Literal["company", "staff"]
    primary_admin: bool = False


async def users_by_email(database: Database, tenant: str, emails: Collection[str]) -> dict[str, PortalUser]:
    """The users who have these addresses; of several with one address the staff's goes first, then the lowest id."""
    found = database.portal_users.find({"tenant": tenant, "email": {"$in": sorted(emails)}})
    users = [PortalUser.model_validate(each) async for each in found]
    users.sort(key=lambda user: (not (user.staff or user.primary_admin), user.id), reverse=True)
    return {user.email: user for user in users if user.email}


async def users_by_id(database: Database, tenant: str, ids: Collection[str]) -> dict[str, PortalUser]:
    """Those of these users that the portal has."""
    found = database.portal_users.find(_keys(tenant, ids))
    return {document["id"]: PortalUser.model_validate(document) async for document in found}


async def roles_of(database: Database, tenant: str) -> dict[str, PortalRole]:
    """All of the tenant's roles, by id; empty where the portal provides none."""
    # By the key, whose index is always there; the next character after the colon ends it.
    found = database.roles.find({"_id": {"$gt": f"{tenant}:", "$lt": f"{tenant};"}})
    return {document["id"]: PortalRole.model_validate(document) async for document in found}


def _keys(tenant: str, ids: Collection[str]) -> Document:
    return {"_id": {"$in": [f"{tenant}:{id}" for id in sorted(ids)]}, "tenant": tenant}
