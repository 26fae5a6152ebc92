"""Finding a run, whether a connector has accepted it already or not."""

from halobus.runs import Run
from halobus.store import Database
from wizard_api.problems import not_found
from wizard_api.run_view import RunView, recorded_view, run_view


async def view_of(database: Database, tenant: str, id: str) -> RunView:
    """The tenant's run by id: *queued* from the moment its command is recorded; ProblemError 404 otherwise."""
    document = await database.runs.find_one({"_id": id, "tenant": tenant})
    if document is not None:
        return run_view(Run.model_validate(document))
    recorded = await database.commands.find_one({"tenant": tenant, "command_id": id})
    if recorded is None:
        raise not_found(f"Run {id[:64]}")
    return recorded_view(recorded)
