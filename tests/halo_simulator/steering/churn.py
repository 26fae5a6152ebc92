"""Changes while somebody reads: random operations after every so many pages, from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from halo_simulator.config import Config
from halo_simulator.data.columns import DOMAINS, FIRST_ID, LIVE
from halo_simulator.data.world import World
from halo_simulator.steering import changes


@dataclass(slots=True)
class Script:
    """What to do, how often."""

    total: int
    every: int = 1
    batch: int = 1
    kinds: tuple[str, ...] = ("create", "change", "delete")
    resource: str = "tickets"
    domain: str = "reqs"
    """Which of them change: reqs, opps or prjs."""
    seed: int = 1


@dataclass(slots=True)
class Churn:
    """The running script and what it has done."""

    script: Script | None = None
    pages: int = 0
    done: list[dict[str, Any]] = field(default_factory=list)
    _random: random.Random = field(default_factory=random.Random)

    def start(self, values: Mapping[str, Any]) -> None:
        """Begin a script, forgetting the one before."""
        known: dict[str, Any] = {key: tuple(value) if key == "kinds" else value for key, value in values.items()}
        self.script = Script(**known)
        self.pages, self.done, self._random = 0, [], random.Random(self.script.seed)

    def stop(self) -> None:
        """End it; what was done stays."""
        self.script = None

    def page_served(self, world: World, config: Config, now: int, resource: str) -> None:
        """Called after each list served; a batch follows every so many."""
        script = self.script
        if script is None or resource != script.resource or len(self.done) >= script.total:
            return
        self.pages += 1
        if self.pages % script.every == 0:
            for _ in range(min(script.batch, script.total - len(self.done))):
                self.done.append(random_change(world, config, now, self._random, script.kinds, script.domain))


def random_change(
    world: World, config: Config, now: int, chance: random.Random, kinds: tuple[str, ...], domain: str = "reqs"
) -> dict[str, Any]:
    """One random operation, done; as it can be told."""
    kind = chance.choice(kinds)
    op: dict[str, Any] = {"op": kind, "id": _some_ticket(world, chance, DOMAINS[domain])} | _what(world, chance, kind)
    if kind == "create":
        op = {name: value for name, value in op.items() if name != "id"} | {"domain": domain}
    if kind == "retype":
        op |= {"op": "change"}
    return op | {"id": changes.apply(world, config, now, op)}


def _what(world: World, chance: random.Random, kind: str) -> dict[str, Any]:
    """The operation's values; summaries tell the change's number, so that an old copy shows."""
    lists, version = world.lists, world.ledger.version
    words = {"summary": f"{kind} no. {version}: $cost a.b {chance.randrange(10**6)} \N{SNOWMAN}"}
    if kind == "create":
        client = chance.choice([key for key in lists["client"] if key != 1])
        return words | {"team_id": chance.choice((1, 2, 3)), "client_id": client, "details": "Made while you read."}
    if kind == "change":
        return words | {"status_id": chance.choice(list(lists["status"]))}
    if kind == "move":
        return {"team_id": chance.choice(list(lists["team"]))}
    if kind == "retype":
        return {"tickettype_id": chance.choice((1, 21, 31))}
    if kind == "merge":
        return {"into": FIRST_ID}
    return {"note": f"Comment no. {version}"} if kind == "comment" else {}


def _some_ticket(world: World, chance: random.Random, domain: int) -> int:
    """A live one of the domain."""
    columns = world.ledger.columns
    while True:
        position = chance.randrange(len(columns))
        if columns.state[position] == LIVE and columns.kind[position] == domain:
            return position + FIRST_ID
