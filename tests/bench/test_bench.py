import sys

import pytest
from conftest import Place

from bench.contest import BARE, OURS, Contender, Round, compete
from bench.load import BYTES, tickets
from bench.profile import profiled
from bench.telemetry import Pair, telling
from bench.write import report

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.mark.parametrize("contender", [OURS, BARE], ids=lambda each: each.name)
async def test_a_contender_stores_everything_and_is_measured(place: Place, contender: Contender) -> None:
    done = await compete(place, contender, tickets(1_000))
    assert done.records == 1_000
    assert done.cpu > 0
    assert done.wall > 0


async def test_a_round_with_telemetry_really_exports(place: Place) -> None:
    assert (await telling(place, tickets(1_000))).cpu > 0


async def test_the_report_names_where_time_goes(place: Place) -> None:
    records = tickets(1_000)
    assert all(abs(len(record.value or b"") - BYTES) < 20 for record in records)
    lines = await profiled(place, records)
    done = Round(1_000, cpu=0.1, wall=0.5)
    told = report(
        {OURS: [done], BARE: [done]}, lines, [Pair(done, Round(1_000, cpu=0.102, wall=0.5))], "versions", "machine"
    )
    assert "µs per record" in told
    assert "costs 2.0% of the throughput" in told
    assert "kept" in told
    assert any("UpdateOne" in line.function or "bulk" in line.function or "bson" in line.function for line in lines)
