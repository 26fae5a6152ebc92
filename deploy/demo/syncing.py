"""The first sync: started by a click, followed live, and its sums."""

from demo.api import RunView
from demo.check import Figure, of_reads
from demo.errors import DemoError
from demo.parts import Parts
from demo.reads import board, sums
from halobus import store
from halobus.runs import Read, Run


async def resync(parts: Parts) -> list[Figure]:
    """Start a Resync and follow it to its end."""
    started = await parts.api.post("/syncs", {"kind": "resync"})
    run = await _follow(parts, started["id"])
    reads = await reads_of(parts.database, run.id)
    parts.view.show(sums(reads))
    if run.state != "applied":
        raise DemoError(f"the sync ended {run.state}{_why(run)}")
    return of_reads(reads)


async def _follow(parts: Parts, id: str) -> RunView:
    with parts.view.following() as update:
        async for run in parts.api.follow(id):
            last = run
            update(board(run))
    return last


async def reads_of(database: store.Database, run: str) -> list[Read]:
    """As stored: with the teams that each read asked for, which the API does not show."""
    document = await store.find_one(database, "runs", run)
    return Run.model_validate(document).reads


async def budget(parts: Parts) -> Figure:
    """Of all requests of this run: those of people, of syncs, and of write-backs."""
    used = await parts.halo.budget()
    said = f"{used['max_in_window']} of {used['limit']} in {used['window']:.0f} s, {used['refused']} refused"
    return Figure("Halo's rate limit", used["refused"] == 0, said)


def _why(run: RunView) -> str:
    if run.problem is None:
        return ""
    return ": " + " ".join(part for part in (run.problem.title, run.problem.detail, run.problem.remedy) if part)
