import sys

import pytest
from conftest import Place

from bench.contest import BARE, OURS, Contender, Round, compete
from bench.load import BYTES, tickets
from bench.profile import profiled
from bench.write import report

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.mark.parametrize("contender", [OURS, BARE], ids=lambda each: each.name)
async def test_a_contender_stores_everything_and_is_measured(place: Place, contender: Contender) -> None:
    done = await compete(place, contender, tickets(1_000))
    assert done.records == 1_000
    assert done.cpu > 0
    assert done.wall > 0


async def test_the_report_names_where_time_goes(place: Place) -> None:
    records = tickets(1_000)
    assert all(abs(len(record.value or b"") - BYTES) < 20 for record in records)
    lines = await profiled(place, records)
    done = Round(1_000, cpu=0.1, wall=0.5)
    assert "µs per record" in report({OURS: [done], BARE: [done]}, lines, "versions", "machine")
    assert any("UpdateOne" in line.function or "bulk" in line.function or "bson" in line.function for line in lines)
