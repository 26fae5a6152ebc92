"""A tenant that plans: opportunities and projects are synced, a company is linked, one item is of an opportunity."""

from dataclasses import dataclass
from typing import Any

from browser.desk import PERMISSIONS, Desk
from support.planned import COMPANY, DEFAULTS
from support.waiting import until


@dataclass(frozen=True)
class Planning:
    """``company``: the linked one's name. ``managed``: the item of ``opportunity``, which Halo manages."""

    tenant: str
    company: str
    opportunity: int
    managed: str


async def planned(desk: Desk) -> Planning:
    tenant = await desk.connected(opportunities=True)
    async with desk.system.portal(tenant, PERMISSIONS) as portal:
        await portal.settings("opportunities", **DEFAULTS)
        await portal.call("POST", "/companies/import", {"ids": [COMPANY], "mode": "import"})
        company = await portal.call("GET", f"/companies/{COMPANY}")
        page = await portal.call("GET", "/opportunities", params={"state": "open", "limit": "1"})
        [first] = page["items"]
        await portal.call("POST", "/opportunities/import", {"ids": [first["id"]]})

        async def there() -> dict[str, Any] | None:
            row = await portal.call("GET", f"/opportunities/{first['id']}")
            return dict(row) if row["item"] else None

        row = await until(there)
    assert row is not None
    return Planning(tenant, company["name"], row["id"], row["item"])
