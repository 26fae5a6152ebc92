"""A planner for tests of wizard-api: Halo's lists, opportunities, projects and links as their owners store them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from halobus.standing import standings
from halobus.store import Document
from halobus.streams import StreamName
from support.portal import Portal
from sync_crm import planner

OPPORTUNITIES, PROJECTS = "/api/v1/opportunities", "/api/v1/projects"
ITEMS, SETTINGS = "/api/v1/planner/items", "/api/v1/integrations/halo/settings/opportunities"
DEFAULTS: Document = {
    "workflow_id": 5,
    "stage_id": 51,
    "type": "Renewal",
    "ticket_type_id": 21,
    "probability": 40,
    "categories": [101, 201, 301, 401],
}
_ticks = count(1)


async def lists(portal: Portal, tenant: str, *without: int) -> None:
    """Halo's workflows, ticket types and categories, but for these ids."""
    stages = [{"id": 51, "name": "Qualify"}, {"id": 52, "name": "Propose"}]
    rows: dict[str, list[Document]] = {
        "workflows": [
            {"id": 5, "name": "Sales pipeline", "attributes": {"stages": stages, "steps": []}},
            {"id": 6, "name": "Renewals", "attributes": {"stages": [{"id": 61, "name": "Due"}], "steps": []}},
        ],
        "ticket-types": [
            {"id": 1, "name": "Incident", "attributes": {"domain": "reqs"}},
            {"id": 21, "name": "Opportunity", "attributes": {"domain": "opps"}},
        ],
        "categories": [
            {"id": level * 100 + 1, "name": f"Category of {level}", "attributes": {"level": level}}
            for level in (1, 2, 3, 4)
        ],
    }
    for name, items in rows.items():
        kept = [item for item in items if item["id"] not in without]
        await portal.mirror(tenant, "reference", name, {"name": name, "items": kept})


async def planning(portal: Portal, **settings: Any) -> str:
    """A tenant with opportunity sync on, company 5 linked and 6 not, and all defaults chosen."""
    tenant = await portal.connected(opportunities=True)
    await lists(portal, tenant)
    for id, name in ((5, "Acme"), (6, "Globex")):
        await portal.mirror(tenant, "companies", id, {"id": id, "name": name})
    link = {"_id": f"{tenant}:c1:5", "tenant": tenant, "connection": "c1", "company": 5, "portal_company": "p5"}
    await portal.database.company_links.insert_one({**link, "name": "Acme", "imported": False, "by": "ada"})
    await portal.choose(tenant, "opportunities", {**DEFAULTS, **settings})
    return tenant


async def opportunity(portal: Portal, tenant: str, id: int, **fields: Any) -> None:
    """As it is stored: open, of type Renewal, worth 100, of company 5, made just now. Each time it has changed."""
    content = {
        "id": id,
        "summary": f"Opportunity {id}",
        "details": f"About {id}",
        "opptype": "Renewal",
        "value": 100.0,
        "state": "open",
        "client_id": 5,
        "workflow_id": 5,
        "stage_id": 52,
        "occurred": datetime.now(UTC) + timedelta(seconds=1),
        "target": datetime(2027, 6, 1, tzinfo=UTC),
        **fields,
    }
    changed = f"{next(_ticks):08}"
    await portal.mirror(tenant, "opportunities", id, content, changed=changed)


async def gone(portal: Portal, tenant: str, id: int) -> None:
    """Halo shows it no longer."""
    await portal.mirror(tenant, "opportunities", id, None, state="gone", reason="deleted")


async def project(portal: Portal, tenant: str, id: int, **fields: Any) -> None:
    """A project of company 5 as it is stored."""
    await portal.mirror(tenant, "projects", id, {"id": id, "summary": f"Project {id}", "client_id": 5, **fields})


async def follow(portal: Portal, tenant: str) -> None:
    """What sync-crm does at a fact."""
    for standing in await standings(portal.database, StreamName.OPPORTUNITIES, [tenant]):
        await planner.follow(portal.database, standing)
