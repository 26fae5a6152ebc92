"""The whole instance in small: every stream on, through all phases, equal to Halo, and nothing refused."""

from pathlib import Path

from bench.instance.page import page
from bench.instance.scene import SMALL
from bench.instance.story import whole
from chaos.row import Ground
from embedded.choose import Chosen


async def test_every_stream_through_first_sync_a_day_and_clear(stack: Chosen, tmp_path: Path) -> None:
    result = await whole(Ground(stack, tmp_path), SMALL, print)
    assert result.broken == []
    assert result.records["tickets"] > 250
    assert min(result.records.values()) > 10
    assert min(result.accounts, result.devices) > 50
    assert result.changes > 20
    first = next(phase for phase in result.phases if phase.name == "First sync")
    streams = ("reference", "companies", "tickets", "opportunities", "projects", "contacts", "assets")
    assert all(first.streams[name].listed and first.streams[name].requests for name in streams)
    assert "| **First sync** | in all |" in page(result, "versions", "machine")
