"""Announcing what became of accounts and imports: stored first, sent second, marked third; the unmarked goes again."""

from collections.abc import Iterator

from halobus.accounts import AccountFact
from halobus.bus import Bus
from halobus.messages import Fact
from halobus.store import Database, Document

SOURCE = "importer"
AT_ONCE = 500
"""Accounts whose facts are sent in one go."""


async def announce(database: Database, bus: Bus) -> None:
    """One round of the loop: send every fact that is not marked yet; any replica may."""
    for collection in ("accounts", "imports"):
        waiting = {"facts.announced": False}
        while found := await database[collection].find(waiting).sort("_id", 1).to_list(AT_ONCE):
            facts = [fact for document in found for fact in _facts(document)]
            await bus.send_facts(facts, SOURCE)
            await _mark(database, collection, [document["_id"] for document in found], [fact.id for fact in facts])


def _facts(document: Document) -> Iterator[Fact]:
    """The unmarked ones of a document. Nothing in them names a person: the subject is the portal's id."""
    subject = f"imports/{document['event']}" if "event" in document else f"users/{document['portal_user']}"
    for each in document["facts"]:
        fact = AccountFact.model_validate(each)
        if not fact.announced:
            yield Fact(
                id=fact.id,
                type=fact.type,
                tenant=document["tenant"],
                connection=document["connection"],
                at=fact.at,
                subject=subject,
                data=fact.data,
            )


async def _mark(database: Database, collection: str, documents: list[str], facts: list[str]) -> None:
    await database[collection].update_many(
        {"_id": {"$in": documents}},
        {"$set": {"facts.$[told].announced": True}},
        array_filters=[{"told.id": {"$in": facts}}],
    )
