"""Halo's request limit: so many in a rolling window, counted over every call (docs/halo.md section 10)."""

from __future__ import annotations

from collections import deque

from halo_simulator.clock import Clock
from halo_simulator.config import Config


class Budget:
    """A sliding window of served requests, with the figures that tests assert on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._times: deque[float] = deque()
        self.reset()

    def reset(self) -> None:
        """Forget the window and the figures."""
        self._times.clear()
        self.served = self.refused = self.most = 0

    def take(self, config: Config) -> bool:
        """Count one request; False if the window is full."""
        now = self._clock.steady()
        self._forget(now - config.window)
        fits = len(self._times) < config.limit
        if fits or config.refused_count:
            self._times.append(now)
        self.served += fits
        self.refused += not fits
        self.most = max(self.most, len(self._times))
        return fits

    def wait(self, config: Config) -> float:
        """Seconds until the window has room."""
        if len(self._times) < config.limit:
            return 0.0
        return max(0.0, self._times[-config.limit] + config.window - self._clock.steady())

    def figures(self, config: Config) -> dict[str, float]:
        """Served, refused, the most that any window held, and what it holds now."""
        self._forget(self._clock.steady() - config.window)
        return {
            "served": self.served,
            "refused": self.refused,
            "max_in_window": self.most,
            "in_window": len(self._times),
            "limit": config.limit,
            "window": config.window,
        }

    def _forget(self, before: float) -> None:
        """Drop what left the window."""
        while self._times and self._times[0] <= before:
            self._times.popleft()
