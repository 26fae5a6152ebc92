"""Figures that must be right, found without the code that they judge: Halo's own truth against what lies in MongoDB."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from demo.view import Column, Table
from halobus.runs import Read
from halobus.scope import Scope
from halobus.store import Database

Row = tuple[int | None, int | None, str]
"""Of a ticket: status, team, summary."""
Rows = Mapping[int, Any]
FIELDS = "3 fields each"
"""Status, team, summary; short, so that all figures fit into 80 columns."""
SHOWN = 3


@dataclass(frozen=True)
class Figure:
    """``text``: the figure as a person reads it."""

    name: str
    right: bool
    text: str


def table(figures: Iterable[Figure]) -> Table:
    """All figures, a wrong one marked."""
    rows = [("✓" if figure.right else "✗", figure.name, figure.text) for figure in figures]
    return Table((Column(""), Column("figure"), Column("found, in MongoDB and in Halo")), rows)


def of_reads(reads: Iterable[Read]) -> list[Figure]:
    """The sum of every read, and that nothing was dead-lettered or missed."""
    known = list(reads)
    listed = sum(read.listed for read in known)
    applied = sum(read.sums.applied for read in known)
    balanced = all(read.listed == read.sums.applied for read in known)
    dead = sum(read.sums.dead_lettered for read in known)
    difference = sum(abs(read.difference) for read in known)
    return [
        Figure("every listed id", balanced, f"{listed:,} listed = {applied:,} applied, in {len(known)} reads"),
        Figure("dead letters", dead == 0, str(dead)),
        Figure("difference from its counts", difference == 0, str(difference)),
    ]


async def of_tickets(truth: Mapping[int, Row], database: Database, tenant: str) -> Figure:
    """Every ticket that should be visible is there, field by field, and nothing else."""
    return compared(truth, await stored(database, tenant))


def compared(truth: Rows, found: Rows, what: str = "tickets", fields: str = FIELDS) -> Figure:
    """Name the first few that are missing, too many, or different."""
    wrong = {
        "missing": sorted(truth.keys() - found.keys()),
        "too many": sorted(found.keys() - truth.keys()),
        "different": sorted(id for id in truth.keys() & found.keys() if truth[id] != found[id]),
    }
    text = f"{len(truth):,} there, {len(found):,} here; {fields}"
    for kind, ids in wrong.items():
        if ids:
            text += f"; {len(ids):,} {kind}: {', '.join(map(str, ids[:SHOWN]))}{' …' if len(ids) > SHOWN else ''}"
    return Figure(f"{what} against Halo", not any(wrong.values()), text)


def should_be_visible(ticket: Mapping[str, Any], scope: Scope) -> bool:
    """By the words of the guide, not by the code of the services. ``ticket``: the simulator's own record of it."""
    chosen = scope.teams is None or ticket["team_id"] in scope.teams
    there = not ticket["deleted"] and ticket["merged_into"] is None
    return there and chosen and ticket["status_id"] not in scope.excluded_statuses


def truth_row(ticket: Mapping[str, Any]) -> Row:
    """The fields to compare, from the simulator."""
    return ticket["status_id"], ticket["team_id"], ticket["summary"]


async def stored(database: Database, tenant: str) -> dict[int, Row]:
    """The fields to compare, of every live ticket in MongoDB."""
    wanted = {"content.id": 1, "content.status_id": 1, "content.team_id": 1, "content.summary": 1}
    cursor = database.tickets.find({"tenant": tenant, "state": "live"}, wanted, batch_size=5000)
    return {
        content["id"]: (content["status_id"], content["team_id"], content["summary"])
        async for content in (document["content"] async for document in cursor)
    }
