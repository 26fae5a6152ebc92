"""``halobus runs``: the newest runs, or everything about one."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from halobus.cli_output import as_json, in_terminal, moment, show, trouble
from halobus.runs import Read, Run
from halobus.store import DESCENDING, Database, find_one

NEWEST = 20
GOOD, BAD = frozenset({"applied", "done", "sent"}), frozenset({"failed", "refused", "needs_review"})


async def runs(database: Database, tenant: str | None, state: str | None, id: str | None) -> None:
    """Print the newest 20 runs, of one tenant and state where they are given; with an id that run as it is stored."""
    if id is not None:
        await _one(database, id)
        return
    query = {name: value for name, value in (("tenant", tenant), ("state", state)) if value}
    documents = await database["runs"].find(query).sort("created", DESCENDING).to_list(NEWEST)
    found = [Run.model_validate(document) for document in documents]
    show(
        list(map(_row, found)),
        "no runs yet",
        people=list(map(people, found)),
        whole=("id", "tenant", "what", "state", "began (UTC)"),
    )


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
        "reads": [_sums(read) for read in run.reads],
        "difference": run.difference,
        "started": _time(run.started),
        "seconds": _duration(run.started, run.finished),
        "problem": f"{run.problem.kind}: {run.problem.title}" if run.problem else None,
    }


def _sums(read: Read) -> dict[str, Any]:
    return {"stream": read.stream, "kind": read.kind, "listed": read.listed, **read.sums.model_dump()}


def people(run: Run) -> dict[str, Any]:
    """As a person reads it: one line where it fits; the reads one by one stand in ``halobus runs ID``."""
    return {
        "id": run.id,
        "tenant": run.tenant,
        "what": f"{run.command.get('mode', '')} {run.kind}".strip(),
        "state": Text(run.state, "red" if run.state in BAD else "green" if run.state in GOOD else "yellow"),
        "began (UTC)": moment(run.started),
        "listed": sum(read.listed for read in run.reads),
        "why": _why(run),
    }


def _why(run: Run) -> str:
    if run.problem:
        return f"{run.problem.kind}: {run.problem.title}"
    if run.difference:
        return f"{run.difference} more or fewer than Halo counts"
    waits = {read.waiting_for for read in run.reads if read.waiting_for}
    if run.waiting:
        return f"waits: {run.waiting.detail or run.waiting.reason}"
    return f"waits for {', '.join(sorted(waits))}" if waits and run.finished is None else ""


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _duration(started: datetime | None, finished: datetime | None) -> float | None:
    return round((finished - started).total_seconds(), 1) if started and finished else None
