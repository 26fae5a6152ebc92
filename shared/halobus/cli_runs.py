"""``halobus runs``: the newest runs, or everything about one."""

from datetime import datetime
from typing import Any

from rich.console import Console

from halobus.cli_output import as_json, in_terminal, show, trouble
from halobus.runs import Read, Run
from halobus.store import DESCENDING, Database, find_one

NEWEST = 20


async def runs(database: Database, tenant: str | None, state: str | None, id: str | None) -> None:
    """Print the newest 20 runs, of one tenant and state where they are given; with an id that run as it is stored."""
    if id is not None:
        await _one(database, id)
        return
    query = {name: value for name, value in (("tenant", tenant), ("state", state)) if value}
    documents = await database["runs"].find(query).sort("created", DESCENDING).to_list(NEWEST)
    show([_row(Run.model_validate(document)) for document in documents], "no runs yet")


async def _one(database: Database, id: str) -> None:
    document = await find_one(database, "runs", id)
    if document is None:
        raise trouble(f"there is no run {id}")
    if in_terminal():
        Console().print_json(Run.model_validate(document).model_dump_json(by_alias=True))
    else:
        as_json(document)


def _row(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "tenant": run.tenant,
        "kind": run.kind,
        "mode": run.command.get("mode"),
        "state": run.state,
        "reads": [_sums(read) for read in run.reads] if not in_terminal() else "\n".join(map(_line, run.reads)),
        "difference": run.difference,
        "started": _time(run.started),
        "seconds": _duration(run.started, run.finished),
        "problem": f"{run.problem.kind}: {run.problem.title}" if run.problem else None,
    }


def _sums(read: Read) -> dict[str, Any]:
    return {"stream": read.stream, "kind": read.kind, "listed": read.listed, **read.sums.model_dump()}


def _line(read: Read) -> str:
    sums = read.sums
    parts = f"{sums.written}w {sums.unchanged}u {sums.filtered}f {sums.stale}s {sums.dead_lettered}d"
    return f"{read.stream} {read.kind}: {read.listed} = {parts}"


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _duration(started: datetime | None, finished: datetime | None) -> float | None:
    return round((finished - started).total_seconds(), 1) if started and finished else None
