"""The guide's step 3, *Ticket Settings*: closed statuses, Client Comment Status, the Resolution Status Stepper."""

import pytest

from support.guided import Guided, refused, shown
from support.truth import should_show
from support.waiting import until

NEW, IN_PROGRESS, WITH_USER, SUPPLIER, RESOLVED, CLOSED, UPDATED, TRIAGED, VENDOR = 1, 2, 4, 5, 8, 9, 21, 23, 24
PORTAL_COMMENT = 4
STAGES = {
    "new": [NEW],
    "triaged": [TRIAGED],
    "working": [IN_PROGRESS, UPDATED],
    "waiting": [WITH_USER, SUPPLIER],
    "resolved": [RESOLVED, CLOSED],
}


@pytest.mark.guide("configure.closed")
async def test_closed_statuses_select_statuses_that_indicate_a_ticket_is_closed(guide: Guided) -> None:
    await guide.portal.settings("tickets", closed_statuses=[CLOSED, RESOLVED])
    rows = await shown(guide.portal)
    assert {id for id, row in rows.items() if row["closed"]} == set(await shown(guide.portal, closed="true"))
    assert {row["status"]["name"] for row in rows.values() if row["closed"]} == {"Closed", "Resolved"}
    assert "Closed" not in {row["status"]["name"] for row in rows.values() if not row["closed"]}


@pytest.mark.guide("configure.comment-status")
async def test_client_comment_status_the_status_to_set_when_a_client_comments(guide: Guided) -> None:
    saved = await guide.portal.settings("tickets", client_comment_status=UPDATED)
    assert saved["value"]["client_comment_status"] == UPDATED
    said = await refused(guide.portal, "sync", teams="all", excluded_statuses=[UPDATED])
    assert "“Updated”, the Client Comment Status: a commented ticket would vanish" in said["excluded_statuses"]
    await guide.portal.settings("tickets")
    await guide.portal.settings("sync", teams="all", excluded_statuses=[UPDATED])
    said = await refused(guide.portal, "tickets", client_comment_status=UPDATED)
    assert "a commented ticket would vanish" in said["client_comment_status"]


@pytest.mark.guide("configure.comment-status")
async def test_a_ticket_gets_the_client_comment_status_when_a_client_comments(guide: Guided) -> None:
    control, portal = guide.halo.control, guide.portal
    await portal.settings("tickets", client_comment_status=UPDATED, comment_outcome=PORTAL_COMMENT)
    id = await control.create(status_id=IN_PROGRESS, team_id=3, client_id=12, summary="Commented on")
    try:
        await portal.applied(await portal.sync("quick", streams=["tickets"]))
        allowed = ("tickets:read", "tickets:comment")
        async with guide.system.portal(portal.tenant, allowed, companies=[12], sub="u1", name="Ann") as client:
            body = {"text": "It works again."}
            await client.call("POST", f"/tickets/{id}/comments", body, headers={"idempotency-key": f"ann-{id}"})

            async def has_it() -> bool:
                return bool((await client.call("GET", f"/tickets/{id}"))["status"]["name"] == "Updated")

            await until(has_it)
        assert (await control.ticket(id))["status_id"] == UPDATED, "in Halo as well"
    finally:
        await control.delete(id)
        await portal.applied(await portal.sync("resync", streams=["tickets"]))


@pytest.mark.guide(
    "stepper.map", "stepper.new", "stepper.triaged", "stepper.working", "stepper.waiting", "stepper.resolved"
)
@pytest.mark.parametrize("stage", STAGES)
async def test_map_your_halo_statuses_to_each_stage(guide: Guided, stage: str) -> None:
    await guide.portal.settings("tickets", stages=STAGES)
    wanted = {id for id, row in (await should_show(guide.halo.control)).items() if row["status_id"] in STAGES[stage]}
    rows = await shown(guide.portal, stage=stage)
    assert set(rows) == wanted
    assert {row["stage"] for row in rows.values()} <= {stage}


@pytest.mark.guide("stepper.several")
async def test_you_can_map_multiple_halo_statuses_to_each_stage_but_none_to_two(guide: Guided) -> None:
    saved = await guide.portal.settings("tickets", stages=STAGES)
    assert saved["value"]["stages"]["waiting"] == [WITH_USER, SUPPLIER]
    said = await refused(guide.portal, "tickets", stages={"new": [NEW], "working": [NEW, IN_PROGRESS]})
    assert "stands in two stages" in said["stages"]


@pytest.mark.guide("stepper.shows", "stepper.current")
async def test_the_stepper_will_show_the_appropriate_stage_based_on_the_tickets_current_status(guide: Guided) -> None:
    portal = guide.portal
    await portal.settings("tickets", stages=STAGES)
    id = next(id for id, row in (await shown(portal)).items() if row["stage"] == "working")
    await guide.halo.control.change(id, status_id=WITH_USER)
    await portal.applied(await portal.sync("quick", streams=["tickets"]))
    assert (await portal.call("GET", f"/tickets/{id}"))["stage"] == "waiting"
    await portal.settings("tickets", stages={"triaged": [WITH_USER]})
    assert (await portal.call("GET", f"/tickets/{id}"))["stage"] == "triaged", "a changed mapping, at the next read"


async def test_statuses_in_no_stage_are_listed_with_the_tickets_they_hold(guide: Guided) -> None:
    await guide.portal.settings("tickets", stages=STAGES)
    mapped = {status for statuses in STAGES.values() for status in statuses}
    found = await guide.portal.call("GET", "/integrations/halo/settings/tickets/unmapped")
    held = [row["status_id"] for row in (await should_show(guide.halo.control)).values()]
    assert {row["id"]: row["tickets"] for row in found["items"] if row["tickets"]} == {
        status: held.count(status) for status in set(held) - mapped
    }
    assert {"name": "Vendor", "id": VENDOR}.items() <= next(
        row for row in found["items"] if row["id"] == VENDOR
    ).items()
    assert found["tickets"] == len(await shown(guide.portal, stage="unmapped"))


async def test_names_come_from_halos_lists_and_a_prioritys_needs_its_sla(guide: Guided) -> None:
    lists = {kind: await guide.halo.control.rows(kind) for kind in ("status", "team", "tickettype", "priority")}
    names = {kind: {row["id"]: row["name"] for row in rows} for kind, rows in lists.items()}
    priorities = {(row["slaid"], row["priorityid"]): row["name"] for row in lists["priority"]}
    stored = {
        doc["content"]["id"]: doc["content"]
        async for doc in guide.system.database.tickets.find({"tenant": guide.portal.tenant, "state": "live"})
    }
    rows = await shown(guide.portal)
    assert len({row["priority"]["name"] for row in rows.values()}) > 4, "numbers begin anew in every SLA"
    for id, row in rows.items():
        assert row["status"]["name"] == names["status"][row["status"]["id"]]
        assert row["team"]["name"] == names["team"][row["team"]["id"]]
        assert row["type"]["name"] == names["tickettype"][row["type"]["id"]]
        assert row["priority"]["name"] == priorities[stored[id]["sla_id"], row["priority"]["id"]]
