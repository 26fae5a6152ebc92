"""What every row's test needs."""

from pathlib import Path

import pytest

from chaos.row import Ground
from embedded.choose import Chosen


@pytest.fixture
def ground(stack: Chosen, tmp_path: Path) -> Ground:
    """The test run's stack, with this test's folder for logs."""
    return Ground(stack, tmp_path)
