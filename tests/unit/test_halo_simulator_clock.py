"""The simulator's clock: a source of one's own, speed, offset, leaps (docs/halo.md section 8)."""

from __future__ import annotations

from halo_simulator.clock import Clock
from halo_simulator.config import Config, patched
from halo_simulator.instance import Instance


def test_the_clock_follows_its_source_at_its_scale_without_jumps() -> None:
    now = [1000.0]
    clock = Clock(lambda: now[0])
    now[0] += 10
    assert clock.steady() == 1010
    clock.scale = 60
    assert clock.steady() == 1010
    now[0] += 1
    assert clock.steady() == 1070
    clock.advance(30)
    assert clock.steady() == 1100


def test_the_offset_moves_the_wall_clock_alone() -> None:
    clock = Clock(lambda: 0.0)
    clock.offset = 3600
    assert (clock.now(), clock.steady()) == (3600, 0)
    assert clock.http_date() == "Thu, 01 Jan 1970 01:00:00 GMT"


def test_an_instance_takes_its_time_from_the_source() -> None:
    instance = Instance(patched(Config(), {"time_scale": 10.0}), source=lambda: 1_800_000_000.0)
    assert instance.world.anchor == instance.clock.now() == 1_800_000_000
