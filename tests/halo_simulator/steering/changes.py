"""Changes to tickets from outside Halo's interface: create, change, move, win, lose, delete, purge, merge, comment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from halo_simulator.config import Config
from halo_simulator.data import sales
from halo_simulator.data.actions import Action
from halo_simulator.data.blank import BLANK, defaults
from halo_simulator.data.columns import DELETED, DOMAINS, LIVE, MERGED, PURGED
from halo_simulator.data.ledger import split
from halo_simulator.data.workflows import STEPS
from halo_simulator.data.world import World

_NAMES = {
    "status_id": "status", "team_id": "team", "client_id": "client", "site_id": "site", "user_id": "user",
    "agent_id": "agent", "tickettype_id": "type", "priority_id": "priority", "sla_id": "sla",
}  # fmt: skip


class UnknownTicketError(ValueError):
    """No such ticket."""


def apply(world: World, config: Config, clock: int, op: Mapping[str, Any]) -> int:
    """One operation; the ticket's id. `{"op": "change", "id": 1001, "status_id": 2}`."""
    values = {_NAMES.get(key, key): value for key, value in op.items() if key not in ("op", "id", "at", "into")}
    kind, now = op["op"], int(op.get("at") or clock)
    if kind == "create":
        return _create(world, values, now)
    ticket = int(op["id"])
    if not world.ledger.columns.has(ticket):
        raise UnknownTicketError(f"there is no ticket {ticket}")
    if kind == "comment":
        return comment(world, ticket, values, now)
    if kind == "edit_action":
        return edit_action(world, ticket, values, now)
    numbers, words = _effect(world, kind, values, int(op.get("into", 0)), now)
    world.ledger.change(ticket, numbers, words, _stamp(config, kind, now))
    return ticket


def _create(world: World, values: dict[str, Any], now: int) -> int:
    """A new ticket; `domain` opps or prjs for other than a request."""
    kind = DOMAINS[values.pop("domain", "reqs")]
    numbers, words = split(values)
    if "workflow_id" in words:
        words |= _stage(world, words)
    return world.ledger.create(defaults(kind, now) | numbers, BLANK | {"summary": "Created"} | words, now)


def _effect(
    world: World, kind: str, values: dict[str, Any], into: int, now: int
) -> tuple[dict[str, int], dict[str, Any]]:
    """What an operation sets."""
    if kind in ("change", "move"):
        return _changed(world, values, now)
    if kind in ("win", "lose"):
        words = sales.won(now) if kind == "win" else sales.lost(int(values.get("category", 1)))
        return {"status": 9, "closed": now}, words
    effects: dict[str, dict[str, int]] = {
        "delete": {"state": DELETED},
        "purge": {"state": PURGED},
        "restore": {"state": LIVE, "merged": 0},
        "merge": {"state": MERGED, "merged": into, "status": 9, "closed": now},
    }
    if kind not in effects:
        raise ValueError(f"unknown operation {kind!r}")
    return effects[kind], {}


def _changed(world: World, values: dict[str, Any], now: int) -> tuple[dict[str, int], dict[str, Any]]:
    """Fields; the closing date follows the status, the domain the type."""
    numbers, words = split(values)
    if "status" in numbers:
        numbers.setdefault("closed", now if numbers["status"] in world.closed else 0)
    if "type" in numbers:
        numbers["kind"] = DOMAINS[world.lists["tickettype"][numbers["type"]]["_domain"]]
    if "workflow_id" in words:
        words |= _stage(world, words)
    return numbers, words


def _stage(world: World, words: Mapping[str, Any]) -> dict[str, Any]:
    """The stage of a workflow by `workflow_step`, the first if none is named."""
    flow, step = int(words["workflow_id"]), int(words.get("workflow_step", 1))
    return sales.stage(flow, step, STEPS[flow][step - 1])


def _stamp(config: Config, kind: str, now: int) -> int | None:
    """Whether last_update moves."""
    silent = kind == "purge" or (kind == "delete" and not config.deletion_touches_update)
    return None if silent else now


def comment(world: World, ticket: int, values: Mapping[str, Any], now: int) -> int:
    """An action on a ticket: `note`, `hidden`, `outcome`, `user`, `agent`, `who`, `new_status`."""
    ledger = world.ledger
    number = max((action.id for action in ledger.actions(ticket)), default=0) + 1
    base = Action(ticket, number, now, outcome=2, note="A comment", hidden=False, agent=5, user=0)
    ledger.act(replace(base, **values))
    return ticket


def edit_action(world: World, ticket: int, values: Mapping[str, Any], now: int) -> int:
    """Changes an action in place: `action` names it, the rest as in `comment`."""
    changes = dict(values)
    number = changes.pop("action")
    found = next(action for action in world.ledger.actions(ticket) if action.id == number)
    world.ledger.edit(replace(found, **changes), now)
    return ticket
