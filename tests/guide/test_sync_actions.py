"""The guide's *Sync Actions*, *Complete Setup* and *Managing Your Integration*."""

from datetime import datetime, timedelta

import pytest

from support.guided import Guided, shown
from support.truth import balanced, should_show

PROJECTS, SECURITY = 4, 5


@pytest.mark.guide("actions.buttons", "actions.quick")
async def test_quick_sync_trigger_an_immediate_sync_of_ticket_data(guide: Guided) -> None:
    id = await guide.halo.control.create(summary="Made a moment ago", team_id=PROJECTS, client_id=12)
    run = await guide.portal.applied(await guide.portal.sync("quick", streams=["tickets"], join=True))
    assert (run["mode"], run["streams"], balanced(run)) == ("quick", ["tickets"], [])
    assert {read["kind"] for read in run["reads"] if read["stream"] == "tickets"} <= {
        "incremental",
        "repair",
        "deleted",
    }
    assert (await shown(guide.portal))[id]["summary"] == "Made a moment ago"


@pytest.mark.guide("actions.buttons", "actions.clear")
async def test_clear_and_resync_delete_all_synced_tickets_and_perform_a_fresh_sync(guide: Guided) -> None:
    portal = guide.portal
    companies = (await portal.call("GET", "/companies"))["items"]
    id = await portal.sync("clear", streams=["tickets"])
    told = (await portal.call("GET", f"/tickets/{min(await should_show(guide.halo.control))}/explain"))["reason"]
    assert told in ("cleared", "visible"), "gone from the click on, until it is read again"
    run = await portal.applied(id)
    assert balanced(run) == []
    assert set(await shown(portal)) == set(await should_show(guide.halo.control))
    assert (await portal.call("GET", "/companies"))["items"] == companies, "tickets alone"


@pytest.mark.guide("manage.resync")
async def test_resync_trigger_a_manual_sync_of_data_all_enabled_streams_and_lists(guide: Guided) -> None:
    run = await guide.portal.applied(await guide.portal.sync("resync", join=True))
    assert {read["stream"] for read in run["reads"]} >= {"reference", "companies", "contacts", "tickets"}
    [lists] = [read for read in run["reads"] if read["stream"] == "reference"]
    assert lists["listed"] == 12, "every reference list"


@pytest.mark.guide("manage.psa-data")
async def test_sync_psa_data_refresh_configuration_data_from_halo_psa(guide: Guided) -> None:
    team = await guide.halo.control.add("team", name="Weekend Desk", department_id=1)
    tickets = await shown(guide.portal)
    await guide.lists_are_read(guide.portal)
    picker = await guide.portal.call("GET", "/integrations/halo/reference/teams")
    assert {item["id"]: item["name"] for item in picker["items"]}[team["id"]] == "Weekend Desk"
    assert await shown(guide.portal) == tickets, "lists alone"
    await guide.halo.control.remove("team", team["id"])


@pytest.mark.guide("complete.finish")
async def test_complete_setup_finishes_the_wizard_and_the_schedule_begins(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams=[PROJECTS], interval_minutes=30)
        assert (await portal.call("GET", "/integrations/halo"))["next_sync_reason"].endswith("Complete Setup.")
        done = await portal.call("POST", "/integrations/halo/complete")
        due = datetime.fromisoformat(done["next_sync_at"]) - datetime.fromisoformat(done["completed"])
        assert (done["step"], due, done["next_sync_reason"]) == ("done", timedelta(minutes=30), "")


@pytest.mark.guide("complete.resume")
async def test_you_can_return_to_the_setup_wizard_it_will_resume_with_your_current_settings(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams=[PROJECTS, SECURITY], excluded_statuses=[9])
        await portal.call("PATCH", "/integrations/halo", {"step": "configure"})
        async with guide.system.portal(portal.tenant) as later:
            assert (await later.call("GET", "/integrations/halo"))["step"] == "configure"
            value = (await later.call("GET", "/integrations/halo/settings/sync"))["value"]
            assert (value["teams"], value["excluded_statuses"]) == ([PROJECTS, SECURITY], [9])
