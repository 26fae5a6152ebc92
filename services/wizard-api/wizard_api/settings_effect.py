"""What a change of the sync settings would do, told from what is stored and before anything is saved."""

from pydantic import BaseModel

from halobus.decisions import SyncSettings
from halobus.documents import Covered
from halobus.mirror import visible
from halobus.scope import Scope, inside_filter
from halobus.store import Database
from halobus.streams import StreamName
from wizard_api import import_foretold
from wizard_api.connected import State
from wizard_api.import_foretold import Accounts
from wizard_api.status import shown


class Adds(BaseModel):
    """``known``: stored already, shown at once. ``about``: in all; null where only Halo knows and was not asked.

    Send `Prefer: wait=5` to have it asked.
    """

    known: int
    about: int | None


class Effect(BaseModel):
    """The answer to ``?dry_run=true``; nothing was saved. ``stays``: tickets shown before and after.

    ``accounts``: what auto-import would do with the contacts of the linked companies; null with auto-import off.
    """

    removes: int = 0
    stays: int = 0
    adds: Adds = Adds(known=0, about=0)
    accounts: Accounts | None = None
    warnings: list[str] = []


async def of_sync(database: Database, state: State, new: SyncSettings) -> Effect:
    """Tickets that would leave and enter the portal, and accounts that would come."""
    before, after = state.scope, Scope.of(new)
    known = await _count(database, state, inside=after, outside=before)
    removes = await _count(database, state, inside=before, outside=after)
    return Effect(
        removes=removes,
        stays=await _visible(database, state) - removes,
        adds=Adds(known=known, about=known if _is_read(state, new) else None),
        accounts=await import_foretold.accounts(database, state) if new.auto_import else None,
    )


async def _visible(database: Database, state: State) -> int:
    return int(await database.tickets.count_documents(shown(state, StreamName.TICKETS)))


async def _count(database: Database, state: State, inside: Scope, outside: Scope) -> int:
    live = visible(state.tenant.tenant, state.connection, state.generation(StreamName.TICKETS))
    query = {"$and": [live, inside_filter(inside), {"$nor": [inside_filter(outside)]}]}
    return int(await database.tickets.count_documents(query))


def _is_read(state: State, new: SyncSettings) -> bool:
    """Whether everything the new scope asks for has been read in full, so that what is stored is all there is."""
    tickets = state.tenant.streams.get(StreamName.TICKETS)
    if tickets is None or tickets.generation != state.generation(StreamName.TICKETS):
        return False
    return tickets.covered is not None and _covers(tickets.covered, new)


def _covers(covered: Covered, new: SyncSettings) -> bool:
    if not set(covered.excluded_statuses) <= set(new.excluded_statuses):
        return False
    return covered.teams == "all" or (new.teams != "all" and set(new.teams) <= set(covered.teams))
