"""Adds, changes and removes rows of the reference lists and clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from halo_simulator.data import clients
from halo_simulator.data.world import World

EDITABLE = frozenset(
    [
        "team",
        "status",
        "client",
        "agent",
        "tickettype",
        "priority",
        "outcome",
        "category",
        "workflow",
        "assettype",
        "sla",
    ]
)


def add(world: World, kind: str, values: Mapping[str, Any], now: int) -> dict[str, Any]:
    """A new row: the list's last one as a pattern, with its own id and the given values."""
    rows = world.lists[_known(kind)]
    whole = [key for key in rows if isinstance(key, int)]
    key: Any = values.get("id") or (max(whole) + 1 if whole else f"{kind}-{len(rows) + 1}")
    pattern = clients.client_row(key, "") if kind == "client" else list(rows.values())[-1]
    rows[key] = {**pattern, "inactive": False, **values, "id": key, "_sequence": 1}
    if kind == "client":
        rows[key]["_updated"] = now
    return rows[key]


def change(world: World, kind: str, key: str, values: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Changes a row, such as its name or `inactive`."""
    row = world.lists[_known(kind)][_key(world, kind, key)]
    row |= {**values, "_sequence": row.get("_sequence", 0) + 1}
    if kind == "client":
        row["_updated"] = now
    return row


def truth(world: World, kind: str) -> list[dict[str, Any]]:
    """Every row as it is, with its sequence number."""
    rows = world.lists[_known(kind)].values()
    return [
        {key: value for key, value in row.items() if key[0] != "_"} | {"sequence": row.get("_sequence", 0)}
        for row in rows
    ]


def remove(world: World, kind: str, key: str) -> None:
    """Takes a row out of its list; tickets keep its id."""
    del world.lists[_known(kind)][_key(world, kind, key)]


def _known(kind: str) -> str:
    """The list's name, or a refusal."""
    if kind not in EDITABLE:
        raise ValueError(f"unknown list {kind!r}: one of {', '.join(sorted(EDITABLE))}")
    return kind


def _key(world: World, kind: str, text: str) -> Any:
    """The row's key; GUIDs are text, the rest numbers."""
    key: Any = int(text) if text.isdigit() else text
    if key not in world.lists[_known(kind)]:
        raise ValueError(f"there is no {kind} {text}")
    return key
