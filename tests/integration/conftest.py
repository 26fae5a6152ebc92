"""What several files share: a replica of wizard-api in the test's own process, and an operator with dead letters."""

from collections.abc import AsyncIterator

import pytest

from embedded.choose import Chosen
from support.consumers import Bench, Where
from support.dead_letters import Operator, two_tenants
from support.portal import Portal, opened


@pytest.fixture(scope="module")
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    """One for the tests of a file, in a place of its own; each test takes a tenant of its own."""
    async with opened(stack) as made:
        yield made


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    """Two tenants, of whom anything may be rejected."""
    async with two_tenants(place) as made:
        yield made


@pytest.fixture
def operator(here: Bench) -> Operator:
    """Who looks at what was rejected there, and replays it."""
    return Operator(here)
