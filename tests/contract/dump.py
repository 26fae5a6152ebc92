"""``python -m contract.dump``: a few documents of every collection, from a real run against the simulator, for one tag.

Written once for a version and never again: they are what that version left in a database, which every later one reads.
"""

import asyncio
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from bson import json_util
from conftest import placed
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from embedded.choose import choose
from halo_simulator.running import Running, running
from halobus.store import Document
from support.command_line import halobus
from support.system import Portal, system
from support.waiting import until

DUMPS = Path(__file__).parent / "dumps"
EACH = 3
ALL_OF = frozenset({"settings", "reference", "tenants", "connections"})
LARGEST = 12_000
"""Bytes of a document: a list of hundreds of entries is none that a test needs."""


async def main() -> None:
    """Run the system, do a little of everything, and write what the database holds."""
    folder = DUMPS / version("halobus")
    _make(folder)
    with tempfile.TemporaryDirectory() as scratch:
        stack = choose(Path(scratch) / "stack")
        try:
            async with placed(stack) as place, running(limit=100000) as halo:
                logs = Path(scratch) / "logs"
                logs.mkdir()
                async with system(place, logs, halo.url, HALOBUS_HALO_LIMIT="100000") as it, it.portal() as portal:
                    await portal.connect(halo.url, halo.client_id, halo.client_secret)
                    await _use(portal, halo)
                    await halobus(place, "tenants", "pause", portal.tenant, "--why", "a dump is made")
                    async with AsyncMongoClient[Document](place.mongodb_uri, tz_aware=True) as client:
                        await _write(client[place.database], folder)
        finally:
            stack.close()


def _make(folder: Path) -> None:
    if folder.exists():
        sys.exit(f"{folder} is there: a version's dump is never written anew")
    folder.mkdir(parents=True)


async def _use(portal: Portal, halo: Running) -> None:
    """Settings of every kind, a sync, a comment, an import: what leaves documents of each kind."""
    await portal.settings("sync", teams="all")
    await portal.settings("tickets", closed_statuses=[8, 9], client_comment_status=21, comment_outcome=4)
    client = next(row["id"] for row in await halo.control.rows("client") if row["id"] > 1)
    ticket = await halo.control.create(status_id=2, team_id=3, client_id=client)
    await portal.applied(await portal.sync("resync"), 120)
    headers = {"idempotency-key": uuid4().hex}
    comment = await portal.call("POST", f"/tickets/{ticket}/comments", {"text": "Thank you"}, headers=headers)

    async def sent() -> bool:
        found = await portal.call("GET", f"/tickets/{ticket}/comments/{comment['id']}")
        return bool(found["state"] != "sending")

    await until(sent, 60)
    await portal.applied(await portal.sync("clear", streams=["tickets"]), 120)


async def _write(database: AsyncDatabase[Document], folder: Path) -> None:
    for name in sorted(await database.list_collection_names()):
        found = [document async for document in database[name].find().sort("_id", 1)]
        small = [each for each in found if len(json_util.dumps(each)) <= LARGEST]
        kept = small if name in ALL_OF else _varied(small)
        if kept:
            text = json_util.dumps(kept, json_options=json_util.RELAXED_JSON_OPTIONS, indent=1, ensure_ascii=False)
            (folder / f"{name}.json").write_text(f"{text}\n")


def _varied(documents: list[Document]) -> list[Document]:
    """A few of each kind and state."""
    kept: dict[tuple[object, object], list[Document]] = {}
    for each in documents:
        kept.setdefault((each.get("state"), each.get("kind") or each.get("action")), []).append(each)
    return [document for some in kept.values() for document in some[:EACH]]


if __name__ == "__main__":
    asyncio.run(main())
