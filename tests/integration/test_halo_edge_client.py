"""The client against a simulated Halo that limits, fails, revokes and breaks off."""

import asyncio
import json
from typing import Any

import pytest

from connector.halo.clean_company import company
from connector.halo.clean_ticket import ticket
from connector.halo.client import Params, Reply
from connector.halo.errors import HaloError
from connector.halo.listing import rows
from connector.halo.lists import REFERENCE_LISTS
from halo_simulator.running import Running, running
from halobus import metrics
from support.halo_edge import Instant, Spent, open_client

PAGE: Params = {"pageinate": True, "page_no": 1, "page_size": 100, "order": "id", "domain": "reqs"}


async def get(halo: Running, path: str = "Tickets", clock: Instant | None = None, spent: Spent | None = None) -> Reply:
    client = await open_client(halo, spent, clock)
    try:
        return await client.get(path, PAGE)
    finally:
        await client.aclose()


async def refused(halo: Running, path: str = "Tickets", clock: Instant | None = None) -> HaloError:
    with pytest.raises(HaloError) as caught:
        await get(halo, path, clock)
    return caught.value


async def test_a_reply_carries_halos_data_and_time() -> None:
    async with running() as halo:
        spent, before = Spent(), metrics.value(metrics.HALO_REQUESTS, outcome="ok")
        reply = await get(halo, spent=spent)
    found, total = rows(reply.data, "tickets")
    assert len(found) == 100
    assert total is not None
    assert total > 200
    assert reply.date is not None
    assert reply.date.utcoffset() is not None
    assert spent.calls == [True, False]
    assert metrics.value(metrics.HALO_REQUESTS, outcome="ok") >= before + 2


async def test_every_ticket_and_client_of_a_halo_with_odd_ids_is_cleaned() -> None:
    async with running(odd_ids=True) as halo:
        tickets, _ = rows((await get(halo)).data, "tickets")
        clients, _ = rows((await get(halo, "Client")).data, "clients")
    cleaned = [ticket(row, {"Second Line": 3}) for row in tickets]
    assert len({one.id for one in cleaned}) == len(tickets)
    assert any(one.team == "Second Line" and one.team_id == 3 for one in cleaned)
    assert {one.team_id for one in cleaned if one.team == "Service Desk"} == {None}
    assert all(one.last_update is not None for one in cleaned)
    assert len([company(row) for row in clients]) == len(clients)


async def test_every_reference_list_is_read_and_cleaned() -> None:
    async with running() as halo:
        client = await open_client(halo)

        async def data(path: str, params: Params) -> Any:
            return (await client.get(path, params)).data

        lists = {name: await source.read(data) for name, source in REFERENCE_LISTS.items()}
        await client.aclose()
    assert all(lists[name] for name in lists if name != "top-levels")
    departments = {item.attributes["department_name"] for item in lists["teams"] if item.name == "Service Desk"}
    assert len(departments) == 2
    assert len({item.id for item in lists["priorities"]}) == len(lists["priorities"])
    assert {item.attributes["level"] for item in lists["categories"]} == {1, 2, 3, 4}
    assert {item.attributes["domain"] for item in lists["ticket-types"]} == {"reqs", "opps", "prjs"}
    assert {item.attributes["domain"] for item in lists["opportunity-types"]} == {"opps"}
    assert all(item.attributes["steps"] for item in lists["workflows"])
    assert 1 not in {item.id for item in lists["agents"]}
    assert any(item.inactive for item in lists["agents"])
    assert [item.attributes["is_api_agent"] for item in lists["agents"] if item.id == 3] == [True]


async def test_one_token_serves_all_and_a_revoked_one_is_renewed_once() -> None:
    async with running() as halo:
        client = await open_client(halo)
        await asyncio.gather(*(client.get("Team") for _ in range(5)))
        assert len(await halo.control.tokens()) == 1
        await halo.control.revoke()
        await client.get("Team")
        assert len(await halo.control.tokens()) == 2
        await client.aclose()


async def test_a_disabled_application_is_a_matter_of_credentials() -> None:
    async with running() as halo:
        client = await open_client(halo)
        await client.get("Team")
        await halo.control.application(halo.client_id, enabled=False)
        with pytest.raises(HaloError) as caught:
            await client.get("Team")
        await client.aclose()
    assert caught.value.kind == "credentials"
    assert "invalid_client" in (caught.value.problem.halo or "")


@pytest.mark.parametrize("fault", ["500", "reset_mid_body", "truncated_json"])
async def test_a_short_outage_is_sat_out_and_each_attempt_spends_budget(fault: str) -> None:
    async with running() as halo:
        await halo.control.fault(fault, count=2, path="/Tickets")
        clock, spent = Instant(), Spent()
        reply = await get(halo, clock=clock, spent=spent)
    assert len(rows(reply.data, "tickets")[0]) == 100
    assert clock.slept == [1, 2]
    assert len(spent.calls) == 4


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        ("500", "Halo is having trouble"),
        ("reset_mid_body", "The connection to Halo broke"),
        ("truncated_json", "Halo's answer was incomplete"),
    ],
)
async def test_an_outage_that_stays_is_told(fault: str, title: str) -> None:
    async with running() as halo:
        await halo.control.fault(fault, count=None, path="/Tickets")
        clock = Instant()
        error = await refused(halo, clock=clock)
    assert (error.kind, error.problem.title, error.transient) == ("outage", title, True)
    assert len(clock.slept) == 3


@pytest.mark.parametrize(("header", "seconds"), [(True, 7.0), (False, None)])
async def test_a_429_is_the_callers_to_wait_out(header: bool, seconds: float | None) -> None:
    async with running(retry_after=header) as halo:
        await halo.control.fault("429_storm", path="/Tickets", params={"retry_after": 7})
        clock = Instant()
        error = await refused(halo, clock=clock)
    assert (error.kind, error.retry_after, clock.slept) == ("rate_limit", seconds, [])
    assert error.problem.halo == "Rate Limit Reached - 300 Requests per rolling 5 minute window"


async def test_maintenance_pages_are_no_data() -> None:
    async with running() as halo:
        await halo.control.fault("html", count=None, path="/Tickets")
        error = await refused(halo)
    assert (error.kind, error.problem.halo) == ("address", "Maintenance")


@pytest.mark.parametrize("shape", ["message", "result_code", "class_name", "error", "text", "html", "other"])
async def test_halos_words_are_kept_in_every_shape(shape: str) -> None:
    async with running(error_shape=shape) as halo:
        kept = ["read:tickets", "read:customers"]
        await halo.control.application(halo.client_id, permissions=kept)
        error = await refused(halo, "Projects")
    assert error.kind == "permission"
    assert "You do not have permission to read projects" in (error.problem.halo or "")


async def test_what_is_not_there_and_what_is_refused_carry_their_status() -> None:
    async with running() as halo:
        missing = await refused(halo, "Tickets/99999999")
        client = await open_client(halo)
        with pytest.raises(HaloError) as caught:
            await client.get("Tickets", {"pageinate": True, "page_size": "many"})
        await client.aclose()
    assert (missing.kind, missing.status) == ("validation", 404)
    assert missing.problem.title == "Halo does not find GET /Tickets/{id}"
    assert caught.value.kind == "validation"
    assert caught.value.problem.halo == "page_size: The value 'many' is not valid."


async def test_errors_hold_no_token_and_no_secret() -> None:
    async with running() as halo:
        await halo.control.fault("500", count=None, path="/Tickets")
        error = await refused(halo)
        secrets = [*await halo.control.tokens(), halo.client_secret]
    shown = json.dumps([str(error), repr(error), error.problem.model_dump(), repr(error.__context__)])
    assert not [secret for secret in secrets if secret in shown]
    assert error.__cause__ is None
