"""Writing devices: in bulk, guarded by revisions; an asset or a serial belongs to one device, by unique indexes."""

from collections.abc import Sequence

from halobus.devices import Device
from halobus.patience import BusyError
from halobus.store import BulkWriteError, Database, Document, UpdateOne
from importer.device_policy import BOOKKEEPING, Change

AT_ONCE = 1000
DUPLICATE = 11000


async def write(database: Database, changes: Sequence[Change]) -> None:
    """Write what nobody else has changed meanwhile; the rest is left, and seen by reading again.

    First each device gives up the assets that it loses, so that another can have them.
    """
    losers, others = _releases(changes)
    for operations in (losers, others):
        for start in range(0, len(operations), AT_ONCE):
            await _bulk(database, operations[start : start + AT_ONCE])


async def _bulk(database: Database, operations: list[UpdateOne]) -> None:
    codes: set[int] = set()
    try:
        await database["devices"].bulk_write(operations, ordered=False)
    except BulkWriteError as error:
        # Sorted out outside, so that nothing chains the error: its text holds documents.
        details = error.details or {}
        codes = {each["code"] for each in details.get("writeErrors", [])}
        codes |= {each["code"] for each in details.get("writeConcernErrors", [])}
    if codes - {DUPLICATE}:
        raise BusyError(f"devices can't be written now: codes {sorted(codes)}")


def _releases(changes: Sequence[Change]) -> tuple[list[UpdateOne], list[UpdateOne]]:
    losers: list[UpdateOne] = []
    others: list[UpdateOne] = []
    for change in changes:
        held = change.before.assets if change.before is not None else []
        kept = [asset for asset in change.after.assets if asset in held]
        revision = change.before.revision if change.before is not None else 0
        if len(kept) < len(held):
            losers.append(_guarded(change.after.model_copy(update={"assets": kept}), revision))
            if kept == change.after.assets:
                continue
            revision += 1
        others.append(_guarded(change.after, revision))
    return losers, others


def _guarded(device: Device, revision: int) -> UpdateOne:
    id = f"{device.tenant}:{device.connection}:{device.id}"
    document: Document = {**device.model_dump(exclude=BOOKKEEPING), "_id": id, "revision": revision + 1, "told": False}
    times = {"created": {"$ifNull": ["$created", "$$NOW"]}, "changed": "$$NOW"}
    become = [{"$replaceWith": {"$mergeObjects": [{"$literal": document}, times]}}]
    held = {"_id": id, "revision": revision if revision else {"$exists": False}}
    return UpdateOne(held, become, upsert=revision == 0)
