"""Contact auto-import as it stands: off, waiting and for what, running, or stopped and by what."""

from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from halobus.account_gate import Setup, hold
from halobus.host_portal import PortalRole, roles_of
from halobus.runs import Problem
from halobus.store import Database
from wizard_api.connected import State, state_of
from wizard_api.context import API, InWizard
from wizard_api.import_progress import ImportView, view_of
from wizard_api.permissions import ContactCounter

router = APIRouter(prefix=f"{API}/users/auto-import", tags=["users"])


class AutoImport(BaseModel):
    """``problem``: why it waits or has stopped, and what to do. ``default_role``: of the settings.

    ``accounts``: those of contacts by state; ``made`` of them the portal was asked for. ``last``: what the syncs
    brought by themselves, counted in contacts; null before the first.
    """

    state: Literal["off", "waiting", "running", "stopped"]
    problem: Problem | None
    default_role: str | None
    active: int
    suspended: int
    offered: int
    made: int
    last: ImportView | None


@router.get("", summary="Contact auto-import: whether it runs, and if not, why")
async def show(caller: ContactCounter, wizard: InWizard) -> AutoImport:
    database = wizard.database
    state = await state_of(database, caller.tenant)
    found = await database.imports.find_one({"_id": f"{caller.tenant}:{state.connection}:auto"})
    last = view_of(found) if found else None
    stands, problem = standing(state, await roles_of(database, caller.tenant), last)
    counts = await _counts(database, state)
    return AutoImport(
        state=stands,
        problem=problem,
        default_role=state.sync.default_role,
        active=counts.get("active", 0),
        suspended=counts.get("suspended", 0),
        offered=counts.get("offered", 0),
        made=counts.get("made", 0),
        last=last,
    )


def standing(
    state: State, roles: Mapping[str, PortalRole], last: ImportView | None
) -> tuple[Literal["off", "waiting", "running", "stopped"], Problem | None]:
    """What the settings and the portal's roles come to now; what the importer says of it counts after that."""
    if not state.sync.auto_import:
        return "off", None
    completed, connected = state.connections.completed is not None, state.tenant.state != "disconnected"
    held = hold(Setup(state.sync, roles, connected=connected, completed=completed), imported=False)
    if held is not None:
        return held.state, held.problem
    if last is not None and last.state in ("waiting", "stopped"):
        return ("waiting" if last.state == "waiting" else "stopped"), last.problem
    return "running", None


async def _counts(database: Database, state: State) -> dict[str, int]:
    mine = {"tenant": state.tenant.tenant, "connection": state.connection, "kind": "contact"}
    group = {"_id": "$state", "n": {"$sum": 1}, "made": {"$sum": {"$cond": ["$made", 1, 0]}}}
    rows = await database.accounts.aggregate([{"$match": mine}, {"$group": group}]).to_list(None)
    return {**{row["_id"]: row["n"] for row in rows}, "made": sum(row["made"] for row in rows)}
