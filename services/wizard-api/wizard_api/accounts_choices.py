"""What people decided of accounts: one document a subject in ``account_choices``, with its audit entry and its fact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from halobus.accounts import AccountChoice
from halobus.store import Database, Document, Session, UpdateOne, in_transaction
from wizard_api import audit
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.deciding import decided
from wizard_api.idempotency import Idempotency

LINKS, ROLES, IMPORT = "links.changed", "roles.changed", "users.import"
BUSY = "Others are deciding on the same"


@dataclass(frozen=True)
class Wish:
    """What to decide of ``subject``; the fields are those of ``AccountChoice``, and others lose what they had."""

    subject: str
    fields: Mapping[str, Any]


async def of(database: Database, state: State, subjects: Iterable[str]) -> dict[str, AccountChoice]:
    """What was decided of these subjects."""
    found = database.account_choices.find({"_id": {"$in": [_id(state, subject) for subject in subjects]}})
    return {document["subject"]: AccountChoice.model_validate(document) async for document in found}


async def every(database: Database, state: State, kind: str) -> dict[int, AccountChoice]:
    """What was decided of all subjects of a kind (``agent``, ``contact``, ``company``), by Halo's id."""
    begin = _id(state, f"{kind}/")
    # The next character after the slash ends it.
    found = database.account_choices.find({"_id": {"$gt": begin, "$lt": f"{begin[:-1]}0"}})
    choices = [AccountChoice.model_validate(document) async for document in found]
    return {int(choice.subject.partition("/")[2]): choice for choice in choices}


async def set_one(
    database: Database, caller: Principal, state: State, wish: Wish, entry: audit.Entry, held: Mapping[str, Any]
) -> bool:
    """Decide, unless the subject's choice is not ``held`` any more (empty: there is none); says whether it was done."""

    async def work(session: Session) -> bool:
        query = {"_id": _id(state, wish.subject)}
        now = await database.account_choices.find_one(query, session=session) or {}
        if any(now.get(name) != value for name, value in held.items()) or bool(now) != bool(held):
            return False
        await database.account_choices.bulk_write([_write(caller, state, wish)], session=session)
        await audit.record(database, session, entry)
        return True

    return await decided(database, work, BUSY)


async def put(database: Database, caller: Principal, state: State, wish: Wish, entry: audit.Entry) -> None:
    """Decide, whatever was decided before."""

    async def work(session: Session) -> None:
        await database.account_choices.bulk_write([_write(caller, state, wish)], session=session)
        await audit.record(database, session, entry)

    await decided(database, work, BUSY)


async def remove(database: Database, state: State, subject: str, entry: audit.Entry) -> bool:
    """Take a decision back; False where there is none."""

    async def work(session: Session) -> bool:
        gone = await database.account_choices.delete_one({"_id": _id(state, subject)}, session=session)
        if gone.deleted_count:
            await audit.record(database, session, entry)
        return bool(gone.deleted_count)

    return await in_transaction(database, work)


async def batch(
    database: Database,
    caller: Principal,
    state: State,
    wishes: Sequence[Wish],
    entry: audit.Entry,
    answer: str,
    key: Idempotency | None,
) -> tuple[str, int]:
    """Decide those of the wishes whose subject nobody has decided on, all at once: ``answer`` and how many.

    A request that ``key`` has seen before decides nothing and is answered with the first one's id.
    """

    async def work(session: Session) -> tuple[str, int]:
        before = await key.known(database, session) if key else None
        if before is not None:
            return before, await database.account_choices.count_documents(_of_batch(state, before), session=session)
        ids = [_id(state, wish.subject) for wish in wishes]
        found = database.account_choices.find({"_id": {"$in": ids}}, {"_id": 1}, session=session)
        held = {document["_id"] async for document in found}
        free = [wish for wish, id in zip(wishes, ids, strict=True) if id not in held]
        if free:
            await database.account_choices.bulk_write([_write(caller, state, wish) for wish in free], session=session)
            await audit.record(database, session, entry)
            if key:
                await key.remember(database, session, answer)
        return answer, len(free)

    return await decided(database, work, BUSY)


async def size_of(database: Database, state: State, batch: str) -> int:
    """How many subjects a batch has."""
    return int(await database.account_choices.count_documents(_of_batch(state, batch)))


def _write(caller: Principal, state: State, wish: Wish) -> UpdateOne:
    whole = {**wish.fields, "subject": wish.subject, "tenant": state.tenant.tenant, "connection": state.connection}
    document = {"_id": _id(state, wish.subject), **whole, "by": caller.subject}
    change = [{"$replaceWith": {"$mergeObjects": [{"$literal": document}, {"at": "$$NOW"}]}}]
    return UpdateOne({"_id": document["_id"]}, change, upsert=True)


def _of_batch(state: State, batch: str) -> Document:
    return {"tenant": state.tenant.tenant, "connection": state.connection, "batch": batch}


def _id(state: State, subject: str) -> str:
    return f"{state.tenant.tenant}:{state.connection}:{subject}"
