"""The host portal's roles: which there are, and which of them a client's contact or a technician may get."""

from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from halobus.host_portal import PortalRole, roles_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import ContactReader

router = APIRouter(prefix=f"{API}/roles", tags=["users"])
NONE = "The portal provides no roles: nobody can be imported before it fills the collection `roles`."
NO_COMPANY_ROLE = "The portal has no company-user role: contacts can't be imported before it has one."


class RoleView(BaseModel):
    """``kind`` *company*: for a client's people. ``contacts``: may be their default; ``agents``: for staff."""

    id: str
    name: str
    kind: Literal["company", "staff"]
    contacts: bool
    agents: bool


class Roles(BaseModel):
    """``warnings``: what of the portal's roles stands in the way of an import."""

    items: list[RoleView]
    warnings: list[str] = []


@router.get("", summary="The portal's roles, and who may get them")
async def listing(caller: ContactReader, wizard: InWizard) -> Roles:
    roles = await roles_of(wizard.database, caller.tenant)
    items = [
        RoleView(
            id=role.id,
            name=role.name,
            kind=role.kind,
            contacts=unfit_for_contacts(role.id, roles) is None,
            agents=unfit_for_agents(role.id, roles) is None,
        )
        for role in sorted(roles.values(), key=lambda role: (role.kind, role.name, role.id))
    ]
    return Roles(items=items, warnings=_warnings(items))


def unfit_for_contacts(role: str, roles: Mapping[str, PortalRole]) -> str | None:
    """Why a client's people can't get a role, as the end of a sentence; None where they can."""
    if role in roles and roles[role].kind == "staff":
        return f"“{roles[role].name}” is a role of the MSP's staff: choose a company-user role from GET /roles"
    return unfit_for_agents(role, roles)


def unfit_for_agents(role: str, roles: Mapping[str, PortalRole]) -> str | None:
    """Why a technician can't get a role, as the end of a sentence; None where they can."""
    if not roles:
        return "can't be given: the portal provides no roles, fill its collection `roles` first"
    if role not in roles:
        return f"“{role[:80]}” is no role of the portal: choose from GET /roles"
    if roles[role].primary_admin:
        return f"“{roles[role].name}” belongs to the Primary Admin alone: choose another from GET /roles"
    return None


def _warnings(items: list[RoleView]) -> list[str]:
    if not items:
        return [NONE]
    return [] if any(item.contacts for item in items) else [NO_COMPANY_ROLE]
