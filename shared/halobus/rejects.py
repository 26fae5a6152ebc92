"""``<service>_rejects``: the newest version of each id that could not be stored; run sums and *explain* read it."""

from collections.abc import Sequence
from typing import Any

from halobus.arrival import Reject
from halobus.keys import RecordKey
from halobus.mirror import STUB_DAYS
from halobus.patience import BusyError
from halobus.store import BulkWriteError, Database, UpdateOne
from halobus.streams import Stream


async def remember(database: Database, stream: Stream, rejects: Sequence[Reject]) -> None:
    """Note rejects whose key could be read; a duplicate or an older one changes nothing.

    One without a readable version is noted below every version, so that it counts in no run.
    Raises ``BusyError`` or the driver's errors.
    """
    newest: dict[RecordKey, Reject] = {}
    for reject in rejects:
        key = reject.origin.key
        if key is not None and (key not in newest or _version(newest[key]) < _version(reject)):
            newest[key] = reject
    if newest:
        operations = [_guarded(stream, key, reject) for key, reject in newest.items()]
        await _bulk_write(database, stream.rejects, operations)


async def _bulk_write(database: Database, collection: str, operations: list[UpdateOne]) -> None:
    codes: set[int] = set()
    try:
        await database[collection].bulk_write(operations, ordered=False)
    except BulkWriteError as error:
        codes = {one["code"] for one in (*error.details["writeErrors"], *error.details["writeConcernErrors"])}
    if codes:  # our own small documents: whatever is wrong is not in them
        raise BusyError(f"write errors {sorted(codes)}")


def _version(reject: Reject) -> str:
    return reject.origin.version or ""


def _guarded(stream: Stream, key: RecordKey, reject: Reject) -> UpdateOne:
    id = f"{key.tenant}:{key.connection}:{stream.name}:{key.id}"
    noted = {
        "tenant": key.tenant,
        "connection": key.connection,
        "stream": stream.name.value,
        "id": key.id,
        "version": _version(reject),
        "run": reject.origin.run,
        "trace": reject.origin.trace,
        "reason": reject.reason.value,
        "error": reject.error,
    }
    added: dict[str, Any] = {
        "_id": id,
        "at": "$$NOW",
        "expires": {"$dateAdd": {"startDate": "$$NOW", "unit": "day", "amount": STUB_DAYS}},
    }
    newer = {"$lt": ["$version", noted["version"]]}
    replace = {"$mergeObjects": [{"$literal": noted}, added]}
    return UpdateOne({"_id": id}, [{"$replaceWith": {"$cond": [newer, replace, "$$ROOT"]}}], upsert=True)
