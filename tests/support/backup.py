"""A backup of a test's database and its restore, as mongodump and mongorestore --drop would do them."""

from pymongo import AsyncMongoClient

from halobus.store import Document
from support.consumers import Where

Dump = dict[str, list[Document]]


async def dump(place: Where) -> Dump:
    """Every collection's documents."""
    async with AsyncMongoClient[Document](place.mongodb_uri, tz_aware=True) as client:
        database = client[place.database]
        return {name: await database[name].find().to_list(None) for name in await database.list_collection_names()}


async def restore(place: Where, held: Dump) -> None:
    """Make the database what it was; indexes stay."""
    async with AsyncMongoClient[Document](place.mongodb_uri, tz_aware=True) as client:
        database = client[place.database]
        for name in await database.list_collection_names():
            await database[name].delete_many({})
            if held.get(name):
                await database[name].insert_many(held[name])
