"""However Halo reads ``lastupdatefromdate``: a change is never missed, and no more is asked for than need be."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from connector.halo.client import Params, Reply
from connector.halo.listing import rows
from connector.halo.zone import PROBES, format_since, measure
from halo_simulator.running import Running, running
from support.halo_edge import open_client

HOURS = [-9.5, -5, -3.5, 0, 1, 2, 5.5, 10]


@pytest.fixture(scope="module")
async def halo() -> AsyncIterator[Running]:
    """One instance for all zones: each test sets how it reads and writes times."""
    async with running(limit=100_000) as halo:
        yield halo


@pytest.mark.parametrize("zone", ["utc", "local"])
@pytest.mark.parametrize("honoured", [True, False])
@pytest.mark.parametrize("times", ["naive", "z"])
@pytest.mark.parametrize("hours", HOURS)
async def test_a_change_is_found_by_asking_since_just_before_it(
    halo: Running, hours: float, times: str, honoured: bool, zone: str
) -> None:
    await halo.control.config(
        utc_offset_minutes=int(hours * 60), parameter_zone=zone, honour_parameter_offset=honoured, times=times
    )
    client = await open_client(halo)
    calls: list[str] = []

    async def get(path: str, params: Params) -> Reply:
        calls.append(path)
        return await client.get(path, params)

    changed = await halo.control.create(summary="The newest")
    measured = await measure(get, datetime.now(UTC))
    since = format_since(datetime.now(UTC) - timedelta(minutes=1), measured)
    reply = await client.get(
        "Tickets", {"lastupdatefromdate": since, "pageinate": True, "page_size": 100, "domain": "reqs"}
    )
    await client.aclose()
    found, _ = rows(reply.data, "tickets")
    assert changed in {int(row["id"]) for row in found}
    assert len(found) < 100
    assert len(calls) <= PROBES
    assert measured.offset_minutes is not None
    if honoured:
        assert measured.offset_minutes == 0
        assert len(calls) == 3
    else:
        truth = int(hours * 60) if zone == "local" else 0
        assert truth - 180 <= measured.offset_minutes <= truth


async def test_without_tickets_nothing_is_measured() -> None:
    async with running() as halo:
        await halo.control.agent(3, teams=[], clients=[])
        client = await open_client(halo)
        measured = await measure(client.get, datetime.now(UTC))
        await client.aclose()
    assert measured.offset_minutes is None


async def test_a_halo_that_ignores_the_parameter_is_not_measured() -> None:
    async with running() as halo:
        client = await open_client(halo)

        async def deaf(path: str, params: Params) -> Reply:
            return await client.get(path, {name: v for name, v in params.items() if name != "lastupdatefromdate"})

        measured = await measure(deaf, datetime.now(UTC))
        await client.aclose()
    assert measured.offset_minutes is None
