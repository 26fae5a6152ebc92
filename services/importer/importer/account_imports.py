"""Stores how far each import is, so that the wizard sees it move and knows its end."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

from halobus import log
from halobus.store import Database, Document
from importer.account_counts import OUTCOMES, Tally, as_fields
from importer.account_world import AUTO, World

FINISHED, STOPPED = "import.finished", "import.stopped"
_log = log.get(__name__)


async def store(database: Database, world: World, tallies: Sequence[Tally], unwritten: Collection[str] = ()) -> None:
    """How far they are, without what is decided of the ``unwritten`` addresses. Without such an import is *done*,
    unless it has to wait."""
    for tally in tallies:
        counted = tally.counted(unwritten)
        if tally.hold is not None:
            fields: Document = {"state": tally.hold.state, "problem": tally.hold.problem.model_dump()}
        else:
            over = not unwritten and counted["done"] == counted["total"]
            fields = {"state": "done" if over else "running", "problem": None}
        await _store(database, world, tally, {**fields, **counted})


async def _store(database: Database, world: World, tally: Tally, fields: Mapping[str, Any]) -> None:
    """Write if it is news. What was done stays so, but for an import that goes on and for what syncs bring."""
    held = world.imports.get(tally.event)
    if held is not None and held.model_dump(include=set(fields)) == dict(fields):
        return
    id = f"{world.tenant}:{world.connection}:{tally.event}"
    begin = {"tenant": world.tenant, "connection": world.connection, "event": tally.event, "kind": tally.kind}
    first = {
        "$mergeObjects": [{"$literal": {"_id": id, **begin, "state": "running", "facts": []}}, {"started": "$$NOW"}]
    }
    missing = {"$eq": [{"$type": "$tenant"}, "missing"]}
    await database["imports"].update_one(
        {"_id": id}, [{"$replaceWith": {"$cond": [missing, first, "$$ROOT"]}}], upsert=True
    )
    done = fields["state"] == "done"
    changes: Document = {name: {"$literal": value} for name, value in fields.items()}
    changes["finished"] = "$$NOW" if done else None
    changes["facts"] = {"$concatArrays": ["$facts", _news(tally, fields)]}
    same: Document = {"_id": id, "finished": {"$in": [None, held.finished if held is not None else None]}}
    written = await database["imports"].update_one(same, [{"$set": changes}])
    if done and written.modified_count:
        _log.info("import_finished", import_id=tally.event, **as_fields(tally.counted()))


def _news(tally: Tally, fields: Mapping[str, Any]) -> Any:
    """The fact of an import that ends or stops, once: nothing where it stood so already."""
    type = {"done": FINISHED, "stopped": STOPPED}.get(fields["state"])
    if type is None or (tally.event == AUTO and type == FINISHED):
        return []
    counts = {name: fields[name] for name in ("total", *OUTCOMES)}
    data = {"import": tally.event, "kind": tally.kind, "state": fields["state"], **as_fields(counts)}
    fact = {"id": uuid4().hex, "type": type, "data": data, "announced": False}
    told = [{"$mergeObjects": [{"$literal": fact}, {"at": "$$NOW"}]}]
    return {"$cond": [{"$eq": ["$state", fields["state"]]}, [], told]}
