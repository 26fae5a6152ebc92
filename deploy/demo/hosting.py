"""The small portal that the demo's Halobus lives in: companies, roles and people of its own (docs/host-portal.md)."""

from typing import Any

from demo.view import View
from halobus.store import Database, Document, UpdateOne

COMPANIES = {"northwind": "Northwind Traders", "contoso": "Contoso Ltd", "fabrikam": "Fabrikam Inc."}
ROLES = {
    "company-admin": ("Admin", "company", {}),
    "company-manager": ("Manager", "company", {}),
    "company-user": ("User", "company", {}),
    "company-viewer": ("Viewer", "company", {}),
    "primary-admin": ("Primary Admin", "staff", {"primary_admin": True}),
    "technician": ("Technician", "staff", {}),
}
PEOPLE = {
    "u-1": ("Priya Raman", "priya.raman@msp.example", "primary-admin", {"staff": True, "primary_admin": True}),
    "u-2": ("Tom Becker", "tom.becker@msp.example", "technician", {"staff": True}),
    "u-3": ("Nora Lind", "nora.lind@northwind.example", "company-manager", {}),
}


async def seed(database: Database, tenant: str, view: View) -> None:
    """Put it there, as the host portal would: nothing of Halobus writes these."""
    rows: dict[str, list[Document]] = {
        "portal_companies": [{"id": id, "name": name} for id, name in COMPANIES.items()],
        "roles": [_role(id, *role) for id, role in ROLES.items()],
        "portal_users": [_person(id, *person) for id, person in PEOPLE.items()],
    }
    for collection, documents in rows.items():
        await database[collection].bulk_write([_write(tenant, each) for each in documents])
    view.say(f"The portal around it has {len(COMPANIES)} companies, {len(ROLES)} roles and {len(PEOPLE)} people.")


def _role(id: str, name: str, kind: str, more: dict[str, bool]) -> Document:
    return {"id": id, "name": name, "kind": kind, **more}


def _person(id: str, name: str, email: str, role: str, more: dict[str, Any]) -> Document:
    return {"id": id, "name": name, "email": email, "role": role, "active": True, **more}


def _write(tenant: str, document: Document) -> UpdateOne:
    key = f"{tenant}:{document['id']}"
    return UpdateOne({"_id": key}, {"$set": {**document, "tenant": tenant}}, upsert=True)
