"""What a person or a log gets to see of the demo."""

import time

import pytest

from demo.api import RunView
from demo.connecting import table as diagnosis_table
from demo.plain import Plain, aligned
from demo.reads import board
from demo.screen import Screen
from demo.view import Column, Line, Table, View
from halobus.runs import Diagnosis, Finding, Read, Waiting
from halobus.streams import StreamName

TABLE = Table((Column("read"), Column("listed", right=True)), [("tickets", "12,538"), ("companies", "374")])


def test_columns_stand_below_each_other() -> None:
    assert aligned(TABLE) == ["read       listed", "tickets    12,538", "companies     374"]


def test_plain_progress_tells_each_change_of_state_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Plain(time.monotonic()).following() as update:
        update([Line("connector", "waiting")])
        for done in range(100):
            update([Line("connector", "working", done=done, total=100)])
        update([Line("connector", "done", "ready")])
    told = [line.partition("] ")[2].strip() for line in capsys.readouterr().out.splitlines()]
    assert told == ["… connector 0 of 100", "✓ connector ready"]


@pytest.mark.parametrize("view", [Plain(0.0), Screen()])
def test_both_views_show_the_same_facts(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    view.step("Sync")
    view.show(TABLE)
    view.trouble("connector has ended\n    its last line")
    shown = capsys.readouterr().out
    for fact in ("Sync", "12,538", "connector has ended", "its last line"):
        assert fact in shown


def test_the_diagnosis_begins_with_what_is_missing_and_its_remedy() -> None:
    findings = [
        Finding(name="read:tickets", state="granted", how="read"),
        Finding(name="agent sees teams", state="ok", how="7"),
        Finding(name="admin", state="unknown", how="never asked", needed=False),
        Finding(name="read:items", state="missing", how="refused", remedy="enable it", needed=False),
        Finding(name="read:crm", state="missing", how="refused", remedy="enable it"),
    ]
    rows = diagnosis_table(Diagnosis(connected=True, findings=findings)).rows
    assert [row[1] for row in rows] == ["read:crm", "read:items", "agent sees teams", "1 permissions", "1 permissions"]
    assert "enable it" in rows[0][2]


def test_a_run_that_waits_says_for_what_and_until_when() -> None:
    waiting = Waiting(reason="budget", detail="Halo's rate limit", until="2026-01-02T03:04:05Z")
    read = Read(stream=StreamName.TICKETS, kind="full", state="reading", teams=[1], listed=200, total=600)
    run = RunView(id="1", state="waiting", ended=False, reads=[read], waiting=waiting)
    shown = board(run)
    assert (shown[0].name, shown[0].done, shown[0].total) == ("tickets", 200, 600)
    assert "Halo's rate limit; it goes on at " in shown[-1].note
