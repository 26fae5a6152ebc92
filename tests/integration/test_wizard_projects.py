"""Projects: what an item of the planner is linked to, and the list with budgets and dates."""

from datetime import UTC, datetime, timedelta

from support.answers import errors, rows
from support.planner import ITEMS, PROJECTS, planning, project
from support.portal import Portal
from support.trails import actions, told


async def test_a_projects_link_outlives_its_name_and_the_project(portal: Portal) -> None:
    tenant = await planning(portal)
    await project(portal, tenant, 31)
    async with portal.client(tenant) as client:
        item = (await client.post(ITEMS, json={"title": "Own"})).json()["id"]
        path = f"{ITEMS}/{item}"
        assert list(errors(await client.put(f"{path}/project", json={"project": 32}))) == ["project"]
        linked = (await client.put(f"{path}/project", json={"project": 31})).json()["project"]
        assert linked == {"id": 31, "name": "Project 31", "exists": True}
        await project(portal, tenant, 31, summary="Renamed")
        assert (await client.get(path)).json()["project"]["name"] == "Renamed"
        assert (await client.get(f"{PROJECTS}/31")).json()["planner_items"] == [item]
        await portal.mirror(tenant, "projects", 31, None, state="gone", reason="deleted")
        assert (await client.get(path)).json()["project"] == {"id": 31, "name": "Project 31", "exists": False}
        assert (await client.delete(f"{path}/project")).status_code == 204
        assert (await client.get(path)).json()["project"] is None
        assert (await client.delete(f"{path}/project")).status_code == 404
    assert await actions(portal, tenant) == ["planner.item-made", "planner.project-linked", "planner.project-unlinked"]
    assert [fact.type for fact in await told(portal, tenant)] == ["planner.changed"] * 3


async def test_projects_with_budget_and_state(portal: Portal) -> None:
    tenant = await planning(portal)
    await portal.lists(tenant, statuses={2: "In Progress"})
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=9)
    budgets = {"time_budget": 10.0, "time_actual": 10.5, "money_budget": 0.0, "money_actual": 5.0}
    await project(portal, tenant, 31, status_id=2, target=past, **budgets)
    await project(portal, tenant, 32, target=past, closed=past, time_budget=10.0, time_actual=10.0)
    await project(portal, tenant, 33, target=future, client_id=6, money_budget=100.0, money_actual=100.01)
    async with portal.client(tenant) as client:
        shown = await rows(client, PROJECTS)
        assert list(shown) == [33, 32, 31]
        assert shown[31]["status"]["name"] == "In Progress"
        assert shown[31]["time"] == {"budget": 10.0, "actual": 10.5, "used": 1.05, "over": True}
        assert shown[31]["money"] == {"budget": None, "actual": 5.0, "used": None, "over": False}
        for params, found in (
            ({"overdue": "true"}, [31]),
            ({"overdue": "false"}, [33, 32]),
            ({"over_budget": "true"}, [33, 31]),
            ({"over_budget": "false"}, [32]),
            ({"closed": "true"}, [32]),
            ({"client_id": 6}, [33]),
            ({"status_id": 2}, [31]),
            ({"linked": "true"}, []),
            ({"search": "project 3"}, [33, 32, 31]),
        ):
            found_rows = await rows(client, PROJECTS, **params)
            assert list(found_rows) == found, params
            for name, wanted in params.items():
                if name in ("overdue", "over_budget", "closed"):
                    assert {row[name] for row in found_rows.values()} <= {wanted == "true"}, (
                        "the filter's rule is the view's"
                    )
        assert (await client.get(f"{PROJECTS}/99")).status_code == 404
