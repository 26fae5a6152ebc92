"""Transactions on the real database."""

import asyncio
from functools import partial

from conftest import Place

from halobus import store
from halobus.store import Database, Session, in_transaction
from support.consumers import settings_of


async def _insert(database: Database, collection: str, session: Session) -> None:
    await database[collection].insert_one({}, session=session)


async def test_all_succeed_that_make_a_collection_at_once(place: Place) -> None:
    """As the first two admins of a new deployment do who save at the same moment."""
    database = store.connect(settings_of(place))
    try:
        for n in range(20):
            name = f"new_{n}"
            await asyncio.gather(*(in_transaction(database, partial(_insert, database, name)) for _ in range(4)))
            assert await database[name].count_documents({}) == 4
    finally:
        store.close(database)
