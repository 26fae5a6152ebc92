"""What the reference lists tell a read: which team a name means, and which statuses there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from halobus.keys import RecordKey
from halobus.messages import ReferenceItem, ReferenceList
from halobus.scope import Scope
from halobus.store import Database

NEEDED = ("teams", "statuses")
"""Lists without which no ticket can be read; the types of assets an agent need not see."""


@dataclass(frozen=True)
class Knowledge:
    """``teams``: ids by name, two where two teams share it. ``statuses``: all ids, None where the list was not read.

    ``asset_types``: all ids, none where the list was not read.
    """

    teams: Mapping[str, Sequence[int]] = field(default_factory=dict)
    statuses: frozenset[int] | None = None
    asset_types: frozenset[int] = frozenset()

    def unique_teams(self) -> dict[str, int]:
        """The names that mean one team."""
        return {name: ids[0] for name, ids in self.teams.items() if len(ids) == 1}

    def shared_names(self) -> set[str]:
        """The names that several teams share: a ticket, which carries the name alone, doesn't tell which."""
        return {name for name, ids in self.teams.items() if len(ids) > 1}

    def name_of(self, team: int) -> str | None:
        """The name that Halo's tickets carry for a team; None where the list lacks it."""
        return next((name for name, ids in self.teams.items() if team in ids), None)

    def wanted_statuses(self, scope: Scope) -> list[int] | None:
        """The statuses to ask for: Halo can't exclude, so all but the excluded. None: no filter is needed or known."""
        if not scope.excluded_statuses or self.statuses is None:
            return None
        return sorted(self.statuses - scope.excluded_statuses)


def learn(lists: Mapping[str, Sequence[ReferenceItem]], before: Knowledge | None = None) -> Knowledge:
    """Knowledge from cleaned lists by name. What was not read, or refused, stays as it was known ``before``."""
    known = before or Knowledge()
    teams = _by_name(lists["teams"]) if "teams" in lists else known.teams
    statuses = _ids(lists["statuses"]) if "statuses" in lists else known.statuses
    asset_types = _ids(lists["asset-types"]) if "asset-types" in lists else known.asset_types
    return Knowledge(teams, statuses, asset_types)


def _ids(items: Sequence[ReferenceItem]) -> frozenset[int]:
    return frozenset(item.id for item in items if isinstance(item.id, int))


def _by_name(items: Sequence[ReferenceItem]) -> dict[str, list[int]]:
    teams: dict[str, list[int]] = {}
    for item in items:
        if isinstance(item.id, int):
            teams.setdefault(item.name, []).append(item.id)
    return teams


async def recall(database: Database, tenant: str, connection: str) -> Knowledge | None:
    """Knowledge from the lists as the importer stored them; None where they were not read yet."""
    keys = [str(RecordKey(tenant, connection, name)) for name in (*NEEDED, "asset-types")]
    found = database.reference.find({"_id": {"$in": keys}, "state": "live"})
    lists = [ReferenceList.model_validate(doc["content"]) async for doc in found]
    items = {str(one.name): one.items for one in lists}
    return learn(items) if items.keys() >= set(NEEDED) else None
