"""The simulator's times: zones, boundaries and clocks (docs/halo.md section 8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from halo_simulator.caller import Caller, opened

NOON = int(datetime(2026, 5, 20, 12, tzinfo=UTC).timestamp())


async def listed(halo: Caller, **params: str) -> list[int]:
    """The ids that a window of last_update lists."""
    return await halo.ids(domain="reqs", **params)


@pytest.mark.parametrize("offset", [-480, 0, 600])
@pytest.mark.parametrize("zone", ["utc", "local"])
async def test_the_window_is_read_in_the_configured_zone(offset: int, zone: str) -> None:
    async with opened(utc_offset_minutes=offset, parameter_zone=zone) as halo:
        await halo.control.ops({"op": "change", "id": 1001, "summary": "x", "at": NOON})
        row = (await halo.get("Tickets", search_id=1001))["tickets"][0]
        assert row["last_update"] == (datetime(2026, 5, 20, 12, tzinfo=UTC) + timedelta(minutes=offset)).strftime(
            "%Y-%m-%dT%H:%M:%S"
        )
        naive = row["last_update"] if zone == "local" else "2026-05-20T12:00:00"
        window = {"lastupdatefromdate": naive, "lastupdatetodate": naive}
        assert await listed(halo, **window) == [1001]


@pytest.mark.parametrize("form", ["2026-05-20T12:00:00.000000Z", "2026-05-20T14:00:00+02:00", "2026-05-20T12:00:00"])
async def test_parameters_with_and_without_a_zone(form: str) -> None:
    async with opened() as halo:
        await halo.control.ops({"op": "change", "id": 1001, "summary": "x", "at": NOON})
        assert 1001 in await listed(halo, lastupdatefromdate=form)


@pytest.mark.parametrize(("inclusive", "found"), [(True, True), (False, False)])
async def test_the_boundary_is_inclusive_or_not(inclusive: bool, found: bool) -> None:
    async with opened(inclusive=inclusive) as halo:
        await halo.control.ops({"op": "change", "id": 1001, "summary": "x", "at": NOON})
        assert (1001 in await listed(halo, lastupdatefromdate="2026-05-20T12:00:00")) is found
        assert 1001 in await listed(halo, lastupdatefromdate="2026-05-20T11:59:59")


async def test_a_zone_in_the_parameter_may_be_disregarded() -> None:
    async with opened(utc_offset_minutes=600, parameter_zone="local", honour_parameter_offset=False) as halo:
        await halo.control.ops({"op": "change", "id": 1001, "summary": "x", "at": NOON})
        assert 1001 in await listed(halo, lastupdatefromdate="2026-05-20T22:00:00Z")
        assert 1001 not in await listed(halo, lastupdatefromdate="2026-05-20T22:00:01Z")


async def test_times_may_carry_a_z() -> None:
    async with opened(times="z", utc_offset_minutes=600) as halo:
        await halo.control.ops({"op": "change", "id": 1001, "summary": "x", "at": NOON})
        assert (await halo.get("Tickets/1001"))["last_update"] == "2026-05-20T12:00:00Z"


async def test_clients_and_sites_have_the_window_too() -> None:
    async with opened() as halo:
        later = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
        assert (await halo.get("Client", lastupdatefromdate=later))["clients"] == []
        await halo.control.edit("client", 12, name="Renamed Ltd")
        assert [row["name"] for row in (await halo.get("Client", lastupdatefromdate=later))["clients"]] == [
            "Renamed Ltd"
        ]
        assert {row["client_name"] for row in (await halo.get("Site", lastupdatefromdate=later))["sites"]} == {
            "Renamed Ltd"
        }


async def test_the_date_header_follows_a_wrong_clock_and_so_does_last_update() -> None:
    async with opened(clock_offset_seconds=3600) as halo:
        answer = await halo.http.get("/api/authinfo")
        ahead = parsedate_to_datetime(answer.headers["date"]) - datetime.now(UTC)
        assert timedelta(minutes=59) < ahead < timedelta(minutes=61)
        await halo.control.change(1001, summary="now")
        touched = datetime.fromisoformat((await halo.control.ticket(1001))["last_update"])
        assert touched - datetime.now(UTC) > timedelta(minutes=59)
