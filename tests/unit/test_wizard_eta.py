"""When a sync will have read everything: by its pace, and by what the rate budget lets through."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from halobus.runs import Run
from wizard_api.eta import Pace, seconds_left

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def run(*reads: dict[str, Any], state: str = "reading") -> Run:
    """A sync that began ten seconds ago."""
    fields = {"tenant": "acme", "kind": "sync", "command": {}, "created": NOW, "started": NOW - timedelta(seconds=10)}
    listed = [{"stream": "tickets", "kind": "full", "state": "reading", **read} for read in reads]
    return Run.model_validate({"_id": "r", **fields, "state": state, "reads": listed})


@pytest.mark.parametrize(
    ("reads", "pace", "left"),
    [
        ([{"listed": 1000, "total": 3000}], None, 20),
        ([{"listed": 1000, "total": 3000}], Pace(250, 100), 20),
        ([{"listed": 10_000, "total": 60_000}], Pace(250, 0), 602),
        ([{"listed": 10_000, "total": 60_000}], Pace(250, 250), 301),
        ([{"listed": 1000, "total": 1000}, {"kind": "census", "state": "queued"}], None, 0),
        ([{"listed": 1000, "total": 1000}, {"kind": "full", "state": "queued"}], None, None),
        ([{"listed": 0, "total": 1000}], None, None),
    ],
)
def test_the_slower_of_pace_and_budget_counts(reads: list[dict[str, Any]], pace: Pace | None, left: int | None) -> None:
    assert seconds_left(run(*reads), NOW, pace) == left


def test_a_run_that_has_ended_has_none() -> None:
    assert seconds_left(run({"listed": 1, "total": 2}, state="applied"), NOW, None) is None
