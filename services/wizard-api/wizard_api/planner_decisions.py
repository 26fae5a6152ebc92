"""Writing what people decide of planner items: the choice, its audit entry and its fact in one transaction."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from halobus.store import Database, Document, DuplicateKeyError, Session, in_transaction
from wizard_api import audit
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.planner_entries import subject_of

CHANGED = "planner.changed"


@dataclass(frozen=True)
class Decision:
    """``fields`` of the choice of item ``id``; ``action``: what the audit log calls it.

    ``told``: what the audit log keeps of it: ids and names of fields, never a person's text.
    """

    id: str
    action: str
    fields: Mapping[str, Any]
    told: Document | None = None


Step = Callable[[Session], Awaitable[None]]


async def decide(
    database: Database, caller: Principal, state: State, decision: Decision, first: Step | None = None
) -> None:
    """Write it. ``first`` is done in the same transaction; what it raises undoes all."""

    async def work(session: Session) -> None:
        if first is not None:
            await first(session)
        await write(database, caller, state, decision, session)

    while True:
        try:
            await in_transaction(database, work)
        except DuplicateKeyError:
            continue  # Somebody else has just decided something of the same item for the first time.
        return


async def write(database: Database, caller: Principal, state: State, decision: Decision, session: Session) -> None:
    """The same, in a transaction that is under way."""
    subject = subject_of(decision.id)
    own = {"tenant": state.tenant.tenant, "connection": state.connection, "subject": subject}
    set_to = {**own, **decision.fields, "by": caller.subject}
    change = {
        **{name: {"$literal": value} for name, value in set_to.items()},
        "at": "$$NOW",
        "created": {"$ifNull": ["$created", "$$NOW"]},
    }
    id = f"{state.tenant.tenant}:{state.connection}:{subject}"
    await database.planner_choices.update_one({"_id": id}, [{"$set": change}], upsert=True, session=session)
    entry = audit.Entry(
        caller.tenant,
        caller.subject,
        decision.action,
        f"planner/items/{decision.id}",
        state.connection,
        after=decision.told,
        fact=CHANGED,
        data={"item": decision.id},
    )
    await audit.record(database, session, entry)
