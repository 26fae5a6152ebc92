"""Recording a command's run: idempotent by the command's id, whoever accepts it and however often it comes."""

from collections.abc import Mapping
from typing import Any

from connector.problems import unreadable_command
from halobus import telemetry
from halobus.commands import CancelSync, Command
from halobus.store import Database


async def record_run(database: Database, command: Command) -> bool:
    """Insert the run of a command; True if it was new. A cancel asks another run to end, and is done with that.

    The run goes on in the trace of the span that records it.
    """
    state = "done" if isinstance(command, CancelSync) else "queued"
    return await _insert(database, command.id, command.model_dump(mode="json"), state, {})


async def record_unreadable(database: Database, id: str, tenant: str) -> bool:
    """End the run of a command that this version can't read, as failed; True if it was recorded in ``commands`` and
    had no run. The person who asked for it is told, and it is published no more.
    """
    known = {"tenant": tenant, "command_id": id, "command": {"$exists": True}}
    recorded = await database.commands.find_one(known, {"command": 1})
    if recorded is None:
        return False
    told = {"problem": unreadable_command().model_dump()}
    return await _insert(database, id, recorded["command"], "failed", told, finished="$$NOW")


async def _insert(
    database: Database, id: str, command: Mapping[str, Any], state: str, more: dict[str, Any], **times: str
) -> bool:
    document: dict[str, Any] = {
        "tenant": command["tenant"],
        "connection": command.get("connection"),
        "kind": command["kind"],
        "command": command,
        "state": state,
        "revision": 1,
        "fence": 0,
        "reads": [],
        "facts": [],
        "trace": telemetry.trace_id(),
        "traceparent": telemetry.carrier().get("traceparent"),
        **more,
    }
    # A pipeline, since only that can take the time from the database: replicas' clocks differ.
    new = {"$mergeObjects": [{"$literal": document}, {"_id": "$_id", "created": "$$NOW", **times}]}
    insert = {"$replaceWith": {"$cond": [{"$eq": [{"$type": "$kind"}, "missing"]}, new, "$$ROOT"]}}
    result = await database.runs.update_one({"_id": id}, [insert], upsert=True)
    return result.upserted_id is not None
