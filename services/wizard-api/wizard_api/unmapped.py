"""Statuses that stand in no stage of the stepper, with the tickets they hold."""

from fastapi import APIRouter
from pydantic import BaseModel

from halobus.messages import ReferenceItem
from halobus.store import Database
from halobus.streams import StreamName
from wizard_api import reference
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import Reader
from wizard_api.status import shown

router = APIRouter(prefix=f"{API}/integrations/halo/settings/tickets", tags=["settings"])


class UnmappedStatus(BaseModel):
    """``name`` null: tickets hold it, but Halo's list does not. ``tickets``: those that the portal shows."""

    id: int
    name: str | None
    colour: str | None = None
    closed: bool
    tickets: int


class Unmapped(BaseModel):
    """``tickets``: how many in all show no stage. The status with the most tickets comes first."""

    items: list[UnmappedStatus]
    tickets: int


@router.get("/unmapped", summary="Statuses in no stage, with the tickets they hold")
async def unmapped(caller: Reader, wizard: InWizard) -> Unmapped:
    state = await state_of(wizard.database, caller.tenant)
    items = await find(wizard.database, state)
    return Unmapped(items=items, tickets=sum(item.tickets for item in items))


async def find(database: Database, state: State) -> list[UnmappedStatus]:
    """Every status that is neither mapped nor excluded from the sync."""
    listed = (await reference.load(database, state, ["statuses"])).get("statuses", [])
    known = {item.id: item for item in listed if isinstance(item.id, int)}
    held = await held_by_status(database, state)
    mapped = {id for ids in state.tickets.stages.values() for id in ids} | state.scope.excluded_statuses
    ids = ({id for id, item in known.items() if not item.inactive} | held.keys()) - mapped
    found = [_view(id, known.get(id), held.get(id, 0), state) for id in ids]
    return sorted(found, key=lambda one: (-one.tickets, one.name or "", one.id))


async def held_by_status(database: Database, state: State) -> dict[int, int]:
    """How many tickets the portal shows in each status."""
    pipeline = [
        {"$match": shown(state, StreamName.TICKETS)},
        {"$group": {"_id": "$content.status_id", "tickets": {"$sum": 1}}},
    ]
    rows = database.tickets.aggregate(pipeline)
    return {row["_id"]: row["tickets"] async for row in rows if row["_id"] is not None}


def _view(id: int, item: ReferenceItem | None, tickets: int, state: State) -> UnmappedStatus:
    return UnmappedStatus(
        id=id,
        name=item.name if item else None,
        colour=item.colour if item else None,
        closed=id in state.tickets.closed_statuses,
        tickets=tickets,
    )
