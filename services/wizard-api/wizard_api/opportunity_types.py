"""The types that opportunities really have: Halo's `opptype` is free text, and no list of it can be asked for."""

from pydantic import BaseModel

from halobus.planner import same_type
from halobus.store import Database
from halobus.streams import StreamName
from wizard_api.connected import State
from wizard_api.status import shown


class SeenType(BaseModel):
    """``name`` as it is written most often; ``opportunities``: how many have it, in whatever case."""

    name: str
    opportunities: int


async def seen(database: Database, state: State) -> list[SeenType]:
    """The distinct types, those of most opportunities first."""
    pipeline = [
        {"$match": shown(state, StreamName.OPPORTUNITIES)},
        {"$group": {"_id": "$content.opptype", "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
    ]
    found: dict[str, SeenType] = {}
    async for row in database.opportunities.aggregate(pipeline):
        key = same_type(row["_id"])
        if key:
            held = found.setdefault(key, SeenType(name=row["_id"].strip(), opportunities=0))
            held.opportunities += row["count"]
    return sorted(found.values(), key=lambda each: (-each.opportunities, each.name))
