"""Recording a command's run: idempotent by the command's id, whoever accepts it and however often it comes."""

from typing import Any

from halobus import telemetry
from halobus.commands import CancelSync, Command
from halobus.store import Database


async def record_run(database: Database, command: Command) -> bool:
    """Insert the run of a command; True if it was new. A cancel asks another run to end, and is done with that.

    The run goes on in the trace of the span that records it.
    """
    document: dict[str, Any] = {
        "tenant": command.tenant,
        "connection": getattr(command, "connection", None),
        "kind": command.kind,
        "command": command.model_dump(mode="json"),
        "state": "done" if isinstance(command, CancelSync) else "queued",
        "revision": 1,
        "fence": 0,
        "reads": [],
        "facts": [],
        "trace": telemetry.trace_id(),
        "traceparent": telemetry.carrier().get("traceparent"),
    }
    # A pipeline, since only that can take the time from the database: replicas' clocks differ.
    new = {"$mergeObjects": [{"$literal": document}, {"_id": "$_id", "created": "$$NOW"}]}
    insert = {"$replaceWith": {"$cond": [{"$eq": [{"$type": "$kind"}, "missing"]}, new, "$$ROOT"]}}
    result = await database.runs.update_one({"_id": command.id}, [insert], upsert=True)
    return result.upserted_id is not None
