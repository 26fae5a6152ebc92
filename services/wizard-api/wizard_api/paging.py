"""Cursor pagination: opaque cursors that say where the last page ended, so that new rows never shift a page."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from halobus.store import Document
from wizard_api.problems import invalid

T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=100, description="Rows on a page")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]


class Page(BaseModel, Generic[T]):
    """``next`` is the cursor of the following page, null on the last one."""

    items: list[T]
    next: str | None = None


def encode(place: Sequence[datetime | str | int | None]) -> str:
    """A cursor for a place in a list: the sort fields of its last row."""
    plain = [{"at": part.isoformat()} if isinstance(part, datetime) else part for part in place]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The place that a cursor names, as values of ``kinds`` (or None); 422 where it is none of ours."""
    try:
        raw = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = [datetime.fromisoformat(part["at"]) if isinstance(part, dict) else part for part in raw]
    except (ValueError, binascii.Error, KeyError, TypeError):
        place = []
    if [type(None) if part is None else kind for part, kind in zip(place, kinds, strict=False)] != [
        type(part) for part in place
    ] or len(place) != len(kinds):
        raise invalid(("cursor", "is not a cursor of this list: send `next` of the page before, or none"))
    return place


def older(at: str, cursor: str | None) -> Document:
    """The filter of a list that is sorted by a time (``at``) and ``_id``, newest first."""
    if cursor is None:
        return {}
    when, id = decode(cursor, (datetime, str))
    return {"$or": [{at: {"$lt": when}}, {at: when, "_id": {"$lt": id}}]}


def page(
    documents: Sequence[Document],
    limit: int,
    view: Callable[[Document], T],
    place: Callable[[Document], Sequence[datetime | str | int | None]],
) -> Page[T]:
    """A page out of ``limit`` + 1 documents: the one too many tells that there is more."""
    shown = documents[:limit]
    following = encode(place(shown[-1])) if len(documents) > limit else None
    return Page[T](items=[view(document) for document in shown], next=following)
