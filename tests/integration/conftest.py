"""What tests of wizard-api share: a replica of it in the test's own process, in the place of the connector."""

from collections.abc import AsyncIterator

import pytest

from embedded.choose import Chosen
from support.portal import Portal, opened


@pytest.fixture(scope="module")
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    """One for the tests of a file, in a place of its own; each test takes a tenant of its own."""
    async with opened(stack) as made:
        yield made
