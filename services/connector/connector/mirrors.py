"""What the connector asks of the owners' mirrors; it never writes them."""

from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from halobus import mirror
from halobus.keys import RecordKey
from halobus.runs import Read, Sums
from halobus.store import Database, Document
from halobus.streams import STREAMS, StreamName
from halobus.version import floor

_BATCH = 1000


@dataclass(frozen=True)
class Mirrors:
    """The mirrors of one stream of one connection."""

    database: Database
    tenant: str
    connection: str
    stream: StreamName

    def key(self, id: int | str) -> str:
        return str(RecordKey(self.tenant, self.connection, str(id)))

    async def below(self, ids: Sequence[int], version: str) -> AsyncIterator[int]:
        """The ids whose mirror is missing or older than ``version``."""
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            current = {"_id": {"$in": [self.key(id) for id in part]}, "version": {"$gte": version}}
            held = {document["id"] async for document in self._collection.find(current, {"id": 1})}
            for id in part:
                if str(id) not in held:
                    yield id

    async def visible(self, generation: int, scope: Document) -> int:
        """How many records the portal shows."""
        return int(await self._collection.count_documents(self._shown(generation, scope)))

    async def against(
        self, ids: "array[int]", generation: int, scope: Document, before: str
    ) -> "tuple[list[int], array[int]]":
        """Both ways: ids that the portal shows, not met since ``before``, and that are not in ``ids`` (ascending); and
        those of ``ids`` that the portal does not show, though nothing of them lies with the rejects, nor was left out
        by its owner for what it is.
        """
        shown, absent = bytearray(len(ids)), []
        # MongoDB's own batches are 16 MiB: of such small documents that would be 100 MB of objects at once.
        found = self._collection.find(self._shown(generation, scope), {"id": 1, "version": 1}).batch_size(_BATCH)
        async for document in found:
            id = int(document["id"])
            place = bisect_left(ids, id)
            if place < len(ids) and ids[place] == id:
                shown[place] = 1
            elif document["version"] < before:
                absent.append(id)
        missing = array("q", (id for id, there in zip(ids, shown, strict=True) if not there))
        return absent, await self._without_rejects(await self._without_left_out(missing, generation), generation)

    async def _without_left_out(self, ids: "array[int]", generation: int) -> "array[int]":
        """Contacts that are no people stay stubs until they change; a ticket's scope may move without it."""
        if self.stream is not StreamName.CONTACTS or not ids:
            return ids
        mine: Document = {"tenant": self.tenant, "connection": self.connection, "state": "scope"}
        query = {**mine, "version": {"$gte": floor(generation)}}
        left_out = {document["id"] async for document in self._collection.find(query, {"id": 1})}
        return array("q", (id for id in ids if str(id) not in left_out))

    async def _without_rejects(self, ids: "array[int]", generation: int) -> "array[int]":
        """Those that can't be stored are known of: they are read again when they change."""
        rejects = self.database[STREAMS[self.stream].rejects]
        query = {
            "tenant": self.tenant,
            "connection": self.connection,
            "stream": self.stream,
            "version": {"$gte": floor(generation)},
        }
        held = {document["id"] async for document in rejects.find(query, {"id": 1})} if ids else set()
        return array("q", (id for id in ids if str(id) not in held))

    async def live_among(self, ids: Sequence[int]) -> dict[int, str]:
        """The live ones of these, with their versions."""
        query = {"_id": {"$in": [self.key(id) for id in ids]}, "state": "live"}
        return {int(doc["id"]): doc["version"] async for doc in self._collection.find(query, {"id": 1, "version": 1})}

    async def sums(self, read: Read) -> Sums:
        """What became of the records of a read (promise 2), counted on the index (tenant, connection, version)."""
        if read.first_version is None or read.last_version is None:
            return Sums()
        counts = {"written": 0, "unchanged": 0, "filtered": 0, "stale": 0}
        async for row in self._collection.aggregate(_outcomes(self.tenant, self.connection, read)):
            counts[row["_id"]] = row["n"]
        return Sums(**counts, dead_lettered=await self._dead_lettered(read))

    async def _dead_lettered(self, read: Read) -> int:
        between = {"$gte": read.first_version, "$lte": read.last_version}
        query = {"tenant": self.tenant, "connection": self.connection, "stream": self.stream, "version": between}
        query |= _outside_gaps(read) | _named(read)
        ids = [doc["id"] async for doc in self.database[STREAMS[self.stream].rejects].find(query, {"id": 1})]
        applied = {"_id": {"$in": [self.key(id) for id in ids]}, "version": {"$gte": read.first_version}}
        return len(ids) - int(await self._collection.count_documents(applied))

    def _shown(self, generation: int, scope: Document) -> Document:
        return {**mirror.visible(self.tenant, self.connection, generation), **scope}

    @property
    def _collection(self) -> Any:
        return self.database[STREAMS[self.stream].collection]


def _outcomes(tenant: str, connection: str, read: Read) -> list[Document]:
    """Counts by outcome. The match is a range of the index; the gaps, of which a read has few, are filtered from it."""
    later = {"$gt": ["$version", read.last_version]}
    new = {"$gte": ["$changed", read.first_version]}
    settled = {"$cond": [{"$eq": ["$state", "scope"]}, "filtered", {"$cond": [new, "written", "unchanged"]}]}
    return [
        {"$match": {"tenant": tenant, "connection": connection, "version": {"$gte": read.first_version}}},
        {"$match": _outside_gaps(read) | _named(read)},
        {"$group": {"_id": {"$cond": [later, "stale", settled]}, "n": {"$sum": 1}}},
    ]


def _outside_gaps(read: Read) -> Document:
    return {"$nor": [{"version": {"$gt": low, "$lt": high}} for low, high in read.gaps]} if read.gaps else {}


def _named(read: Read) -> Document:
    """Of a read that names its records those alone count: others may be read one by one meanwhile."""
    return {"id": {"$in": [str(id) for id in read.ids]}} if read.ids else {}
