"""One simulated Halo: its data, clock, limits, applications and what a test asked it to do wrong."""

from __future__ import annotations

import time
from collections.abc import Callable

from halo_simulator import applications
from halo_simulator.budget import Budget
from halo_simulator.clock import Clock
from halo_simulator.config import DATA_KEYS, Config, ConfigError, patched
from halo_simulator.data.selection import Selections
from halo_simulator.data.world import World
from halo_simulator.faults import Faults
from halo_simulator.requestlog import RequestLog
from halo_simulator.steering.churn import Churn
from halo_simulator.times import TimeFormat, epoch
from halo_simulator.tokens import Tokens


class Instance:
    """The state that Halo's interface serves and the control API changes."""

    def __init__(self, config: Config, source: Callable[[], float] = time.time) -> None:
        self.config = config
        self.clock = Clock(source)
        self.budget = Budget(self.clock)
        self.tokens = Tokens(self.clock)
        self.log = RequestLog()
        self.faults = Faults()
        self.churn = Churn()
        self.applications = applications.defaults()
        self.agent_teams: dict[int, frozenset[int]] = {}
        """Teams that an agent may see; an agent not named sees all."""
        self.agent_clients: dict[int, frozenset[int]] = {}
        self.denied_outcomes: dict[int, frozenset[int]] = {}
        """Outcomes that an agent lacks."""
        self.creating = 0
        self.selections = Selections()
        self._apply()
        self.world = World(config.size, config.seed, epoch(config.anchor) if config.anchor else self.clock.now())

    def configure(self, changes: dict[str, object]) -> None:
        """Change the configuration; the data's own keys are fixed."""
        fixed = DATA_KEYS & set(changes)
        if fixed:
            raise ConfigError(f"{', '.join(sorted(fixed))} can only be set at the start")
        self.config = patched(self.config, changes)
        self._apply()
        self.forget_rows()

    def forget_rows(self) -> None:
        """Drop every serialised row, after a name or a format changed."""
        self.world.ledger.rows.clear()

    def _apply(self) -> None:
        """Hand the configuration to what holds a copy."""
        self.clock.offset = self.config.clock_offset_seconds
        if self.clock.scale != self.config.time_scale:
            self.clock.scale = self.config.time_scale
        self.times = TimeFormat(self.config)
