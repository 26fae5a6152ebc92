"""A year in the life: whatever happens in Halo and in the settings, the portal ends as a plain model says.

Few years by default, always the same; HALOBUS_TEST_YEARS asks for more, each time others.
"""

import os
from collections.abc import AsyncIterator
from itertools import count

import pytest
from conftest import placed
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from embedded.choose import Chosen
from halo_simulator.running import running
from support.system import System, system
from support.year import STEPS, Step, Year

YEARS = int(os.environ.get("HALOBUS_TEST_YEARS", "0"))
_numbers = count(1)


@pytest.fixture(scope="module")
async def it(stack: Chosen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """One system for all years; every year has a Halo and a tenant of its own."""
    ample = {"HALOBUS_HALO_LIMIT": "100000"}
    async with (
        placed(stack) as place,
        system(place, tmp_path_factory.mktemp("years"), "http://127.0.0.1", **ample) as it,
    ):
        yield it


async def live(it: System, steps: list[Step]) -> None:
    """The steps, then a quick sync with the census due: nothing may differ from the model."""
    name = f"year-{next(_numbers)}"
    async with running(limit=100_000, tenant=name, database=name) as halo, it.portal(name) as portal:
        await portal.connect(halo.url, halo.client_id, halo.client_secret)
        year = Year(halo, portal, it.database)
        await year.decide("all", [], tickets=True)
        await year.sync()
        for step in steps:
            await year.take(step)
        await year.decide(year.teams, year.excluded, tickets=True)
        await year.census()
        assert await year.wrong() == {}, year.done


@settings(
    max_examples=YEARS or 2,
    derandomize=not YEARS,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a smaller example would cost a year for each try
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(STEPS, min_size=8, max_size=24))
async def test_at_the_end_of_a_year_the_portal_equals_the_model(it: System, steps: list[Step]) -> None:
    await live(it, steps)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            [("scope", [3], []), ("sync",), ("rename", 3, "Blue Team"), ("change", 5, 2), ("create", 3, 1)],
            id="a renamed team's tickets stay",
        ),
        pytest.param(
            [("sees", [1, 2, 3, 5]), ("census",), ("sees", None)],
            id="what the agent may see again comes back though it never changed",
        ),
        pytest.param(
            [("scope", [3, 4], []), ("sync",), ("scope", [3], [9]), ("move", 7, 4), ("sync",), ("scope", [3, 4], [])],
            id="narrowed and widened again",
        ),
    ],
)
async def test_told_years(it: System, steps: list[Step]) -> None:
    await live(it, steps)
