"""Opportunities on the whole system: each that Halo has, field by field, through every change, and the sums right."""

from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.running import running
from halo_simulator.scopes import GUIDE
from support.sales import reason, should_be, stored
from support.synced import an_hour_later, synced
from support.system import Portal, System
from support.truth import balanced, differences, should_show
from support.truth import stored as stored_tickets

QUIET = 15
"""Requests that a cycle without a change may cost."""


async def again(it: System, portal: Portal, **body: Any) -> dict[str, Any]:
    """A quick sync; the one before, if any, no longer stands for it."""
    await an_hour_later(it.database)
    run = await portal.applied(await portal.sync("quick", join=False, **body))
    assert balanced(run) == []
    return run


def reads(run: dict[str, Any], stream: str) -> dict[str, dict[str, Any]]:
    return {read["kind"]: read for read in run["reads"] if read["stream"] == stream}


async def test_a_sync_brings_every_opportunity_and_nothing_else(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo, opportunities=True) as (it, portal, run):
        assert balanced(run) == []
        wanted = await should_be(halo.control, "opps")
        assert len(wanted) == 40
        assert {row["state"] for row in wanted.values()} >= {"open", "won", "lost"}
        assert {row["client_id"] for row in wanted.values()} >= {None}, "prospects without a client"
        assert await stored(it.database, "opportunities") == wanted
        assert differences(await should_show(halo.control), await stored_tickets(it.database)) == {}
        card = await portal.call("GET", "/integrations/halo")
        documents = {each["stream"]: each["documents"] for each in card["streams"]}
        assert (documents["opportunities"], documents["tickets"], documents["projects"]) == (40, 300, 12)
        order = list(dict.fromkeys(read["stream"] for read in run["reads"]))
        assert order.index("tickets") < order.index("opportunities") < order.index("contacts")


async def test_a_cycle_without_a_change_costs_few_requests(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo, opportunities=True) as (it, portal, _):
        await halo.control.clock(advance=3600)
        await again(it, portal)
        mark = await halo.control.mark()
        run = await again(it, portal)
        sent = await halo.control.requests(mark)
        assert {"opportunities", "projects", "tickets", "companies", "contacts"} <= {r["stream"] for r in run["reads"]}
        assert len(sent) <= QUIET, [f"{one['path']}?{one['query']}" for one in sent]


async def test_what_changes_in_halo_changes_here(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo, opportunities=True) as (it, portal, _):
        before = await should_be(halo.control, "opps")
        won, lost, deleted, purged, changed, *_ = [id for id, row in before.items() if row["state"] == "open"]
        odd = "Überholung: $5.50 & <b>a.b</b> \N{SNOWMAN}"
        await halo.control.clock(advance=60)
        await halo.control.win(won)
        await halo.control.lose(lost)
        await halo.control.delete(deleted)
        await halo.control.purge(purged)
        await halo.control.change(changed, summary=odd, oppvalue=0.0, opptype="  ", targetdate=0)
        made = await halo.control.create(domain="opps", summary="New", oppvalue=99.5, client_id=12, workflow_id=6)
        run = await again(it, portal, streams=["opportunities"])
        assert reads(run, "opportunities")["incremental"]["listed"] >= 4
        wanted = await should_be(halo.control, "opps")
        assert (wanted[won]["state"], wanted[lost]["state"], wanted[made]["value"]) == ("won", "lost", 99.5)
        assert await stored(it.database, "opportunities") == wanted | {purged: before[purged]}, "a purge leaves no word"
        assert await reason(it.database, "opportunities", deleted) == "deleted"

        await halo.control.change(won, status_id=2)
        await it.database.tenants.update_one(
            {"_id": portal.tenant}, {"$set": {"streams.opportunities.census_at": None}}
        )
        run = await again(it, portal, streams=["opportunities"])
        assert reads(run, "opportunities")["census"]["removed"] == 1
        wanted = await should_be(halo.control, "opps")
        assert wanted[won]["state"] == "open", "opened again"
        assert await stored(it.database, "opportunities") == wanted
        assert await reason(it.database, "opportunities", purged) == "not_visible"


async def test_what_becomes_something_else_leaves_one_mirror_for_the_other(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo, opportunities=True) as (it, portal, _):
        first, second, hidden, *_ = await should_be(halo.control, "opps")
        ticket, other, *_ = await should_show(halo.control)
        await halo.control.clock(advance=60)
        await halo.control.change(first, tickettype_id=1)
        await halo.control.change(second, tickettype_id=31)
        await halo.control.change(ticket, tickettype_id=22)
        await halo.control.change(other, tickettype_id=31)
        run = await again(it, portal)
        document = await it.database.runs.find_one({"_id": run["id"]})
        assert document is not None
        looked_at = [id for read in document["reads"] if read["kind"] == "removals" for id in read["ids"]]
        assert sorted(looked_at) == sorted([first, second, ticket, other])
        for collection, domain in (("opportunities", "opps"), ("projects", "prjs")):
            assert await stored(it.database, collection) == await should_be(halo.control, domain)
        assert differences(await should_show(halo.control), await stored_tickets(it.database)) == {}
        assert await reason(it.database, "opportunities", first) == "retyped"
        assert await reason(it.database, "tickets", ticket) == "retyped"
        told = await portal.call("GET", f"/tickets/{ticket}/explain", headers={"prefer": "wait=20"})
        assert (told["here"], told["reason"]) == (False, "retyped")

        await portal.settings("sync", teams=[3], opportunities=True)
        await halo.control.change(hidden, tickettype_id=1)
        await halo.control.change(ticket, tickettype_id=1)
        await again(it, portal)
        assert hidden not in await stored(it.database, "opportunities"), "as a ticket it is out of the scope"
        assert await stored(it.database, "opportunities") == await should_be(halo.control, "opps")
        mark = await halo.control.mark()
        await again(it, portal)
        assert await halo.control.requests(mark, path=r"/(Tickets|Opportunities|Projects)/\d+") == []


async def test_switched_off_or_not_allowed_it_is_left_out_and_named(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo, opportunities=True) as (it, portal, _):
        allowed = [one for one in GUIDE if one not in ("read:sales", "edit:sales")]
        await halo.control.application(halo.client_id, permissions=allowed)
        tested = await portal.test()
        found = {each["name"]: each for each in tested["diagnosis"]["findings"]}
        assert (found["read:sales"]["state"], found["read:sales"]["stream"]) == ("missing", "opportunities")
        assert "can't be written" in found["edit:sales"]["remedy"]
        mark = await halo.control.mark()
        run = await again(it, portal)
        assert "opportunities" not in {read["stream"] for read in run["reads"]}
        assert await halo.control.requests(mark, path="/Opportunities") == []
        card = {each["stream"]: each for each in (await portal.call("GET", "/integrations/halo"))["streams"]}
        assert (card["opportunities"]["enabled"], card["projects"]["enabled"]) == (False, True)
        assert "read:sales" in card["opportunities"]["problem"]["title"]
        asked = await portal.http.post("/api/v1/syncs", json={"kind": "quick", "streams": ["opportunities"]})
        assert asked.status_code == 422
        assert "read:sales" in asked.text
        assert len(await stored(it.database, "opportunities")) == 40, "what was read stays"

        await halo.control.application(halo.client_id, permissions=list(GUIDE))
        await portal.test()
        await portal.settings("sync", teams="all", opportunities=False)
        run = await again(it, portal)
        assert "opportunities" not in {read["stream"] for read in run["reads"]}


async def test_nothing_is_lost_while_they_come_and_go(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000, page_cap=7) as halo:
        kinds = ["create", "change", "win", "lose", "delete", "retype"]
        await halo.control.churn(40, resource="opportunities", domain="opps", kinds=kinds, seed=3)
        async with synced(place, tmp_path, halo, opportunities=True) as (it, portal, run):
            assert balanced(run) == []
            await halo.control.stop_churn()
            await halo.control.clock(advance=60)
            await again(it, portal)
            await it.database.tenants.update_one(
                {"_id": portal.tenant},
                {"$set": {f"streams.{one}.census_at": None for one in ("opportunities", "tickets")}},
            )
            await again(it, portal)
            assert await stored(it.database, "opportunities") == await should_be(halo.control, "opps")
            assert differences(await should_show(halo.control), await stored_tickets(it.database)) == {}
