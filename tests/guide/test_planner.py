"""The guide's *Additional Features*: create opportunities from the Planner module, link projects to planner items."""

import pytest

from support.guided import Guided
from support.planned import COMPANY, planned


@pytest.mark.guide("use.opportunities")
async def test_create_opportunities_from_the_planner_module(guide: Guided) -> None:
    async with planned(guide, auto_import=True) as it:
        body = {"title": "Replace the firewall", "value": 900, "notes": "Ours alone", "client_id": COMPANY}
        item = (await it.portal.call("POST", "/planner/items", body))["id"]
        row = await it.made(item=item)
        assert (row["summary"], row["oppvalue"], row["category_4"]) == ("Replace the firewall", 900, "Chargeable")
        assert "Ours alone" not in str(row)
        found = (await it.has(row["id"]))[row["id"]]
        assert (found["id"], found["source"], found["sync"]) == (item, "created", "managed")
        await it.sync()
        await it.settled()
        assert [each["id"] for each in (await it.items()).values()].count(item) == 1
        titles = [each["title"] for each in (await it.items()).values()]
        assert titles.count("Replace the firewall") == 1, "no second copy by auto-import"
        page = await it.portal.call("GET", "/opportunities", params={"search": "Replace the firewall"})
        assert [(each["id"], each["item"]) for each in page["items"]] == [(row["id"], item)]
        await guide.halo.control.change(row["id"], summary="Replaced")
        await it.sync()
        assert (await it.shows(row["id"], title="Replaced"))["notes"] == "Ours alone"


@pytest.mark.guide("opportunities.halos-errors")
async def test_a_refused_one_keeps_its_item_with_halos_words_until_it_works(guide: Guided) -> None:
    async with planned(guide, categories=[101, None, None, None]) as it:
        item = (await it.portal.call("POST", "/planner/items", {"title": "A", "client_id": COMPANY}))["id"]
        answer = await it.create(item=item)
        assert answer.status_code == 422
        held = await it.portal.call("GET", f"/planner/items/{item}")
        assert held["creation"]["state"] == "refused"
        assert held["creation"]["errors"] == answer.json()["errors"]
        await it.portal.settings("opportunities", workflow_id=5, ticket_type_id=21, categories=[101, 201, 301, 401])
        row = await it.made(item=item)
        assert (await it.has(row["id"]))[row["id"]]["id"] == item


@pytest.mark.guide("use.projects")
async def test_link_projects_to_planner_items(guide: Guided) -> None:
    async with planned(guide) as it:
        project = await guide.halo.control.create(domain="prjs", summary="Rollout", client_id=COMPANY)
        await it.sync()
        item = (await it.portal.call("POST", "/planner/items", {"title": "A"}))["id"]
        linked = await it.portal.call("PUT", f"/planner/items/{item}/project", {"project": project})
        assert linked["project"] == {"id": project, "name": "Rollout", "exists": True}
        assert (await it.portal.call("GET", f"/projects/{project}"))["planner_items"] == [item]
        await guide.halo.control.change(project, summary="Rollout, phase 2")
        await it.sync()
        held = await it.portal.call("GET", f"/planner/items/{item}")
        assert held["project"] == {"id": project, "name": "Rollout, phase 2", "exists": True}
        await guide.halo.control.delete(project)
        await it.sync()
        held = await it.portal.call("GET", f"/planner/items/{item}")
        assert held["project"] == {"id": project, "name": "Rollout", "exists": False}
        await it.portal.call("DELETE", f"/planner/items/{item}/project")
        assert (await it.portal.call("GET", f"/planner/items/{item}"))["project"] is None


@pytest.mark.guide("use.projects")
async def test_projects_are_shown_with_their_budget_and_state(guide: Guided) -> None:
    async with planned(guide) as it:
        page = await it.portal.call("GET", "/projects", params={"limit": "100"})
        rows = {row["id"]: row for row in page["items"]}
        halo = {row["id"]: row async for row in guide.halo.control.tickets("prjs") if not row["deleted"]}
        assert rows.keys() == halo.keys()
        statuses = {row["id"]: row["name"] for row in await guide.halo.control.rows("status")}
        for id, row in rows.items():
            assert row["title"] == halo[id]["summary"]
            assert row["status"]["name"] == statuses[halo[id]["status_id"]]
            assert row["closed"] == (halo[id]["closed"] is not None)
            for kind in ("time", "money"):
                planned_, spent = halo[id][f"project{kind}budget"], halo[id][f"project{kind}actual"]
                assert row[kind]["budget"] == (planned_ or None)
                assert row[kind]["over"] == bool(planned_ and spent > planned_)
        assert any(row["over_budget"] for row in rows.values())
        assert not all(row["over_budget"] for row in rows.values())
