"""A tenant whose contacts, companies and decisions a test lays down as their owners would."""

from datetime import UTC, datetime
from typing import Any

from halobus.apply import apply
from halobus.keys import RecordKey
from halobus.messages import Contact
from halobus.mirror import Write
from halobus.store import Database, Document, UpdateOne
from halobus.version import Version
from support.consumers import Bench

CONNECTION = "c1"


class Office:
    """One connected tenant with auto-import on, its setup complete, its contacts read in full."""

    def __init__(self, here: Bench, tenant: str, connection: str = CONNECTION) -> None:
        self.here = here
        self.tenant = tenant
        self.connection = connection
        self.mine: Document = {"tenant": tenant, "connection": connection}
        self.database: Database = here.database
        self._n = 0

    async def open(self) -> None:
        completed = datetime(2026, 1, 1, tzinfo=UTC)
        await self.database["connections"].insert_one(
            {"_id": self.tenant, "tenant": self.tenant, "completed": completed}
        )
        known = {**self.mine, "state": "connected"}
        await self.database["tenants"].replace_one({"_id": self.tenant}, known, upsert=True)
        await self.read_in_full()
        await self.settings()
        await self.role("viewer")
        await self.role("tech", kind="staff")

    async def leave_for(self, connection: str) -> "Office":
        """As the connector and wizard-api do where an admin has replaced the Halo by another one."""
        after = {"connection": connection, "streams": {}, "left": [self.connection]}
        await self.database["tenants"].update_one({"_id": self.tenant}, {"$set": after})
        deleted = {"$addToSet": {"deleted": self.connection}}
        await self.database["connections"].update_one({"_id": self.tenant}, deleted)
        following = Office(self.here, self.tenant, connection)
        await following.read_in_full()
        await following.settings()
        return following

    async def read_in_full(self, generation: int = 0) -> None:
        state = {"generation": generation, "full_read_at": datetime(2026, 1, 1, tzinfo=UTC)}
        await self.database["tenants"].update_one({"_id": self.tenant}, {"$set": {"streams.contacts": state}})

    async def settings(self, **value: Any) -> None:
        document = {**self.mine, "kind": "sync", "revision": 1}
        chosen = {"auto_import": True, "default_role": "viewer", **value}
        key = {"_id": f"{self.tenant}:{self.connection}:sync"}
        await self.database["settings"].replace_one(key, {**document, "value": chosen}, upsert=True)

    async def role(self, id: str, kind: str = "company") -> None:
        document = {"tenant": self.tenant, "id": id, "name": id, "kind": kind}
        await self.database["roles"].replace_one({"_id": f"{self.tenant}:{id}"}, document, upsert=True)

    async def users(self, *users: Document) -> None:
        for each in users:
            document = {
                "_id": f"{self.tenant}:{each['id']}",
                "tenant": self.tenant,
                "name": each["id"],
                "active": True,
                **each,
            }
            await self.database["portal_users"].insert_one(document)

    async def contacts(self, *contacts: Document, generation: int = 0) -> None:
        """As sync-crm stores them; each later than all before."""
        writes: list[Write] = []
        for each in contacts:
            self._n += 1
            wrong = None if each.get("email") else each.get("email_problem", "blank")
            given = {"client_id": 1, "name": f"Person {each['id']}", **each, "email_problem": wrong}
            content = Contact.model_validate(given).model_dump()
            key = RecordKey(self.tenant, self.connection, str(each["id"]))
            writes.append(Write(key, str(Version(generation, 1, self._n)), "live", content))
        await apply(self.database, "contacts", writes)

    async def link(self, *companies: int, event: str | None = None, imported: bool = False) -> None:
        """As wizard-api stores what an admin decided."""
        links = []
        for company in companies:
            key = f"{self.tenant}:{self.connection}:{company}"
            document = {
                **self.mine,
                "company": company,
                "portal_company": f"p{company}",
                "name": str(company),
                "by": "a",
            }
            document |= {"imported": imported} | ({"import": event} if event else {})
            change = {"$replaceWith": {"$mergeObjects": [{"$literal": {"_id": key, **document}}, {"at": "$$NOW"}]}}
            links.append(UpdateOne({"_id": key}, [change], upsert=True))
        await self.database["company_links"].bulk_write(links)

    async def choose(self, subject: str, **fields: Any) -> None:
        document = {**self.mine, "subject": subject, "by": "a", "at": datetime.now(UTC), **fields}
        key = {"_id": f"{self.tenant}:{self.connection}:{subject}"}
        await self.database["account_choices"].replace_one(key, document, upsert=True)

    async def reference(self, name: str, items: list[Document]) -> None:
        self._n += 1
        key = RecordKey(self.tenant, self.connection, name)
        content = {"name": name, "items": items}
        await apply(self.database, "reference", [Write(key, str(Version(0, 1, self._n)), "live", content)])

    async def accounts(self) -> dict[str, Document]:
        return {each["email"]: each async for each in self.database["accounts"].find(self.mine).sort("_id", 1)}

    async def imported(self, event: str) -> Document:
        found = await self.database["imports"].find_one({"_id": f"{self.tenant}:{self.connection}:{event}"})
        assert found is not None, f"no import {event}"
        return dict(found)
