"""The main job on the whole system: connect, sync, and the portal's documents against Halo's, record by record."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from conftest import Place

from halo_simulator.running import Running, process, running
from support.system import Portal, System, system
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

AMPLE = {"HALOBUS_HALO_LIMIT": "100000"}


@asynccontextmanager
async def connected(place: Place, logs: Path, halo: Running) -> AsyncIterator[tuple[System, Portal]]:
    """The system, its tenant connected to the simulator, whose limit is out of the way."""
    async with system(place, logs, halo.url, **AMPLE) as it, it.portal() as portal:
        tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
        assert tested["diagnosis"]["connected"], tested
        yield it, portal


async def test_a_sync_brings_halos_tickets_and_companies_and_each_sum_is_right(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, connected(place, tmp_path, halo) as (it, portal):
        await portal.settings("sync", teams="all")
        run = await portal.applied(await portal.sync("resync"))

        assert balanced(run) == []
        assert differences(await should_show(halo.control), await stored(it.database)) == {}
        assert await it.database.companies.count_documents({"state": "live"}) > 0

        mark = await halo.control.mark()
        again = await portal.applied(await portal.sync("quick", join=False))
        assert balanced(again) == []
        requests = await halo.control.requests(mark)
        assert len(requests) <= 15, "a cycle with no change and no list due"


async def test_the_sum_is_right_while_200_tickets_change_under_a_medium_read(place: Place, tmp_path: Path) -> None:
    async with (
        process("--size", "medium", "--set", "limit=100000") as halo,
        connected(place, tmp_path, halo) as (it, portal),
    ):
        await portal.settings("sync", teams="all")
        await halo.control.churn(200, every=4, batch=4, kinds=["create", "change", "delete"])
        run = await portal.applied(await portal.sync("resync"), 180)

        assert (await halo.control.churned())["finished"]
        assert balanced(run) == []
        assert sum(read["listed"] for read in run["reads"] if read["stream"] == "tickets") >= 20_000

        after = await portal.applied(await portal.sync("quick", join=False, streams=["tickets"]), 60)
        assert balanced(after) == []
        assert differences(await should_show(halo.control), await stored(it.database)) == {}


async def test_one_of_two_teams_of_one_name(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, connected(place, tmp_path, halo) as (_, portal):
        await portal.settings("sync", teams=[1])
        await portal.applied(await portal.sync("resync", streams=["companies", "tickets"]))
        mine = await should_show(halo.control, teams=[1])
        assert await shown(portal) == set(mine)
        assert 0 < len(mine) < len(await should_show(halo.control, teams=[1, 2])), "the other Service Desk has some too"

        leaving, coming = min(mine), min(await should_show(halo.control, teams=[2]))
        await halo.control.change(leaving, team_id=2)
        await halo.control.change(coming, team_id=1)
        run = await portal.applied(await portal.sync("quick", streams=["tickets"]))
        assert balanced(run) == []
        assert await shown(portal) == set(mine) - {leaving} | {coming}


async def test_an_excluded_status_empties_at_once_and_refills(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, connected(place, tmp_path, halo) as (it, portal):
        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("resync", streams=["companies", "tickets"]))
        everything, some = await shown(portal), set(await should_show(halo.control, excluded=[2]))
        assert some < everything

        await portal.settings("sync", teams="all", excluded_statuses=[2])
        assert await shown(portal) == some, "at once, without a sync"
        changed = min(everything - some)
        await halo.control.change(changed, summary="Changed while it was hidden")
        await portal.applied(await portal.sync("quick", streams=["tickets"]))
        assert await shown(portal) == some

        await portal.settings("sync", teams="all")
        assert await shown(portal) == everything, "at once, without a sync"
        assert differences(await should_show(halo.control), await stored(it.database)) == {}


async def test_what_halo_deletes_or_merges_leaves_the_portal(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, connected(place, tmp_path, halo) as (_, portal):
        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("resync", streams=["companies", "tickets"]))
        deleted, merged, kept, *_ = sorted(await shown(portal))
        await halo.control.delete(deleted)
        await halo.control.merge(merged, kept)
        run = await portal.applied(await portal.sync("quick", streams=["tickets"]))
        assert balanced(run) == []
        assert {deleted, merged} & await shown(portal) == set()
        told = await portal.call("GET", f"/tickets/{merged}/explain")
        assert str(kept) in str(told), told


async def test_clear_and_resync_ends_equal_to_halo(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, connected(place, tmp_path, halo) as (it, portal):
        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("resync", streams=["companies", "tickets"]))
        companies = await it.database.companies.find({}).to_list(None)
        run = await portal.applied(await portal.sync("clear", streams=["tickets"]))
        assert balanced(run) == []
        assert await shown(portal) == set(await should_show(halo.control))
        assert await it.database.companies.find({}).to_list(None) == companies, "other streams are untouched"

        async def old_ones_are_gone() -> bool:
            versions: list[str] = await it.database.tickets.distinct("version")
            return all(not version.startswith("0" * 14) for version in versions)

        await until(old_ones_are_gone)


async def test_a_change_arrives_by_the_schedule(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, connected(place, tmp_path, halo) as (it, portal):
        await portal.settings("sync", teams="all")
        await portal.settings("tickets", closed_statuses=[9])
        await portal.applied(await portal.sync("resync", streams=["companies", "tickets"]))
        await portal.call("POST", "/integrations/halo/complete")
        ticket = min(await shown(portal))
        await halo.control.change(ticket, summary="Changed in Halo")
        # The schedule's clock is the database's: what is due is brought forward there.
        await it.database.connections.update_one({}, [{"$set": {"next_sync_at": "$$NOW"}}])

        async def arrived() -> bool:
            return bool(await it.database.tickets.count_documents({"content.summary": "Changed in Halo"}))

        await until(arrived)


async def shown(portal: Portal) -> set[int]:
    """The ids of all tickets that the portal lists."""
    ids: set[int] = set()
    cursor = None
    while True:
        query = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        page = await portal.call("GET", "/tickets", params=query)
        ids |= {int(row["id"]) for row in page["items"]}
        cursor = page.get("next")
        if cursor is None:
            return ids
