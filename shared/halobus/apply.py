"""One unordered guarded bulk write, and what became of its documents; a sick database is never taken for bad data."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from halobus import metrics
from halobus.keys import RecordKey
from halobus.mirror import Write, guarded, newest
from halobus.patience import BusyError
from halobus.store import BSONError, BulkWriteError, Database, OperationFailure, UpdateOne

BAD_DATA = frozenset({2, 9, 14, 15, 17, 22, 52, 55, 57, 121, 10334, 17280, 17419, 17420})
"""MongoDB's codes that blame the document: BadValue, FailedToParse, TypeMismatch, Overflow, ProtocolError, InvalidBSON,
names and ids that it forbids, DocumentValidationFailure, sizes. Any other code blames the database: wait, try again.
"""

Number = tuple[RecordKey, str]
"""One version of one record."""
_UNENCODABLE = (BSONError, OverflowError, ValueError, RecursionError)


@dataclass
class Applied:
    """``stale``: writes that found the same or a newer version. ``refused``: why a document can't be stored."""

    stale: int = 0
    refused: dict[Number, str] = field(default_factory=dict)


async def apply(database: Database, collection: str, writes: Sequence[Write]) -> Applied:
    """Write the newest of each key, or the newest that can be stored.

    Raises ``BusyError`` or an error of the driver that blames no document; then all may be written again.
    """
    applied = Applied()
    todo = list(writes)
    while todo:
        chosen, known = newest(todo), set(applied.refused)
        await _bulk_write(database, collection, _operations(chosen, applied), applied)
        refused = {key for key, _version in applied.refused.keys() - known}
        older = [write for write in todo if write.key in refused and (write.key, write.version) not in applied.refused]
        applied.stale += len(todo) - len(chosen) - len(older)
        todo = older
    return applied


def _operations(writes: Sequence[Write], applied: Applied) -> dict[Number, UpdateOne]:
    operations: dict[Number, UpdateOne] = {}
    for write in writes:
        number = (write.key, write.version)
        try:
            operations[number] = guarded(write)
        except _UNENCODABLE as error:
            applied.refused[number] = f"the document can't be encoded ({type(error).__name__})"
    return operations


async def _bulk_write(
    database: Database, collection: str, operations: dict[Number, UpdateOne], applied: Applied
) -> None:
    if not operations:
        return
    failed: dict[str, Any] = {}
    refused: int | None = None
    began = time.perf_counter()
    try:
        result = await database[collection].bulk_write(list(operations.values()), ordered=False)
        applied.stale += result.matched_count - result.modified_count
    except BulkWriteError as error:
        failed = dict(error.details)  # handled outside, so that nothing chains the error: its text holds documents
    except OperationFailure as error:
        if error.code not in BAD_DATA:
            raise
        refused = error.code
    finally:
        metrics.observe(metrics.BULK_WRITE_SECONDS, time.perf_counter() - began, collection=collection)
    if failed:
        _sort_out(failed, list(operations), applied)
    if refused is not None:
        await _isolate(database, collection, operations, applied, refused)


def _sort_out(failed: dict[str, Any], numbers: list[Number], applied: Applied) -> None:
    """Note the documents that MongoDB refused, if that is all that is wrong."""
    others = sorted({one["code"] for one in failed["writeErrors"] if one["code"] not in BAD_DATA})
    if others or failed["writeConcernErrors"]:
        raise BusyError(f"write errors {others}, {len(failed['writeConcernErrors'])} write concern errors")
    for one in failed["writeErrors"]:
        applied.refused[numbers[one["index"]]] = _said(one["code"])
    applied.stale += failed["nMatched"] - failed["nModified"]


async def _isolate(
    database: Database, collection: str, operations: dict[Number, UpdateOne], applied: Applied, code: int
) -> None:
    """MongoDB refused the command as a whole because of a document in it: halve it until that one is alone."""
    pairs = list(operations.items())
    if len(pairs) == 1:
        applied.refused[pairs[0][0]] = _said(code)
        return
    middle = len(pairs) // 2
    for half in (pairs[:middle], pairs[middle:]):
        await _bulk_write(database, collection, dict(half), applied)


def _said(code: int) -> str:
    return f"MongoDB refused the document (code {code})"
