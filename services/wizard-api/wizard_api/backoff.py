"""A connection whose syncs fail again and again is asked less and less often, until one succeeds.

It is told from the runs themselves, so nothing has to be reset: a sync that is applied, by whomever, ends it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from halobus.runs import Problem, Run
from halobus.store import DESCENDING, Database
from wizard_api.connected import State

LONGEST = timedelta(hours=2)
LOOKED_THROUGH = 10
"""Failures that are counted: with 5 minutes, the shortest interval, the pause stops growing long before."""


@dataclass(frozen=True)
class Standing:
    """``failures``: syncs that failed since one that did not. ``until``: no scheduled sync before it, None: no hold."""

    failures: int = 0
    until: datetime | None = None
    problem: Problem | None = None


async def standing(database: Database, state: State) -> Standing:
    """How the connection's last syncs went. A test that succeeded meanwhile begins anew."""
    query = {
        "tenant": state.tenant.tenant,
        "kind": "sync",
        "connection": state.connection,
        "state": {"$in": ["applied", "failed"]},
    }
    found = database.runs.find(query).sort([("created", DESCENDING)]).limit(LOOKED_THROUGH)
    runs = [Run.model_validate(document) async for document in found]
    failed = list(takewhile(lambda run: _counts(run, state), runs))
    if not failed or failed[0].finished is None:
        return Standing()
    pause = held_for(len(failed), state.sync.interval_minutes)
    return Standing(len(failed), failed[0].finished + pause if pause else None, failed[0].problem)


def held_for(failures: int, minutes: int) -> timedelta | None:
    """How long after the last failure the next try waits: 1, 2, 4 … intervals, at most two hours.

    None after one failure: the next sync comes an interval later anyway.
    """
    interval = timedelta(minutes=minutes)
    return min(interval * 2 ** (failures - 1), max(LONGEST, interval)) if failures > 1 else None


def _counts(run: Run, state: State) -> bool:
    """Whether a run is one more failure in a row. A stream that Halo refuses does not: the others were read."""
    active = state.tenant.active
    refused = run.problem is not None and run.problem.kind == "permission"
    tested = active is not None and run.finished is not None and run.finished <= active.tested_at
    return run.state == "failed" and not refused and not tested
