"""The guide's step 2, *Configure Ticket Sync Scope*, and *Enable Ticket Sync*."""

import asyncio
from typing import Any

import pytest

from support.guided import Guided, dry_run, refused, shown
from support.truth import should_show
from support.waiting import until

SECOND_LINE, PROJECTS = 3, 4
CLOSED, CANCELLED = 9, 8


@pytest.mark.guide("scope.teams", "scope.only-selected")
async def test_teams_to_sync_only_tickets_from_selected_teams_will_appear_in_msportal(guide: Guided) -> None:
    await guide.portal.settings("sync", teams=[SECOND_LINE, PROJECTS])
    wanted = await should_show(guide.halo.control, teams=[SECOND_LINE, PROJECTS])
    assert set(await shown(guide.portal)) == set(wanted), "at once"
    await guide.portal.settings("sync", teams="all")
    assert set(await shown(guide.portal)) == set(await should_show(guide.halo.control)), "and back, at once"


@pytest.mark.guide("scope.teams")
async def test_select_which_halo_teams_none_is_no_answer_and_all_teams_is_an_explicit_one(guide: Guided) -> None:
    said = await refused(guide.portal, "sync", tickets=True, teams=[])
    assert "choose the teams to sync" in said["teams"]
    assert '"all"' in said["teams"]
    assert (await guide.portal.settings("sync", teams="all"))["value"]["teams"] == "all"


@pytest.mark.guide("scope.statuses")
async def test_exclude_statuses_select_ticket_statuses_to_exclude_from_sync(guide: Guided) -> None:
    await guide.portal.settings("sync", teams="all", excluded_statuses=[CLOSED, CANCELLED])
    wanted = await should_show(guide.halo.control, excluded=[CLOSED, CANCELLED])
    assert set(await shown(guide.portal)) == set(wanted)
    await guide.portal.settings("sync", teams="all")
    assert set(await shown(guide.portal)) == set(await should_show(guide.halo.control))


async def test_an_excluded_status_that_is_also_mapped_or_closed_is_a_warning(guide: Guided) -> None:
    await guide.portal.settings("tickets", closed_statuses=[CLOSED], stages={"resolved": [CLOSED]})
    saved = await guide.portal.settings("sync", teams="all", excluded_statuses=[CLOSED])
    assert "“Closed” is excluded from the sync but mapped to the stage resolved and listed as closed" in str(saved)


@pytest.mark.guide("scope.define")
async def test_define_which_tickets_to_sync_and_see_first_what_it_would_do(guide: Guided) -> None:
    everything = await should_show(guide.halo.control)
    mine = await should_show(guide.halo.control, teams=[SECOND_LINE])
    narrower = await dry_run(guide.portal, "sync", teams=[SECOND_LINE])
    assert narrower["removes"] == len(everything) - len(mine)
    assert narrower["adds"] == {"known": 0, "about": 0}

    async with guide.newcomer() as portal:
        await portal.settings("sync", teams=[SECOND_LINE])
        await portal.applied(await portal.sync("quick", streams=["tickets"]))
        wider: dict[str, Any] = {"teams": [SECOND_LINE, PROJECTS], "excluded_statuses": [CLOSED]}
        assert (await dry_run(portal, "sync", **wider))["adds"]["about"] is None, "only Halo knows, and was not asked"
        asked = await dry_run(portal, "sync", wait=25, **wider)
        after = await should_show(guide.halo.control, teams=[SECOND_LINE, PROJECTS], excluded=[CLOSED])
        assert asked["removes"] == len([id for id in mine if id not in after])
        assert asked["adds"]["about"] == len([id for id in after if id not in mine])
        assert set(await shown(portal)) == set(mine), "nothing was changed by asking"


@pytest.mark.guide("sync.begins")
async def test_when_you_proceed_to_the_next_step_data_sync_will_begin_in_the_background(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams=[PROJECTS])
        answer = await portal.http.post("/api/v1/syncs", json={"kind": "quick"})
        assert answer.status_code == 202
        assert answer.headers["location"].endswith(answer.json()["id"])
        await portal.applied(answer.json()["id"])
        assert set(await shown(portal)) == set(await should_show(guide.halo.control, teams=[PROJECTS]))


@pytest.mark.guide("sync.once")
async def test_the_same_sync_will_not_run_multiple_times_within_a_2_minute_window(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams=[PROJECTS])
        first = await portal.sync("quick")
        answers = await asyncio.gather(*(portal.sync("quick") for _ in range(5)))
        await portal.applied(first)
        assert {*answers, await portal.sync("quick")} == {first}, "back and forth between the steps"
        runs = (await portal.call("GET", "/syncs", params={"kind": "sync"}))["items"]
        assert [run["id"] for run in runs] == [first]


@pytest.mark.guide("sync.tickets")
async def test_enable_ticket_sync_switched_off_stops_reading_and_keeps_what_is_stored(guide: Guided) -> None:
    before = await shown(guide.portal)
    await guide.portal.settings("sync", teams="all", tickets=False)
    changed = min(before)
    await guide.halo.control.change(changed, summary="Changed while ticket sync was off")
    run = await guide.portal.applied(await guide.portal.sync("resync", join=True))
    read = {each["stream"] for each in run["reads"]}
    assert ("tickets" in read, read >= {"reference", "companies", "contacts"}) == (False, True)
    assert await shown(guide.portal) == before

    card = await guide.portal.call("GET", "/integrations/halo")
    stream = next(each for each in card["streams"] if each["stream"] == "tickets")
    page = await guide.portal.call("GET", "/tickets", params={"limit": "1"})
    assert (stream["enabled"], page["not_synced_since"]) == (False, stream["not_synced_since"])
    assert page["not_synced_since"] is not None
    off = await guide.portal.http.post("/api/v1/syncs", json={"kind": "clear", "streams": ["tickets"]})
    assert off.status_code == 422, "what is stored would go, and nothing come"

    await guide.portal.settings("sync", teams="all")
    await guide.portal.applied(await guide.portal.sync("quick", streams=["tickets"]))
    assert (await shown(guide.portal))[changed]["summary"] == "Changed while ticket sync was off"
    assert (await guide.portal.call("GET", "/tickets", params={"limit": "1"}))["not_synced_since"] is None


async def test_enable_ticket_sync_switched_off_while_tickets_are_read_ends_their_reading(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams="all")
        await guide.lists_are_read(portal)
        await guide.halo.control.config(latency=1.0)
        try:
            id = await portal.sync("quick", streams=["companies", "tickets"])

            async def reading() -> bool:
                reads = (await portal.run(id))["reads"]
                return any(read["stream"] == "tickets" and read["state"] == "reading" for read in reads)

            await until(reading)
            await portal.settings("sync", teams="all", tickets=False)
            run = await portal.applied(id)
        finally:
            await guide.halo.control.config(latency=0.0)
        ends = {
            stream: {r["state"] for r in run["reads"] if r["stream"] == stream} for stream in ("companies", "tickets")
        }
        assert ends["companies"] == {"applied"}
        assert "failed" in ends["tickets"], "left at the next page"
        card = await portal.call("GET", "/integrations/halo")
        assert next(each for each in card["streams"] if each["stream"] == "tickets")["synced_at"] is None

        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("quick"))
        assert set(await shown(portal)) == set(await should_show(guide.halo.control))
