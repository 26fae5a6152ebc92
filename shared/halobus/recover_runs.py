"""``halobus recover``, runs and commands: what was going on when the backup was made, of which nobody knows the end.

A write that may have reached Halo after the backup is never sent a second time: a person looks (*needs review*). All
else may be done again, so its run is closed as failed, which frees its key, and its command is published again.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from halobus.commands import COMMAND
from halobus.runs import OPEN, Problem
from halobus.settings import Settings
from halobus.store import Database, Document
from halobus.topic_records import records
from halobus.topics import COMMANDS

WRITE_BACKS: Mapping[str, str] = {"ticket.comment": "comment", "opportunity.create": "opportunity"}
"""Kinds of commands that write into Halo, and what they write."""
RUNS_DAYS = 90
RESTORED = "The database was restored from a backup"


async def close_runs(database: Database, *, dry_run: bool) -> dict[str, int]:
    """Close the open runs: write-backs to *needs review*, the others to *failed*. Counts of both."""
    is_open = {"state": {"$in": sorted(OPEN)}}
    writes = {**is_open, "kind": {"$in": sorted(WRITE_BACKS)}}
    others = {**is_open, "kind": {"$nin": sorted(WRITE_BACKS)}}
    counts = {
        "write_backs_to_review": await database["runs"].count_documents(writes),
        "runs_failed": await database["runs"].count_documents(others),
    }
    if dry_run:
        return counts
    async for run in database["runs"].find({**is_open}, {"kind": 1}):
        await database["runs"].update_one({"_id": run["_id"], **is_open}, [{"$set": _end(run["_id"], run["kind"])}])
    return counts


async def settle_commands(database: Database, *, dry_run: bool) -> dict[str, int]:
    """Commands without a run. Those that write, or were carried out after the backup, end; the rest goes out again."""
    counts = {"write_backs_to_review": 0, "runs_failed": 0, "commands_published_again": 0}
    async for document in database["commands"].find({"command": {"$exists": True}}):
        id, command = document["command_id"], document["command"]
        if await database["runs"].find_one({"_id": id}, {"_id": 1}):
            continue
        writes = command["kind"] in WRITE_BACKS
        again = not writes and not document["accepted"]
        name = "write_backs_to_review" if writes else "commands_published_again" if again else "runs_failed"
        counts[name] += 1
        if dry_run:
            continue
        if again:
            change: Document = {"published": None, "repeat_at": "$$NOW"}
            await database["commands"].update_one({"_id": document["_id"], "command_id": id}, [{"$set": change}])
        else:
            await _insert_ended(database, id, command)
    return counts


async def settle_unread(settings: Settings, database: Database, *, dry_run: bool) -> dict[str, int]:
    """Write-backs on ``halo.commands`` that the connector's group has not committed: one may have carried them out."""
    found = 0
    async for record in records(settings, COMMANDS, "connector", lambda progress: progress.committed):
        try:
            command = COMMAND.validate_json(record.value or b"")
        except ValidationError:
            continue  # the connector will put it to the dead letters
        known = await database["runs"].find_one({"_id": command.id}, {"_id": 1})
        if command.kind not in WRITE_BACKS or known is not None:
            continue
        found += 1
        if not dry_run:
            await _insert_ended(database, command.id, command.model_dump(mode="json"))
    return {"write_backs_to_review": found}


async def _insert_ended(database: Database, id: str, command: Mapping[str, Any]) -> None:
    """A run that the backup does not know, as ended; one that is there stays as it is."""
    document: Document = {
        "tenant": command["tenant"],
        "connection": command.get("connection"),
        "kind": command["kind"],
        "command": command,
        "fence": 0,
        "reads": [],
        "trace": None,
        "traceparent": None,
    }
    empty = {"_id": "$_id", "created": "$$NOW", "revision": 0, "facts": []}
    new = {"$mergeObjects": [{"$literal": document}, empty]}
    absent = {"$eq": [{"$type": "$kind"}, "missing"]}
    made = [{"$replaceWith": {"$cond": [absent, new, "$$ROOT"]}}, {"$set": _end(id, command["kind"])}]
    await database["runs"].update_one({"_id": id, "kind": {"$exists": False}}, made, upsert=True)


def _end(id: str, kind: str) -> Document:
    noun = WRITE_BACKS.get(kind)
    fact = {
        "id": f"{id}.recovered.{uuid4().hex[:8]}",
        "type": f"{noun}.needs-review" if noun else "run.failed",
        "data": {},
        "announced": False,
    }
    told = {"$concatArrays": ["$facts", [{"$mergeObjects": [{"$literal": fact}, {"at": "$$NOW"}]}]]}
    return {
        "state": "needs_review" if noun else "failed",
        "problem": {"$literal": problem(kind).model_dump()},
        "finished": "$$NOW",
        "expires": {"$dateAdd": {"startDate": "$$NOW", "unit": "day", "amount": RUNS_DAYS}},
        "waiting": None,
        "due": None,
        "revision": {"$add": ["$revision", 1]},
        "facts": told,
    }


def problem(kind: str) -> Problem:
    """Why such a run ended, in the admin's words."""
    noun = WRITE_BACKS.get(kind)
    if noun is None:
        return Problem(
            kind="internal", title=RESTORED, detail="What was going on was closed.", remedy="Start it again if needed."
        )
    return Problem(
        kind="internal",
        title=f"It is not known whether Halo has the {noun}",
        detail=f"{RESTORED}, made before the end of this was known: it is not sent again by itself.",
        remedy=f"Look in Halo. If the {noun} is not there, write it again.",
    )
