"""Tickets and companies as the portal shows them: scope, generation, stage, names, a client's own companies."""

from datetime import UTC, datetime, timedelta

from support.answers import ids
from support.portal import HALO, Portal

TICKETS, COMPANIES = "/api/v1/tickets", "/api/v1/companies"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


async def test_scope_and_generation_are_filters_on_reading(portal: Portal) -> None:
    tenant = await portal.connected(teams=[7], excluded_statuses=[9])
    await portal.ticket(tenant, 1)
    await portal.ticket(tenant, 2, team_id=8)
    await portal.ticket(tenant, 3, status_id=9)
    await portal.ticket(tenant, 4, team_id=None)
    await portal.mirror(tenant, "tickets", 5, None, state="gone", reason="deleted")
    async with portal.client(tenant) as client:
        assert await ids(client, TICKETS) == [1]
        assert [(await client.get(f"{TICKETS}/{id}")).status_code for id in range(1, 6)] == [200, 404, 404, 404, 404]
        await portal.choose(tenant, "sync", {"teams": "all"}, revision=2)
        assert await ids(client, TICKETS) == [4, 3, 2, 1]
        await client.post("/api/v1/syncs", json={"kind": "clear", "streams": ["tickets"]})
        assert await ids(client, TICKETS) == []
        assert (await client.get(f"{TICKETS}/1")).status_code == 404
        await portal.ticket(tenant, 1, generation=0)
        assert await ids(client, TICKETS) == []


async def test_stage_closed_and_names_are_told_when_read(portal: Portal) -> None:
    tenant = await portal.connected()
    await portal.lists(tenant, statuses={1: "New", 9: "Closed"}, teams={7: "Service Desk"}, agents={3: "Ada"})
    priorities = [{"id": f"{sla}-1", "name": name, "attributes": {"sla_id": sla, "priority_id": 1}} for sla, name in
                  ((1, "Critical"), (2, "Low"))]  # fmt: skip
    await portal.mirror(tenant, "reference", "priorities", {"name": "priorities", "items": priorities})
    await portal.mirror(tenant, "companies", 5, {"id": 5, "name": "Wayne"})
    await portal.choose(tenant, "tickets", {"closed_statuses": [9], "stages": {"new": [1]}})
    await portal.ticket(tenant, 1, priority_id=1, sla_id=2, agent_id=3, team="never trusted")
    await portal.ticket(tenant, 2, status_id=9, team_id=70, client_id=50, details="<b>x</b>")
    async with portal.client(tenant) as client:
        one, two = (await client.get(f"{TICKETS}/1")).json(), (await client.get(f"{TICKETS}/2")).json()
        assert (one["status"]["name"], one["stage"], one["closed"]) == ("New", "new", False)
        assert (one["priority"]["name"], one["agent"]["name"], one["company"]["name"]) == ("Low", "Ada", "Wayne")
        assert one["team"] == {"id": 7, "name": "Service Desk", "colour": None}
        assert (two["stage"], two["closed"], two["team"]["name"], two["company"]["name"]) == (None, True, None, None)
        assert two["stored"]["run"] == "run-1"
        # A changed mapping shows at the next read.
        await portal.choose(tenant, "tickets", {"stages": {"working": [1, 9]}})
        assert (await client.get(f"{TICKETS}/2")).json()["stage"] == "working"
        assert await ids(client, TICKETS, stage="working") == [2, 1]


async def test_filters_search_and_pages(portal: Portal) -> None:
    tenant = await portal.connected()
    await portal.choose(tenant, "tickets", {"closed_statuses": [9], "stages": {"new": [1], "resolved": [9]}})
    for id in range(1, 13):
        # Pairs of one moment, and some without any, so that page edges fall into ties.
        when = NOW + timedelta(minutes=id // 2) if id < 10 else None
        status, team, company = (9 if id % 3 == 0 else 1), 7 + id % 2, id % 4
        await portal.ticket(tenant, id, last_action=when, status_id=status, team_id=team, client_id=company)
    await portal.ticket(tenant, 13, summary="Printer (HP) is on fire: 100% $sad", status_id=4)
    order = [9, 8, 7, 6, 5, 4, 3, 2, 1, 13, 12, 11, 10]
    async with portal.client(tenant) as client:
        for limit in (1, 2, 3, 100):
            assert await ids(client, TICKETS, limit=limit) == order
        assert await ids(client, TICKETS, status_id=9) == [9, 6, 3, 12]
        assert await ids(client, TICKETS, status_id=[9, 4]) == [9, 6, 3, 13, 12]
        assert await ids(client, TICKETS, team_id=8, client_id=1) == [9, 5, 1]
        assert await ids(client, TICKETS, stage="resolved") == await ids(client, TICKETS, closed=True) == [9, 6, 3, 12]
        assert await ids(client, TICKETS, stage="unmapped") == [13]
        assert await ids(client, TICKETS, stage="waiting") == []
        assert 9 not in await ids(client, TICKETS, closed=False)
        assert await ids(client, TICKETS, search="(hp) IS") == await ids(client, TICKETS, search="100% $sad") == [13]
        assert await ids(client, TICKETS, search="12") == [12]
        for wrong in ({"stage": "begun"}, {"status": 1}, {"limit": 1000}, {"cursor": "bm9uc2Vuc2U"}, {"closed": "x"}):
            answer = await client.get(TICKETS, params=wrong)
            assert [error["field"] for error in answer.json()["errors"]] == list(wrong)
        for wrong_id in ("0", "x", "99999999999999999999"):
            assert (await client.get(f"{TICKETS}/{wrong_id}")).status_code == 422


async def test_a_tenant_sees_nothing_of_another(portal: Portal) -> None:
    one, other = await portal.connected(), await portal.connected()
    await portal.ticket(one, 1)
    await portal.mirror(one, "companies", 5, {"id": 5, "name": "Wayne"})
    async with portal.client(one) as client:
        await client.patch(HALO, json={"step": "sync"})
        assert (await ids(client, TICKETS), await ids(client, COMPANIES)) == ([1], [5])
    async with portal.client(other) as client:
        assert (await ids(client, TICKETS), await ids(client, COMPANIES)) == ([], [])
        assert (await client.get(f"{TICKETS}/1")).status_code == 404
        assert (await client.get(f"{COMPANIES}/5")).status_code == 404
        assert (await client.get("/api/v1/audit")).json()["items"] == []
        assert (await client.get(HALO)).json()["step"] == "connect"


async def test_a_clients_user_sees_only_their_companies(portal: Portal) -> None:
    tenant = await portal.connected()
    await portal.ticket(tenant, 1, client_id=5)
    await portal.ticket(tenant, 2, client_id=6)
    await portal.ticket(tenant, 3, client_id=None)
    for id in (5, 6):
        await portal.mirror(tenant, "companies", id, {"id": id, "name": f"Company {id}", "notes": "owes us money"})
    async with portal.client(tenant, companies=[5]) as client:
        assert (await ids(client, TICKETS), await ids(client, COMPANIES)) == ([1], [5])
        assert await ids(client, TICKETS, client_id=6) == []
        assert (await client.get(f"{COMPANIES}/5")).json()["notes"] is None
        for path in (f"{TICKETS}/2", f"{TICKETS}/3", f"{COMPANIES}/6", f"{TICKETS}/2/explain", f"{TICKETS}/99/explain"):
            assert (await client.get(path)).status_code == 404, path
        assert (await client.get(f"{TICKETS}/1/explain")).json()["here"] is True
        for path in (HALO, "/api/v1/syncs", "/api/v1/audit", f"{HALO}/reference/teams", f"{HALO}/connection"):
            assert (await client.get(path)).status_code == 403, path
    async with portal.client(tenant, companies=[]) as client:
        assert (await ids(client, TICKETS), await ids(client, COMPANIES)) == ([], [])
    async with portal.client(tenant) as client:
        assert (await client.get(f"{COMPANIES}/5")).json()["notes"] == "owes us money"


async def test_companies_by_name(portal: Portal) -> None:
    tenant = await portal.connected()
    for id, name in ((1, "Wayne"), (2, "Acme"), (3, "Wayne"), (4, "Zorg (old)")):
        await portal.mirror(tenant, "companies", id, {"id": id, "name": name, "inactive": id == 4})
    async with portal.client(tenant) as client:
        for limit in (1, 2, 100):
            assert await ids(client, COMPANIES, limit=limit) == [2, 1, 3, 4]
        assert await ids(client, COMPANIES, inactive=False) == [2, 1, 3]
        assert await ids(client, COMPANIES, search="(OLD") == [4]
        assert (await client.get(f"{COMPANIES}/2")).json()["name"] == "Acme"
