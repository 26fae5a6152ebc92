"""Counts over the contacts: who can become an account, and whose address stands in the way."""

from pydantic import BaseModel

from halobus.store import Database, Document


class ContactSummary(BaseModel):
    """``blank``, ``invalid``: contacts without a usable address. ``shared``: contacts whose address others have too.

    ``shared_addresses``: so many addresses they have between them; ``across_companies``: those of several companies.
    """

    total: int = 0
    active: int = 0
    inactive: int = 0
    blank: int = 0
    invalid: int = 0
    shared: int = 0
    shared_addresses: int = 0
    across_companies: int = 0


async def summary_of(database: Database, visible: Document) -> ContactSummary:
    """Of all that ``visible`` lets through, in one pass over the contacts and one over their addresses."""
    counts = await database.contacts.aggregate([{"$match": visible}, {"$group": _COUNTS}]).to_list(1)
    with_address = {"$and": [visible, {"content.email": {"$ne": None}}]}
    shared = await database.contacts.aggregate([{"$match": with_address}, *_SHARED], allowDiskUse=True).to_list(1)
    return ContactSummary.model_validate({**(counts[0] if counts else {}), **(shared[0] if shared else {})})


def _number(condition: Document) -> Document:
    return {"$sum": {"$cond": [condition, 1, 0]}}


_COUNTS: Document = {
    "_id": None,
    "total": {"$sum": 1},
    "active": _number({"$eq": ["$content.inactive", False]}),
    "inactive": _number({"$eq": ["$content.inactive", True]}),
    "blank": _number({"$eq": ["$content.email_problem", "blank"]}),
    "invalid": _number({"$eq": ["$content.email_problem", "invalid"]}),
}
_OF_SHARED: Document = {
    "_id": None,
    "shared": {"$sum": "$n"},
    "shared_addresses": {"$sum": 1},
    "across_companies": _number({"$gt": [{"$size": "$companies"}, 1]}),
}
_SHARED: list[Document] = [
    {"$group": {"_id": "$content.email", "n": {"$sum": 1}, "companies": {"$addToSet": "$content.client_id"}}},
    {"$match": {"n": {"$gt": 1}}},
    {"$group": _OF_SHARED},
]
