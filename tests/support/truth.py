"""What the portal should show, from the simulator's own account of every ticket, and what it does show."""

from collections.abc import Collection
from typing import Any

from halo_simulator.control import Control
from halobus.store import Database

FIELDS = ("team_id", "status_id", "client_id", "summary")


async def should_show(
    control: Control, teams: Collection[int] | None = None, excluded: Collection[int] = ()
) -> dict[int, dict[str, Any]]:
    """Tickets that exist, were not merged away, and are in the scope: what a copy must agree on, by id."""
    return {
        row["id"]: {name: row[name] for name in FIELDS}
        async for row in control.tickets()
        if not row["deleted"]
        and not row["merged_into"]
        and (teams is None or row["team_id"] in teams)
        and row["status_id"] not in excluded
    }


async def stored(database: Database, tenant: str | None = None) -> dict[int, dict[str, Any]]:
    """The live mirrors, by id; of this tenant, where there are several."""
    of = {} if tenant is None else {"tenant": tenant}
    found = database.tickets.find({**of, "state": "live"}, {"content": 1})
    return {doc["content"]["id"]: {name: doc["content"][name] for name in FIELDS} async for doc in found}


def differences(wanted: dict[int, dict[str, Any]], found: dict[int, dict[str, Any]]) -> dict[int, Any]:
    """What differs, by id: (wanted, found), None where there is none. Halo's client 1 means no client."""
    clean = {
        id: {**row, "client_id": None if row["client_id"] == 1 else row["client_id"]} for id, row in wanted.items()
    }
    ids = {id for id in clean.keys() | found.keys() if clean.get(id) != found.get(id)}
    return {id: (clean.get(id), found.get(id)) for id in sorted(ids)}


def balanced(run: dict[str, Any]) -> list[dict[str, Any]]:
    """The reads of a run whose sum is off; empty where all is well (promise 2)."""
    return [read for read in run["reads"] if read["listed"] != sum(read["sums"].values())]
