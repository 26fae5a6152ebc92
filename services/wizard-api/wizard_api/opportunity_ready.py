"""Whether opportunities can be worked with now, and what has to be done first where not."""

from halobus.store import Database
from wizard_api.connected import State, live_state_of
from wizard_api.problems import ProblemError


async def ready_state(database: Database, tenant: str) -> State:
    """The tenant's state; ProblemError 409 where Halo is not connected or opportunity sync is off."""
    state = await live_state_of(database, tenant)
    if not state.sync.opportunities:
        raise ProblemError(
            409,
            "opportunity-sync-off",
            "Opportunity sync is off",
            "The opportunity settings only apply while it is on.",
            "An administrator switches it on in the Sync step (`opportunities` in the sync settings).",
        )
    return state
