"""Promise 6: the same command runs once. One document per dedup key; taking it over names the command it replaces.

All windows are in the database's time, so any number of replicas with any clocks decide alike.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from halobus import telemetry
from halobus.commands import Command
from halobus.runs import ENDED, KEY_IS_FREE
from halobus.store import Database, Document, DuplicateKeyError, Session, in_transaction
from wizard_api import audit
from wizard_api.idempotency import Idempotency

KEPT_DAYS = 60
FIRST_REPEAT_SECONDS = 5
"""A command that has no run after this time is published again (``outbox``)."""


@dataclass(frozen=True)
class Request:
    """A command to record. ``window``: seconds during which one that was carried out still stands for this one.

    ``also`` is done in the transaction that records the command, and only if it is recorded.
    """

    command: Command
    window: int = 0
    connection: str | None = None
    idempotency: Idempotency | None = None
    also: Callable[[Session], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Recorded:
    """``id``: the run to follow. ``deduplicated``: an earlier request asked for it."""

    id: str
    deduplicated: bool


async def record(database: Database, request: Request) -> Recorded:
    """Record a command, or join the one that stands for it. Nothing is published yet."""
    while True:
        try:
            return await in_transaction(database, lambda session: _attempt(database, request, session))
        except DuplicateKeyError:
            continue  # Another replica has just made the key's document: join that one.


async def _attempt(database: Database, request: Request, session: Session) -> Recorded:
    known = await request.idempotency.known(database, session) if request.idempotency else None
    holder = known or await _claim(database, request, session)
    if request.idempotency and known is None:
        await request.idempotency.remember(database, session, holder)
    if holder != request.command.id:
        return Recorded(holder, deduplicated=True)
    if request.also is not None:
        await request.also(session)
    await audit.record(database, session, _entry(request))
    return Recorded(holder, deduplicated=False)


async def _claim(database: Database, request: Request, session: Session) -> str:
    """The id of the command that now has the key: ours, or the one that stands."""
    key = request.command.dedup_key
    held = await database.commands.find_one({"_id": key}, session=session)
    if held is None:
        absent = {"_id": key, "command_id": {"$exists": False}}
        await database.commands.update_one(absent, _replacement(request), upsert=True, session=session)
        return request.command.id
    window = await _window(database, held, request.window, session)
    if window is None:
        return str(held["command_id"])
    over = {"$lte": ["$recorded", {"$dateSubtract": {"startDate": "$$NOW", "unit": "second", "amount": window}}]}
    replaced = {"_id": key, "command_id": held["command_id"], "$expr": over}
    taken = await database.commands.find_one_and_update(replaced, _replacement(request), session=session)
    return request.command.id if taken is not None else str(held["command_id"])


async def _window(database: Database, held: Document, window: int, session: Session) -> int | None:
    """How many seconds after its recording a held key is free; None while its command has not ended."""
    run = await database.runs.find_one({"_id": held["command_id"]}, {"state": 1}, session=session)
    if run is None or run["state"] not in ENDED:
        return None
    return 0 if run["state"] in KEY_IS_FREE else window


def _replacement(request: Request) -> list[Document]:
    command = request.command
    document = {
        "_id": command.dedup_key,
        "tenant": command.tenant,
        "command_id": command.id,
        "command": command.model_dump(mode="json"),
        "trace": telemetry.carrier(),  # the click's, for a later publication
        "published": None,
        "accepted": False,
    }
    times: dict[str, Any] = {
        "recorded": "$$NOW",
        "repeat_at": {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": FIRST_REPEAT_SECONDS}},
        "expires": {"$dateAdd": {"startDate": "$$NOW", "unit": "day", "amount": KEPT_DAYS}},
    }
    return [{"$replaceWith": {"$mergeObjects": [{"$literal": document}, times]}}]


def _entry(request: Request) -> audit.Entry:
    command = request.command
    # Trails keep ids, not content: what a person wrote stands in the command alone, which expires.
    hidden = {"id", "tenant", "dedup_key", "actor", "requested_at", "text", "summary", "details", "value"}
    return audit.Entry(
        command.tenant,
        command.actor,
        action=command.kind,
        subject=f"runs/{command.id}",
        connection=request.connection,
        after=command.model_dump(mode="json", exclude=hidden),
    )
