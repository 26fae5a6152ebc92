"""*Halo changed* and *explain*: what an admin is told without asking, and for any ticket number when asked."""

from typing import Any

from support.guided import Guided, dry_run, shown

PROJECTS, SECOND_LINE, NEW = 4, 3, 1


async def changes(guide: Guided, wait: int = 0) -> dict[str, dict[str, Any]]:
    """What changed in Halo, by kind."""
    headers = {"prefer": f"wait={wait}"} if wait else {}
    found = await guide.portal.call("GET", "/integrations/halo/changes", headers=headers)
    return {change["kind"]: change for change in found["items"]}


async def act(guide: Guided, action: dict[str, Any]) -> Any:
    """Send an action as it is written."""
    headers = {"if-match": action["if_match"]} if action["if_match"] else {}
    path = action["href"].removeprefix("/api/v1")
    return await guide.portal.call(action["method"], path, action["body"], headers=headers)


async def test_a_new_team_is_offered_with_halos_count_and_one_request_syncs_it(guide: Guided) -> None:
    await guide.portal.settings("sync", teams=[PROJECTS])
    team = (await guide.halo.control.add("team", name="Project Desk", department_id=3, inactive=False))["id"]
    made = [await guide.halo.control.create(team_id=team, status_id=NEW, client_id=12) for _ in range(3)]
    try:
        await guide.lists_are_read(guide.portal)
        assert (await changes(guide))["team_new"]["sentence"] == "New team Project Desk: sync it?"
        told = (await changes(guide, wait=25))["team_new"]
        assert told["sentence"] == "New team Project Desk, 3 tickets: sync it?"
        await act(guide, told["action"])
        assert "team_new" not in await changes(guide)
        await guide.portal.applied(await guide.portal.sync("quick", streams=["tickets"]))
        assert set(made) <= set(await shown(guide.portal))
    finally:
        await guide.halo.control.remove("team", team)
        for id in made:
            await guide.halo.control.delete(id)
    await guide.lists_are_read(guide.portal)
    gone = (await changes(guide))["team_gone"]
    assert "Project Desk" in gone["sentence"]
    await act(guide, gone["action"])
    assert await changes(guide) == {}


async def test_a_status_in_no_stage_and_a_client_comment_status_that_vanished(guide: Guided) -> None:
    control = guide.halo.control
    review = (await control.add("status", name="In Review"))["id"]
    ids = [await control.create(team_id=PROJECTS, status_id=review, client_id=12) for _ in range(2)]
    try:
        await guide.lists_are_read(guide.portal)
        statuses = [row["id"] for row in await control.rows("status") if row["id"] != review]
        await guide.portal.settings("tickets", stages={"working": statuses}, client_comment_status=review)
        await guide.portal.applied(await guide.portal.sync("quick", streams=["tickets"]))
        told = (await changes(guide))["status_unmapped"]
        assert told["sentence"] == "Status In Review is in no stage: 2 tickets."
        await act(guide, told["dismiss"])
        assert "status_unmapped" not in await changes(guide), "dismissed"
    finally:
        await control.remove("status", review)
        for id in ids:
            await control.delete(id)
    await guide.lists_are_read(guide.portal)
    vanished = (await changes(guide))["comment_status_gone"]
    assert vanished["sentence"].startswith("Client Comment Status In Review vanished")
    await act(guide, vanished["action"])
    assert "comment_status_gone" not in await changes(guide)


async def test_explain_tells_deleted_merged_invisible_and_not_read_yet(guide: Guided) -> None:
    control, portal = guide.halo.control, guide.portal
    ids = [await control.create(team_id=PROJECTS, status_id=NEW, client_id=12, summary=f"No. {n}") for n in range(4)]
    deleted, merged, hidden, _ = ids
    told = await explained(guide, hidden)
    assert (told["reason"], told["live"], told["here"]) == ("not_read_yet", True, False)
    await portal.settings("tickets", closed_statuses=[9])
    await portal.applied(await portal.sync("quick", streams=["tickets"]))
    assert (await explained(guide, hidden))["reason"] == "visible"
    assert (await explained(guide, hidden))["trace"]

    await control.delete(deleted)
    await control.merge(merged, hidden)
    await portal.settings("tickets", closed_statuses=[8])
    await portal.applied(await portal.sync("quick", streams=["tickets"]))
    assert (await explained(guide, deleted))["reason"] == "deleted"
    assert (await explained(guide, merged))["merged_into"] == hidden
    never = await explained(guide, 999_999)
    assert (never["reason"], never["live"]) == ("not_visible", True)
    assert "the agent may not see it" in never["sentence"]


async def test_explain_says_that_ticket_sync_is_off(guide: Guided) -> None:
    await guide.portal.settings("sync", teams="all", tickets=False)
    id = await guide.halo.control.create(team_id=SECOND_LINE, status_id=NEW, client_id=12)
    told = await explained(guide, id)
    assert (told["reason"], told["remedy"]) == ("switched_off", "Switch on Enable Ticket Sync in step 2, Sync.")
    await guide.halo.control.delete(id)


async def test_switching_off_warns_and_removes_nothing(guide: Guided) -> None:
    told = await dry_run(guide.portal, "sync", teams="all", tickets=False)
    assert told["removes"] == 0
    assert "stay as they are" in told["warnings"][0]


async def explained(guide: Guided, id: int) -> dict[str, Any]:
    return dict(await guide.portal.call("GET", f"/tickets/{id}/explain", headers={"prefer": "wait=25"}))
