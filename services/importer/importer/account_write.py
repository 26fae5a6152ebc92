"""Writes planned changes: each only if the account is still what the plan was made for."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from halobus.accounts import Account
from halobus.store import BulkWriteError, Database, Document, UpdateOne
from importer.account_change import Change

DUPLICATE = 11000
KEPT_FACTS = 10
"""Announced facts that an account keeps."""
_OF_THE_DATABASE = {"created", "changed", "facts", "revision"}


async def write(database: Database, changes: Sequence[Change]) -> int:
    """Write them in one go; how many were. Another replica's faster write is no error: the plan is made again."""
    kept = [each for each in changes if each.after is not None]
    dropped = [each.before for each in changes if each.after is None and each.before is not None]
    done = 0
    if kept:
        try:
            result = await database["accounts"].bulk_write([_update(each) for each in kept], ordered=False)
            done = result.modified_count + result.upserted_count
        except BulkWriteError as error:
            details: dict[str, Any] = dict(error.details or {})
            if any(each["code"] != DUPLICATE for each in details.get("writeErrors", [])):
                raise
            done = details["nModified"] + details["nUpserted"]
    if dropped:
        same = [{"_id": key(account), "revision": account.revision} for account in dropped]
        done += (await database["accounts"].delete_many({"$or": same})).deleted_count
    return done


def key(account: Account) -> str:
    """The account's ``_id``: one address, one account."""
    return f"{account.tenant}:{account.connection}:{account.email}"


def _update(change: Change) -> UpdateOne:
    after = change.after
    assert after is not None
    revision = 0 if change.before is None else change.before.revision
    fields = after.model_dump(exclude=_OF_THE_DATABASE)
    if change.before is None:
        document = {"$mergeObjects": [{"$literal": {"_id": key(after), **fields}}, _stamps(change, revision)]}
        new = {"$cond": [{"$eq": [{"$type": "$tenant"}, "missing"]}, document, "$$ROOT"]}
        return UpdateOne({"_id": key(after)}, [{"$replaceWith": new}], upsert=True)
    literal = {name: {"$literal": value} for name, value in fields.items()}
    return UpdateOne({"_id": key(after), "revision": revision}, [{"$set": literal | _stamps(change, revision)}])


def _stamps(change: Change, revision: int) -> Document:
    """The time is the database's, since replicas' clocks differ. The fact is stored with the state it tells of."""
    told = {"$filter": {"input": {"$ifNull": ["$facts", []]}, "cond": {"$eq": ["$$this.announced", True]}}}
    untold = {"$filter": {"input": {"$ifNull": ["$facts", []]}, "cond": {"$ne": ["$$this.announced", True]}}}
    new = [_fact(change)] if change.fact is not None else []
    return {
        "created": {"$ifNull": ["$created", "$$NOW"]},
        "changed": "$$NOW",
        "revision": revision + 1,
        "facts": {"$concatArrays": [{"$slice": [told, -KEPT_FACTS]}, untold, new]},
    }


def _fact(change: Change) -> Document:
    fact = {"id": uuid4().hex, "type": change.fact, "data": change.told, "announced": False}
    return {"$mergeObjects": [{"$literal": fact}, {"at": "$$NOW"}]}
