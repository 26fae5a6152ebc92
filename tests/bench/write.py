"""docs/bench.md."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.contest import BARE, OURS, Contender, Round
from bench.profile import Line
from bench.telemetry import Pair, section

FILE = Path(__file__).resolve().parents[2] / "docs" / "bench.md"
TEXT = """# Throughput

Made by `make bench` on {date}: {versions}; {machine}.

sync-ticket as it is deployed against the barest loop that stores the same (aiokafka `getmany(500)`, pydantic, one
guarded bulk write, commit; no dead letters, scope, content hash, traces or metrics), on the same embedded stack, each
as one process on a topic that was full when it began. {count:,} tickets of 1.4 KB, medians of {rounds}. CPU is that of
the process alone; the rates by the clock depend on mongod, which has the same machine.

| | records per CPU-second | records per second |
|---|---|---|
{table}
**sync-ticket does {ratio:.0%} of the bare loop's work per CPU-second** (of the rounds: {lowest:.0%} to {highest:.0%}).

Where its time goes: own time by function under cProfile, which makes Python calls look dearer than they are.

| function | µs per record | calls per record |
|---|---|---|
{profile}"""


def report(
    results: Mapping[Contender, Sequence[Round]],
    lines: Sequence[Line],
    pairs: Sequence[Pair],
    versions: str,
    machine: str,
) -> str:
    """The page. Rounds of the two contenders were taken in turns, so that pairs of them share the machine's mood."""
    ratios = [
        ours.per_cpu_second / bare.per_cpu_second for ours, bare in zip(results[OURS], results[BARE], strict=True)
    ]
    return TEXT.format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        versions=versions,
        machine=machine,
        count=results[OURS][0].records,
        rounds=len(ratios),
        table="".join(_row(contender, rounds) for contender, rounds in results.items()),
        ratio=median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        profile="".join(f"| `{line.function}` | {line.own:.1f} | {line.calls:.2f} |\n" for line in lines),
    ) + section(pairs)


def _row(contender: Contender, rounds: Sequence[Round]) -> str:
    by_cpu = median(each.per_cpu_second for each in rounds)
    by_clock = median(each.records / each.wall for each in rounds)
    return f"| {contender.name} | {by_cpu:,.0f} | {by_clock:,.0f} |\n"
