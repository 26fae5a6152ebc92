"""What the planner is made of, as sync-crm reads and writes it. Any number of replicas may do so at once.

A new item is made only where there is none; an item moves on only from the version and state that it was seen in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from halobus.mirror import visible
from halobus.planner import AutoImport, Origin, PlannerChoice, PlannerItem
from halobus.standing import Standing
from halobus.store import Database, Document, UpdateOne
from sync_crm.planner_policy import Content, Creation, Seen, managed

CREATED = "planner.item-created"


@dataclass(frozen=True)
class PlannerStore:
    """One tenant's planner."""

    database: Database
    standing: Standing

    async def items(self) -> list[PlannerItem]:
        """All items that Halo has a say of."""
        return [PlannerItem.model_validate(found) async for found in self.database["planner_items"].find(self._own())]

    async def choices(self) -> dict[str, PlannerChoice]:
        """What people decided, by subject."""
        found = self.database["planner_choices"].find(self._own())
        return {document["subject"]: PlannerChoice.model_validate(document) async for document in found}

    async def creations(self) -> list[Creation]:
        """The runs that make an opportunity from an item."""
        query = {
            "tenant": self.standing.tenant,
            "kind": "opportunity.create",
            "command.item": {"$type": "string"},
            "connection": self.standing.connection,
        }
        return [_creation(run) async for run in self.database["runs"].find(query)]

    async def fresh(self, auto: AutoImport) -> dict[int, Seen]:
        """The opportunities that auto-import brings, whether they have an item or not."""
        if auto.since is None:
            return {}
        second = auto.since.replace(microsecond=0)
        found = await self._seen({"content.state": "open", "content.occurred": {"$gte": second}})
        return {id: seen for id, seen in found.items() if auto.brings(seen.content)}

    async def seen(self, ids: Collection[int]) -> dict[int, Seen]:
        """Those of these opportunities that the portal shows."""
        return await self._seen({"id": {"$in": [str(id) for id in sorted(ids)]}}) if ids else {}

    async def _seen(self, query: Document) -> dict[int, Seen]:
        standing = self.standing
        shown = visible(standing.tenant, standing.connection, standing.generation)
        found = self.database["opportunities"].find({**shown, **query})
        return {
            document["content"]["id"]: Seen(document.get("changed") or document["version"], document["content"])
            async for document in found
        }

    async def make(self, id: int, origin: Origin, seen: Seen | None, creation: Creation | None = None) -> bool:
        """An item for an opportunity, with its fact; False where there is one already. Unseen yet: from the run."""
        content: Content = seen.content if seen else _as_asked(creation)
        document = {
            **self._own(),
            "opportunity": id,
            "item": creation.item if creation else None,
            "origin": origin,
            "state": content.get("state", "open"),
            **managed(content),
            "client_id": content.get("client_id"),
            "version": seen.changed if seen else "",
        }
        fact = {"id": uuid4().hex, "type": CREATED, "data": {"opportunity": id}, "announced": False}
        times = {"created": "$$NOW", "facts": [{"$mergeObjects": [{"$literal": fact}, {"at": "$$NOW"}]}]}
        made = {"$mergeObjects": ["$$ROOT", {"$literal": document}, times]}
        new = {"$eq": [{"$type": "$opportunity"}, "missing"]}
        pipeline = [{"$replaceWith": {"$cond": [new, made, "$$ROOT"]}}]
        done = await self.database["planner_items"].update_one({"_id": self._id(id)}, pipeline, upsert=True)
        return done.upserted_id is not None

    async def join(self, id: int, item: str) -> None:
        """Let an opportunity's item be the person's own one that it was made from."""
        alone = {"_id": self._id(id), "item": None}
        await self.database["planner_items"].update_one(alone, {"$set": {"item": item, "origin": "created"}})

    async def move(self, changes: Iterable[tuple[PlannerItem, Mapping[str, Any]]]) -> int:
        """Write what has changed, where nobody else has written meanwhile; how many were."""
        writes = [
            UpdateOne(
                {"_id": self._id(item.opportunity), "version": item.version, "state": item.state},
                {"$set": dict(change)},
            )
            for item, change in changes
        ]
        if not writes:
            return 0
        return int((await self.database["planner_items"].bulk_write(writes, ordered=False)).modified_count)

    def _own(self) -> Document:
        return {"tenant": self.standing.tenant, "connection": self.standing.connection}

    def _id(self, opportunity: int) -> str:
        return f"{self.standing.tenant}:{self.standing.connection}:{opportunity}"


def _creation(run: Document) -> Creation:
    command = run["command"]
    return Creation(
        item=command["item"],
        client_id=command["client_id"],
        title=command["summary"],
        begun=run["created"],
        state=run["state"],
        opportunity=(run.get("result") or {}).get("opportunity_id"),
    )


def _as_asked(creation: Creation | None) -> Content:
    """An opportunity that was made a moment ago and not read yet."""
    return {"summary": creation.title, "client_id": creation.client_id} if creation else {}
