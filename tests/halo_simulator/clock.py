"""The simulator's two clocks: the wall clock that Halo shows, and the steady one that limits count by."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime


class Clock:
    """Time runs `scale` times as fast as real time; `offset` makes the wall clock wrong (docs/halo.md section 8)."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._origin = source()
        self._base = self._origin
        self.offset = 0.0
        self._scale = 1.0

    @property
    def scale(self) -> float:
        """Simulated seconds per real second."""
        return self._scale

    @scale.setter
    def scale(self, value: float) -> None:
        """Change the speed without a jump."""
        self._base, self._origin, self._scale = self.steady(), self._source(), value

    def steady(self) -> float:
        """Seconds since the epoch that never jump back; untouched by `offset`."""
        return self._base + (self._source() - self._origin) * self._scale

    def now(self) -> int:
        """The wall clock in whole seconds, wrong by `offset`."""
        return int(self.steady() + self.offset)

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self._base += seconds

    def http_date(self) -> str:
        """The `Date` header."""
        return format_datetime(datetime.fromtimestamp(self.now(), UTC), usegmt=True)
