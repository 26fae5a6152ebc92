"""Writing times for Halo."""

from datetime import UTC, datetime

import pytest

from connector.halo.zone import format_since
from halobus.documents import Zone

NOON = datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "2026-03-01T12:00:00Z"), (None, "2026-03-01T12:00:00Z"), (120, "2026-03-01T14:00:00+02:00")],
)
def test_since(minutes: int | None, text: str) -> None:
    assert format_since(NOON, Zone(offset_minutes=minutes, measured_at=NOON)) == text


def test_unmeasured() -> None:
    assert format_since(NOON, None) == "2026-03-01T12:00:00Z"
