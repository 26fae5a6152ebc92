"""What a person reads in a terminal: spans in words, what is behind, and run ids that can be copied."""

import io
from typing import Any

import pytest
from rich.console import Console

from halobus.cli_lag import by_topic, told
from halobus.cli_output import span, table
from halobus.cli_runs import people
from halobus.runs import Run


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.6, "1 min"), (1028.7, "17 min 9 s"), (7200, "2 h"), (7261, "2 h 1 min"), (200_000, "2 d 7 h")],
)
def test_a_span_is_said_by_its_two_greatest_units(seconds: float, said: str) -> None:
    assert span(seconds) == said


def shown(made: Any, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system="standard").print(made)
    return out.getvalue()


def row(partition: int, lag: int, seconds: float, members: int = 1) -> dict[str, Any]:
    offsets = {"committed": 5, "end": 5 + lag, "lag": lag, "seconds": seconds, "members": members}
    return {"group": "sync-ticket", "topic": "halo.tickets", "partition": partition, **offsets}


def test_a_topic_is_as_far_behind_as_its_last_partition() -> None:
    [summed] = by_topic([row(0, 2, 400.0), row(1, 3, 20.0), row(2, 0, 0.0)])
    assert {name: summed[name] for name in ("partitions", "lag", "seconds", "committed", "members")} == {
        "partitions": 3,
        "lag": 5,
        "seconds": 400.0,
        "committed": 15,
        "members": 1,
    }


def test_what_somebody_must_see_to_is_red() -> None:
    late, none, well = (shown(told(by_topic([each]))) for each in (row(0, 2, 400.0), row(0, 0, 0, 0), row(0, 2, 20.0)))
    assert "\x1b[31m6 min 40 s" in late
    assert "\x1b[31m" in none
    assert "\x1b[31m" not in well


def test_of_a_run_the_id_stays_whole_and_the_reason_is_told() -> None:
    run = {"kind": "sync", "state": "failed", "tenant": "acme", "command": {"mode": "quick"}, "created": "2026-01-01"}
    problem = {"kind": "credentials", "title": "Halo does not accept the Client ID or Client Secret", "detail": ""}
    id = "8eb09df9705b45829c1f0e509c796c77-lists"
    made = Run.model_validate({**run, "_id": id, "problem": {**problem, "remedy": ""}})
    said = shown(table([people(made)], whole=("id", "what")), 120)
    assert id in said
    assert "quick sync" in said
    assert "credentials:" in said
