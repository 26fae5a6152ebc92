"""Decisions of several admins at one moment: one is faster, and the others look again before they decide."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from halobus.store import BulkWriteError, Database, Session, in_transaction
from wizard_api.problems import conflict

DUPLICATE = 11000
TRIES = 3
T = TypeVar("T")


async def decided(database: Database, work: Callable[[Session], Coroutine[Any, Any, T]], busy: str) -> T:
    """What ``work`` returns, done in a transaction; anew where a unique index tells that somebody was faster.

    ProblemError 409 with the title ``busy`` when that has happened three times.
    """
    for _ in range(TRIES):
        try:
            return await in_transaction(database, work)
        except BulkWriteError as error:
            if any(each["code"] != DUPLICATE for each in (error.details or {}).get("writeErrors", [])):
                raise
    raise conflict("changed-meanwhile", busy, "Look again, then send it again.")
