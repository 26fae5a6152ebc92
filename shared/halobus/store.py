"""MongoDB: the one place that knows the driver, so that moving to PyMongo's async client is this file.

Everybody else imports ``Database`` and ``Document`` from here and never the driver. Writes are majority writes.
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from threading import Thread
from typing import Any, TypeAlias, TypeVar

from bson import encode
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ASCENDING, DESCENDING, ReturnDocument, UpdateOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from halobus.settings import Settings

__all__ = [
    "ASCENDING",
    "DESCENDING",
    "OUTAGES",
    "BSONError",
    "BulkWriteError",
    "Database",
    "Document",
    "DuplicateKeyError",
    "OperationFailure",
    "PyMongoError",
    "RawBSONDocument",
    "ReturnDocument",
    "Session",
    "UpdateOne",
    "close",
    "connect",
    "encode",
    "find_one",
    "in_transaction",
    "now",
    "ping",
]

TRIES = 5
"""Of a transaction that another one was faster than."""
Document: TypeAlias = dict[str, Any]
Database: TypeAlias = "AsyncIOMotorDatabase[Document]"
Session: TypeAlias = AsyncIOMotorClientSession
T = TypeVar("T")

OUTAGES: tuple[type[Exception], ...] = (
    AutoReconnect,
    ConnectionFailure,
    NetworkTimeout,
    ExecutionTimeout,
    WTimeoutError,
)
"""Errors that say the database is away or slow: wait and try again. Anything else is a defect or bad data."""


def connect(settings: Settings) -> Database:
    """A handle on the deployment's database; connects when first used. Call ``close`` at the end."""
    options: dict[str, Any] = {"tlsCAFile": str(settings.mongodb_ca_file)} if settings.mongodb_ca_file else {}
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        settings.mongodb_address(),
        tz_aware=True,
        appname="halobus",
        serverSelectionTimeoutMS=5_000,
        socketTimeoutMS=60_000,  # a server that froze is an outage, not a wait without end
        **options,
    )
    return client.get_database(
        settings.database,
        write_concern=WriteConcern("majority", wtimeout=10_000),
        read_concern=ReadConcern("majority"),
    )


def close(database: Database) -> None:
    """Close the client behind a database; a server that doesn't answer the good-bye is left after two seconds."""
    closing = Thread(target=database.client.close, daemon=True)
    closing.start()
    closing.join(2)


async def ping(database: Database) -> None:
    """Raise one of ``OUTAGES`` where no primary answers."""
    await database.command("ping")


async def now(database: Database) -> datetime:
    """The database's clock, aware."""
    told: datetime = (await database.command("hello"))["localTime"]
    return told.replace(tzinfo=UTC)  # commands answer in naive UTC, whatever the client's documents do


async def in_transaction(database: Database, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
    """Run ``work`` in a transaction; it may be called again on a transient error, so it must do nothing else."""
    tries = 0
    while True:
        try:
            return await _in_one_transaction(database, work)
        except OperationFailure as error:
            # Of two that make a collection at once one can't commit, and Motor raises where it should begin anew.
            tries += 1
            if not error.has_error_label("TransientTransactionError") or tries == TRIES:
                raise


async def _in_one_transaction(database: Database, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
    async with await database.client.start_session() as session:
        done: T = await session.with_transaction(
            work, read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", wtimeout=10_000)
        )
        return done


async def find_one(database: Database, collection: str, id: str) -> Document | None:
    """A document by its ``_id``."""
    found: Mapping[str, Any] | None = await database[collection].find_one({"_id": id})
    return dict(found) if found is not None else None
