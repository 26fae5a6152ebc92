"""The host portal for a test: its roles and users, and how it follows what Halobus asks of it (docs/host-portal.md)."""

from typing import Any

from halobus.store import Database
from support.system import Portal
from support.waiting import until

ROLES = {
    "admin": ("Admin", "company"),
    "user": ("User", "company"),
    "viewer": ("Viewer", "company"),
    "technician": ("Technician", "staff"),
}


class HostPortal:
    """One tenant's. ``wizard`` is the client of its admin; the portal reads with it what it needs as well."""

    def __init__(self, database: Database, wizard: Portal) -> None:
        self.database = database
        self.wizard = wizard

    async def open(self) -> "HostPortal":
        """With its roles, the Primary Admin and a technician."""
        for id, (name, kind) in ROLES.items():
            await self._insert("roles", id, name=name, kind=kind)
        await self.has("u-1", "root@msp.example", staff=True, primary_admin=True)
        await self.has("u-2", "tess@msp.example", staff=True, role="technician")
        return self

    async def has(self, id: str, email: str, **fields: Any) -> None:
        """A user of its own."""
        await self._insert(
            "portal_users", id, **{"name": id, "email": email, "role": "admin", "active": True, **fields}
        )

    async def follow(self) -> None:
        """Make every user that is asked for and not there yet, as docs/host-portal.md says."""
        for user in (await self.accounts()).values():
            if user["made"] and not user["portal"]["exists"]:
                told = await self.wizard.call("GET", f"/users/{user['id']}")
                await self.has(user["id"], told["email"], name=told["name"], role=told["role"])

    async def accounts(self, **query: str) -> dict[str, dict[str, Any]]:
        """What Halobus shows of accounts, by address."""
        found: dict[str, dict[str, Any]] = {}
        params = {"limit": "100", **query}
        while True:
            page = await self.wizard.call("GET", "/users", params=params)
            found |= {row["email"]: row for row in page["items"]}
            if page["next"] is None:
                return found
            params["cursor"] = page["next"]

    async def imported(self, id: str, *states: str) -> dict[str, Any]:
        """An import once it is in one of these states (done, unless told otherwise)."""

        async def there() -> dict[str, Any] | None:
            shown = dict(await self.wizard.call("GET", f"/users/imports/{id}", headers={"prefer": "wait=5"}))
            return shown if shown["state"] in (states or ("done",)) else None

        found = await until(there, 30)
        assert found is not None
        return found

    async def _insert(self, collection: str, id: str, **fields: Any) -> None:
        tenant = self.wizard.tenant
        await self.database[collection].insert_one({"_id": f"{tenant}:{id}", "tenant": tenant, "id": id, **fields})
