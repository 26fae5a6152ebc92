"""Lists of mirrors by name, then by id: so companies, contacts and assets are sorted and paged."""

from halobus.store import ASCENDING, Document
from wizard_api.paging import decode

ORDER = [("content.name", ASCENDING), ("content.id", ASCENDING)]


def place(mirror: Document) -> tuple[str, int]:
    """Where a mirror stands in the list."""
    return mirror["content"]["name"], mirror["content"]["id"]


def after(cursor: str | None) -> list[Document]:
    """The filter of what follows a cursor; none for the first page."""
    if cursor is None:
        return []
    name, id = decode(cursor, (str, int))
    return [{"$or": [{"content.name": {"$gt": name}}, {"content.name": name, "content.id": {"$gt": id}}]}]
