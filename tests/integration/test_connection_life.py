"""The life of a connection on the whole system: new secrets and addresses, another Halo, two tenants on one."""

from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.running import Running, running
from halobus.store import Document
from support.connected import (
    CONNECTION,
    DECIDED,
    MIRRORS,
    connect,
    counts,
    disconnect,
    gone,
    late_record,
    synced,
    tenant,
)
from support.records import TENANT
from support.system import System
from support.truth import balanced, differences, should_show, stored
from support.waiting import until


async def test_a_new_secret_while_syncing_is_used_after_its_test_and_a_wrong_one_breaks_nothing(
    place: Place, tmp_path: Path
) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        before = await tenant(it)
        await halo.control.config(latency=0.2)
        id = await portal.sync("clear", streams=["tickets"])
        await until(lambda: _is_reading(it, id))

        body = {"url": halo.url, "client_id": halo.client_id, "client_secret": "mistyped"}
        await portal.call("PUT", "/integrations/halo/connection", body)
        assert (await portal.test())["state"] == "failed"
        assert (await tenant(it))["active"] == before["active"], "a failed test breaks nothing"
        assert not (await portal.run(id))["ended"]

        await halo.control.application(halo.client_id, secret="the new one")
        await connect(portal, halo, secret="the new one")
        assert not (await portal.run(id))["ended"], "it was tested while the sync went on"
        await halo.control.config(latency=0.0)
        assert balanced(await portal.applied(id)) == []

        after = await tenant(it)
        assert after["connection"] == before["connection"]
        assert after["active"]["sealed"] != before["active"]["sealed"]
        await halo.control.revoke(halo.client_id)
        await halo.control.change(1001, summary="Read with the new secret")
        await portal.applied(await portal.sync("quick", join=False))
        assert (await stored(it.database))[1001]["summary"] == "Read with the new secret"


async def _is_reading(it: System, id: str) -> bool:
    return await it.database.runs.find_one({"_id": id, "state": "reading"}) is not None


async def test_the_same_instance_under_a_new_address_keeps_everything(place: Place, tmp_path: Path) -> None:
    async with (
        running(limit=100000) as halo,
        running(limit=100000) as moved,
        synced(place, tmp_path, halo, [moved]) as (it, portal),
    ):
        company = (await portal.call("GET", "/companies"))["items"][0]["id"]
        await portal.call("POST", "/companies/import", {"ids": [company]})
        before, shown = await tenant(it), await counts(it.database, (*MIRRORS, *DECIDED))
        await connect(portal, moved)
        after = await tenant(it)
        assert (after["connection"], after["instance"]) == (before["connection"], before["instance"])
        assert after["active"]["url"] == moved.url
        assert {name: one["cursor"] for name, one in after["streams"].items()} == {
            name: one["cursor"] for name, one in before["streams"].items()
        }
        assert await counts(it.database, (*MIRRORS, *DECIDED)) == shown
        mark = await moved.control.mark()
        await portal.applied(await portal.sync("quick", join=False))
        assert await moved.control.requests(mark), "it is read at its new address"


async def test_another_instance_is_refused_until_the_admin_leaves_the_first_one(place: Place, tmp_path: Path) -> None:
    async with (
        running(limit=100000) as halo,
        running(limit=100000, tenant="other", database="other-1") as other,
        synced(place, tmp_path, halo, [other]) as (it, portal),
    ):
        company = (await portal.call("GET", "/companies"))["items"][0]["id"]
        await portal.call("POST", "/companies/import", {"ids": [company]})
        first = (await tenant(it))["connection"]
        body = {"url": other.url, "client_id": other.client_id, "client_secret": other.client_secret}
        await portal.call("PUT", "/integrations/halo/connection", body)
        wish: dict[str, Any] = {"prefer": "wait=25"}
        answer = await portal.http.post(f"{CONNECTION}/test", json={}, headers=wish)
        assert answer.status_code == 409
        assert "another Halo instance" in answer.json()["title"]
        assert (await tenant(it))["connection"] == first
        assert len(await stored(it.database)) > 0

        waits = await a_comment_that_waits(it, first)
        assert (await portal.test(replace=True))["diagnosis"]["connected"]
        second = (await tenant(it))["connection"]
        assert second != first
        await is_not_written(it, waits, other)
        await gone(it, connection=first)

        async def decisions_are_gone() -> bool:
            return not any((await counts(it.database, DECIDED, connection=first)).values())

        await until(decisions_are_gone)
        marks = await it.database.connections.find_one({"_id": TENANT})
        assert marks is not None
        assert (marks["deleted"], marks["step"], marks["completed"]) == ([first], "sync", None)
        settings = await portal.call("GET", "/integrations/halo/settings/sync")
        assert (settings["revision"], settings["value"]["teams"]) == (0, []), "no old scope"
        assert (await portal.call("GET", "/companies", params={"linked": "true"}))["items"] == []

        await late_record(it, first)
        await portal.settings("sync", teams="all")
        assert balanced(await portal.applied(await portal.sync("resync"))) == []
        assert differences(await should_show(other.control), await stored(it.database)) == {}
        assert await it.database.tickets.count_documents({"connection": first}) == 0, "nothing late lives"


async def a_comment_that_waits(it: System, connection: str) -> str:
    """One that Halo could not take yet, for a ticket whose number the other Halo has as well; the run's id."""
    command = {"kind": "ticket.comment", "ticket_id": 1001, "text": "For the first Halo", "author": "Ann"}
    common = {"id": "waits", "tenant": TENANT, "dedup_key": "k", "actor": "ann", "requested_at": "2026-01-01T00:00:00Z"}
    run = {
        "_id": "waits",
        "tenant": TENANT,
        "connection": connection,
        "kind": "ticket.comment",
        "state": "queued",
        "command": {**command, **common, "connection": connection, "outcome_id": 4},
        "revision": 1,
        "fence": 0,
    }
    in_a_while = [
        {"$set": {"created": "$$NOW", "due": {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": 3}}}}
    ]
    await it.database.runs.insert_one(run)
    await it.database.runs.update_one({"_id": "waits"}, in_a_while)
    return "waits"


async def is_not_written(it: System, id: str, other: Running) -> None:
    """Refused, and the ticket of the same number in the other Halo is as it was."""

    async def ended() -> Document | None:
        found: Document | None = await it.database.runs.find_one({"_id": id, "finished": {"$ne": None}})
        return found

    run = await until(ended, 30)
    assert run is not None
    assert (run["state"], run["problem"]["title"]) == ("refused", "It was meant for another connection")
    assert "For the first Halo" not in [row["note"] for row in await other.control.actions(1001)]


async def test_two_tenants_on_one_halo_share_its_budget_and_nothing_else(place: Place, tmp_path: Path) -> None:
    async with (
        running(limit=100000) as halo,
        synced(place, tmp_path, halo) as (it, portal),
        it.portal("globex") as other,
    ):
        await connect(other, halo)
        await other.settings("sync", teams=[1])
        await other.applied(await other.sync("resync"))
        tenants = [each async for each in it.database.tenants.find()]
        assert len(tenants) == 2
        assert len({each["instance"] for each in tenants}) == 1
        assert len({each["connection"] for each in tenants}) == 2
        ids = [each["_id"] async for each in it.database.budgets.find({"_id": {"$not": {"$regex": "^host:"}}})]
        assert ids == [tenants[0]["instance"]], "one window for both"

        async def teams(who: str) -> set[Any]:
            return set(await it.database.tickets.distinct("content.team_id", {"tenant": who, "state": "live"}))

        assert await teams("globex") == {1}
        assert len(await teams(TENANT)) > 1
        before = await it.database.tickets.count_documents({"tenant": "globex"})
        await disconnect(portal, delete=True)
        await gone(it)
        assert await it.database.tickets.count_documents({"tenant": "globex"}) == before > 0
        await other.applied(await other.sync("quick", join=False))
