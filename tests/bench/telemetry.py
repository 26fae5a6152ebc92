"""What telemetry costs: sync-ticket with traces and metrics leaving by OTLP against the same without, in turns."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from bench.contest import OURS, Round, compete
from chaos.row import Ground
from halobus.publisher import Raw
from support.consumers import Where
from support.otlp import collector

LIMIT = 0.05
TEXT = """
## What telemetry costs

sync-ticket with `OTEL_EXPORTER_OTLP_ENDPOINT` set, so that every span and all metrics leave by OTLP, against the same
without, in turns on the same stack and records. CPU is that of the process alone, its exporter included.

| | records per CPU-second |
|---|---|
| without | {off:,.0f} |
| with | {on:,.0f} |

**Telemetry costs {cost:.1%} of the throughput** (median of {rounds} pairs, from {lowest:.1%} to {highest:.1%}; at most
{limit:.0%} is wanted: {verdict}).
"""


class Pair(NamedTuple):
    """Two rounds, one right after the other."""

    off: Round
    on: Round

    @property
    def cost(self) -> float:
        """The part of the throughput that is lost; below 0 where chance was larger than the cost."""
        return 1 - self.on.per_cpu_second / self.off.per_cpu_second


async def pair(ground: Ground, records: Sequence[Raw]) -> Pair:
    """One round without and one with telemetry, each in a place of its own."""
    async with ground.place() as place:
        off = await compete(place, OURS, records)
    async with ground.place() as place:
        return Pair(off, await telling(place, records))


async def telling(place: Where, records: Sequence[Raw]) -> Round:
    """A round with telemetry; AssertionError where nothing came to the collector."""
    with collector() as sink:
        on = replace(OURS, environment=tuple(sink.environment().items()))
        done = await compete(place, on, records)
        assert sink.bodies, "no span was exported: this would measure nothing"
    return done


def section(pairs: Sequence[Pair]) -> str:
    """The page's section."""
    costs = [each.cost for each in pairs]
    return TEXT.format(
        off=median(each.off.per_cpu_second for each in pairs),
        on=median(each.on.per_cpu_second for each in pairs),
        cost=median(costs),
        rounds=len(costs),
        lowest=min(costs),
        highest=max(costs),
        limit=LIMIT,
        verdict="kept" if median(costs) <= LIMIT else "not kept",
    )
