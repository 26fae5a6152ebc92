"""What was decided of Halo's clients: which portal company each one is. One link a client, one client a portal company.

Every decision stands in ``company_links`` together with its audit entry and its fact, in one transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from halobus.store import Database, Document, DuplicateKeyError, Session, UpdateOne, in_transaction
from wizard_api import audit
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.deciding import decided

CHANGED, IMPORTED = "links.changed", "company.imported"


@dataclass(frozen=True)
class Wish:
    """Link the Halo client ``company`` to ``portal_company``. ``imported``: the portal is to make that company.

    ``batch``: the import that it is a part of, stored as ``import``.
    """

    company: int
    portal_company: str
    name: str
    imported: bool = False
    batch: str | None = None


async def every(database: Database, state: State) -> dict[int, str]:
    """The portal company of each linked Halo client, also of those that Halo no longer shows."""
    found = database.company_links.find(_all(state), {"company": 1, "portal_company": 1})
    return {document["company"]: document["portal_company"] async for document in found}


async def of(database: Database, state: State, companies: Iterable[int]) -> dict[int, Document]:
    """The links of these Halo clients, as stored."""
    found = database.company_links.find({"_id": {"$in": [_id(state, company) for company in companies]}})
    return {document["company"]: document async for document in found}


async def holder(database: Database, state: State, portal_company: str) -> Document | None:
    """The link that a portal company has."""
    return await database.company_links.find_one({**_all(state), "portal_company": portal_company})


async def decide(database: Database, caller: Principal, state: State, wishes: Sequence[Wish]) -> list[Wish]:
    """Fulfil the wishes whose client and portal company are both free, all at once; those are returned.

    Nothing that somebody else has decided is touched. Of two wishes for one portal company, neither may be given.
    """

    async def work(session: Session) -> list[Wish]:
        free = await _free(database, session, state, wishes)
        if free:
            await database.company_links.bulk_write([_store(caller, state, wish) for wish in free], session=session)
            await audit.record_all(database, session, _entries(caller, state, free))
        return free

    return await decided(database, work, "Others are linking the same companies")


async def replace(database: Database, caller: Principal, state: State, wish: Wish, instead_of: str) -> bool:
    """Link a client to another portal company than ``instead_of``; False where that is not its link any more, or the
    other is taken."""

    async def work(session: Session) -> bool:
        held = {"_id": _id(state, wish.company), "portal_company": instead_of}
        changed = await database.company_links.update_one(held, _change(caller, state, wish), session=session)
        if changed.matched_count:
            entry = _entry(caller, state, wish.company, "company.linked", CHANGED, instead_of, wish.portal_company)
            await audit.record(database, session, entry)
        return bool(changed.matched_count)

    try:
        return await in_transaction(database, work)
    except DuplicateKeyError:
        return False


async def unlink(database: Database, caller: Principal, state: State, company: int) -> bool:
    """Take a client's link away; False where there is none. Neither company is touched."""

    async def work(session: Session) -> bool:
        held = await database.company_links.find_one_and_delete({"_id": _id(state, company)}, session=session)
        if held is not None:
            entry = _entry(caller, state, company, "company.unlinked", CHANGED, held["portal_company"], None)
            await audit.record(database, session, entry)
        return held is not None

    return await in_transaction(database, work)


async def _free(database: Database, session: Session, state: State, wishes: Sequence[Wish]) -> list[Wish]:
    companies, portal = [wish.company for wish in wishes], [wish.portal_company for wish in wishes]
    either = {"$or": [{"company": {"$in": companies}}, {"portal_company": {"$in": portal}}]}
    held = [each async for each in database.company_links.find({**_all(state), **either}, session=session)]
    linked, taken = {each["company"] for each in held}, {each["portal_company"] for each in held}
    return [wish for wish in wishes if wish.company not in linked and wish.portal_company not in taken]


def _store(caller: Principal, state: State, wish: Wish) -> UpdateOne:
    return UpdateOne({"_id": _id(state, wish.company)}, _change(caller, state, wish), upsert=True)


def _change(caller: Principal, state: State, wish: Wish) -> list[Document]:
    fields = {name: value for name, value in wish.__dict__.items() if name != "batch"}
    whole = {"_id": _id(state, wish.company), **_all(state), **fields, **_of_batch(wish.batch)}
    document = {**whole, "by": caller.subject}
    return [{"$replaceWith": {"$mergeObjects": [{"$literal": document}, {"at": "$$NOW"}]}}]


def _entries(caller: Principal, state: State, wishes: Sequence[Wish]) -> list[audit.Entry]:
    """An entry for each; and for all imported ones another that says the links have changed."""
    entries = [
        _entry(caller, state, wish.company, "company.imported", IMPORTED, None, wish.portal_company, wish.batch)
        if wish.imported
        else _entry(caller, state, wish.company, "company.linked", CHANGED, None, wish.portal_company, wish.batch)
        for wish in wishes
    ]
    imported = [wish.company for wish in wishes if wish.imported]
    if imported:
        whole = {"companies": imported, **_of_batch(wishes[0].batch)}
        entries.append(
            audit.Entry(
                caller.tenant,
                caller.subject,
                "companies.imported",
                "companies",
                state.connection,
                after=whole,
                fact=CHANGED,
                data=whole,
            )
        )
    return entries


def _entry(
    caller: Principal,
    state: State,
    company: int,
    action: str,
    fact: str,
    before: str | None,
    after: str | None,
    batch: str | None = None,
) -> audit.Entry:
    return audit.Entry(
        caller.tenant,
        caller.subject,
        action,
        f"companies/{company}",
        state.connection,
        before={"portal_company": before} if before else None,
        after={"portal_company": after} if after else None,
        fact=fact,
        data={"company": company, "portal_company": after, "before": before, **_of_batch(batch)},
    )


def _of_batch(batch: str | None) -> Document:
    return {"import": batch} if batch else {}


def _all(state: State) -> Document:
    return {"tenant": state.tenant.tenant, "connection": state.connection}


def _id(state: State, company: int) -> str:
    return f"{state.tenant.tenant}:{state.connection}:{company}"
