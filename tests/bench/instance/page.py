"""docs/capacity.md."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.instance.phases import Phase, Spent
from bench.instance.scene import Scale
from bench.instance.story import QUIET, Result

FILE = Path(__file__).resolve().parents[3] / "docs" / "capacity.md"
HALOS_WINDOW = 301
"""Seconds for which the budget keeps a request, which is a little longer than Halo."""
TEXT = """# Capacity: a whole instance

Made by `python -m bench.instance` on {date}: {versions}; {machine}.

A simulated Halo, every stream on, in the end: {records}.
All teams are synced. All companies are imported, and their active contacts with an address become accounts
({accounts:,} contacts in the end); every asset type is mapped and syncs by itself ({devices:,} assets became devices).
The day: {changes:,} changes to records of every kind, between the syncs and while they read, with {syncs} quick syncs
and the daily census.

After each phase the database was compared with Halo record by record, field by field, for every stream, and each
read's sum with what Halo listed. **{verdict}**

Halo's limit was kept at {limit} requests, but in {window:g} s instead of {real}, so that the run takes minutes: the
seconds below are of that faster Halo, on this machine. {refused} of {served:,} requests were refused (429); at most
{most} stood in one window. The last column is what follows for Halo's real limit, of which a sync may use
{bulk} requests in {real} s: full windows are waited for, the work itself takes what it took here.

| phase | stream | listed | requests | seconds | of them waiting for the budget | at Halo's real limit, at most |
|---|---|---|---|---|---|---|
{table}
`in all`: by Halo's own count, with tokens and lists. *Listed*: distinct ids that Halo gave, so a ticket that is read
among the last 14 days' and then among all counts twice. A quiet cycle may cost {quiet} requests.
"""


def page(result: Result, versions: str, machine: str) -> str:
    """The page. ``versions``, ``machine``: as they are to be shown."""
    verdict = "Everything was equal, every sum right." if not result.broken else "\n".join(result.broken)
    return TEXT.format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        versions=versions,
        machine=machine,
        records=", ".join(f"{count:,} {name}" for name, count in result.records.items()),
        accounts=result.accounts,
        devices=result.devices,
        changes=result.changes,
        syncs=result.scale.syncs + 1,
        verdict=verdict,
        limit=result.scale.limit,
        window=result.scale.window,
        real=HALOS_WINDOW - 1,
        refused=sum(phase.refused for phase in result.phases),
        served=sum(phase.requests for phase in result.phases),
        most=max(phase.most for phase in result.phases),
        bulk=result.scale.bulk,
        table="".join(line for phase in result.phases for line in _rows(phase, result.scale)),
        quiet=QUIET,
    )


def _rows(phase: Phase, scale: Scale) -> Iterator[str]:
    took = f"{phase.seconds:.0f} | {phase.waited:.0f}"
    yield f"| **{phase.name}** | in all | | {phase.requests:,} | {took} | {_real(phase, scale)} |\n"
    for name, spent in phase.streams.items():
        if spent != Spent():
            figures = f"{spent.listed:,} | {spent.requests:,} | {spent.seconds:.0f} | {spent.waited:.0f}"
            yield f"| | {name} | {figures} | |\n"


def _real(phase: Phase, scale: Scale) -> str:
    """As long as at Halo's own limit, where the window is empty at its beginning."""
    windows = max(0, math.ceil(phase.requests / scale.bulk) - 1)
    seconds = windows * HALOS_WINDOW + phase.seconds - phase.waited
    return f"{seconds:.0f} s" if seconds < 60 else f"{math.ceil(seconds / 60)} min"
