"""When a group must stop: its last 100 records, from two tenants or more, brought nothing storable (promise 3).

One tenant's bad data is that tenant's matter; many tenants' bad data at once is a bad deploy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

LIMIT = 100
TENANTS = 2
_NAME = 64  # the longest tenant name; a broken header may hold anything


class Verdict(NamedTuple):
    """One record, in the order of its batch. ``tenant`` None: it could not be told."""

    tenant: str | None
    storable: bool


@dataclass(frozen=True)
class Streak:
    """Records in a row that could not be stored, and up to two of their tenants.

    Not ``armed``: an operator resumed the group, so it is not over before something could be stored again.
    """

    records: int = 0
    tenants: tuple[str, ...] = ()
    armed: bool = True

    @property
    def over(self) -> bool:
        """Whether the group must stop now."""
        return self.armed and self.records >= LIMIT and len(self.tenants) >= TENANTS

    def after(self, verdict: Verdict) -> "Streak":
        """The streak once one more record is judged: what can be stored ends it."""
        if verdict.storable:
            return Streak()
        tenants = self.tenants
        if verdict.tenant is not None and verdict.tenant[:_NAME] not in tenants and len(tenants) < TENANTS:
            tenants = (*tenants, verdict.tenant[:_NAME])
        return Streak(self.records + 1, tenants, self.armed)


def follow(streak: Streak, verdicts: Iterable[Verdict]) -> Streak:
    """The streak after these records, or as it stood at the record at which it was over."""
    for verdict in verdicts:
        streak = streak.after(verdict)
        if streak.over:
            return streak
    return streak
