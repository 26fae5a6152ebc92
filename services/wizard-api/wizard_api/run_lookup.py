"""Finding a run, whether a connector has accepted it already or not."""

from halobus.runs import OPEN, Run
from halobus.store import Database
from wizard_api.connected import tenant_of
from wizard_api.eta import Pace, pace_of
from wizard_api.problems import not_found
from wizard_api.run_view import RunView, recorded_view, run_view


async def view_of(database: Database, tenant: str, id: str) -> RunView:
    """The tenant's run by id: *queued* from the moment its command is recorded; ProblemError 404 otherwise."""
    document = await database.runs.find_one({"_id": id, "tenant": tenant})
    if document is not None:
        run = Run.model_validate(document)
        return run_view(run, await _pace(database, run))
    recorded = await database.commands.find_one({"tenant": tenant, "command_id": id})
    if recorded is None:
        raise not_found(f"Run {id[:64]}")
    return recorded_view(recorded)


async def _pace(database: Database, run: Run) -> Pace | None:
    if run.state not in OPEN:
        return None
    return await pace_of(database, (await tenant_of(database, run.tenant)).instance)
