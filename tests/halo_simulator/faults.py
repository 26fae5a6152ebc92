"""Faults by name: what goes wrong, for which requests, how often (docs/halo.md section 12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EARLY = frozenset({"429_storm", "500", "html", "hang", "token_revoked"})
"""Faults that strike before Halo does what was asked; 500 and hang may also strike after it (`when`)."""
ROWS = frozenset({"rows_shift", "bad_row", "truncated_id_list"})
LATE = frozenset({"500", "hang", "reset_mid_body", "slow_drip", "truncated_json"})
NAMES = EARLY | ROWS | LATE


@dataclass(slots=True)
class Fault:
    """One armed fault."""

    name: str
    path: str = ".*"
    method: str = ""
    count: int | None = 1
    """How often it strikes; None: until cleared."""
    after: int = 0
    """Matching requests to let pass first."""
    params: dict[str, Any] = field(default_factory=dict)
    struck: int = 0

    def matches(self, method: str, target: str) -> bool:
        """Whether it is meant for a request; `target` is the path with its query."""
        return (not self.method or self.method == method) and re.search(self.path, target, re.IGNORECASE) is not None

    @property
    def late(self) -> bool:
        """Whether it strikes after the work is done."""
        return self.name in LATE - EARLY or (self.name in LATE and self.params.get("when") == "after")

    @property
    def spent(self) -> bool:
        """Whether it has struck as often as it should."""
        return self.count is not None and self.struck >= self.count


class Faults:
    """The armed faults, in the order in which they were armed."""

    def __init__(self) -> None:
        self.armed: list[Fault] = []

    def arm(self, values: Mapping[str, Any]) -> Fault:
        """Arm a fault; an unknown name or key is refused."""
        fault = Fault(**values)
        if fault.name not in NAMES:
            raise ValueError(f"unknown fault {fault.name!r}: one of {', '.join(sorted(NAMES))}")
        re.compile(fault.path)
        self.armed.append(fault)
        return fault

    def clear(self, name: str = "") -> None:
        """Disarm all, or all of one name."""
        self.armed = [fault for fault in self.armed if name and fault.name != name]

    def take(self, method: str, target: str) -> Fault | None:
        """The fault that strikes this request, if any; the first that matches and is ripe."""
        for fault in self.armed:
            if fault.spent or not fault.matches(method, target):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.struck += 1
            return fault
        return None
