"""The simulator's generated data (docs/halo.md section 14)."""

from __future__ import annotations

import json

from halo_simulator.api.ticket_rows import list_row, row_bytes
from halo_simulator.caller import ANCHOR, opened
from halo_simulator.config import Config, patched
from halo_simulator.data.columns import FIRST_ID, LIVE, REQUEST
from halo_simulator.data.world import World
from halo_simulator.instance import Instance
from halo_simulator.times import epoch

NOW = epoch(ANCHOR)


def test_the_same_seed_gives_the_same_data_and_another_other_data() -> None:
    first, again, other = (World("small", seed, NOW).ledger.columns for seed in (7, 7, 8))
    assert [first.get(n + FIRST_ID) for n in range(len(first))] == [again.get(n + FIRST_ID) for n in range(len(again))]
    assert first.updated != other.updated


def test_sizes_count_live_requests() -> None:
    for size, tickets, clients in (("small", 300, 24), ("medium", 20_000, 400)):
        world = World(size, 7, NOW)
        columns = world.ledger.columns
        live = sum(
            1 for kind, state in zip(columns.kind, columns.state, strict=True) if (kind, state) == (REQUEST, LIVE)
        )
        assert (live, len(world.lists["client"])) == (tickets, clients + 1)


def test_history_spans_18_months_and_some_percent_are_recent() -> None:
    columns = World("medium", 7, NOW).ledger.columns
    assert NOW - min(columns.created) > 500 * 86_400
    assert max(columns.updated) < NOW
    recent = sum(1 for updated in columns.updated if updated > NOW - 14 * 86_400) / len(columns)
    assert 0.02 < recent < 0.10


def test_two_teams_share_a_name_in_different_departments() -> None:
    rows = [row for row in World("small", 7, NOW).lists["team"].values() if row["name"] == "Service Desk"]
    assert [row["id"] for row in rows] == [1, 2]
    assert len({row["department_name"] for row in rows}) == 2


def test_a_row_served_is_the_row_meant() -> None:
    instance = Instance(patched(Config(), {"anchor": ANCHOR}))
    instance.world.ledger.change(1002, {}, {"workflow_id": 5, "summary": "Changed"}, NOW)
    for ticket in (1001, 1002):
        served, meant = json.loads(row_bytes(instance, ticket)), list_row(instance, ticket)
        assert served | {"ticketage": 0} == meant | {"ticketage": 0}


async def test_actions_stay_as_they_were_when_the_ticket_moves() -> None:
    async with opened() as halo:
        before = await halo.control.actions(1001)
        await halo.control.change(1001, agent_id=6, status_id=2)
        await halo.control.comment(1001, note="More")
        assert (await halo.control.actions(1001))[:-1] == before
