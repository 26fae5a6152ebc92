"""The life of a connection on the whole system: new secrets and addresses, another Halo, with and without the data."""

import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.running import Running, running
from halobus import topics
from halobus.bus import Bus
from halobus.store import Database, Document
from support.records import TENANT, raw
from support.system import Portal, System, system
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

AMPLE = {"HALOBUS_HALO_LIMIT": "100000"}
MIRRORS = ("tickets", "comments", "companies", "contacts", "reference")
DECIDED = ("settings", "company_links", "seen_lists")
CONNECTION = "/api/v1/integrations/halo/connection"


@asynccontextmanager
async def synced(
    place: Place, logs: Path, halo: Running, others: Iterable[Running] = ()
) -> AsyncIterator[tuple[System, Portal]]:
    """A connected tenant that has synced once; the connector may also call the ``others``."""
    hosts = ",".join(each.url.split("://")[1] for each in (halo, *others))
    async with system(place, logs, halo.url, **AMPLE, HALOBUS_ALLOWED_HOSTS=hosts) as it, it.portal() as portal:
        await connect(portal, halo)
        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("resync"))
        yield it, portal


async def connect(portal: Portal, halo: Running, **more: str) -> dict[str, Any]:
    tested = await portal.connect(halo.url, halo.client_id, more.get("secret", halo.client_secret))
    assert tested["diagnosis"]["connected"], tested
    return tested


async def tenant(it: System) -> Document:
    found = await it.database.tenants.find_one({"_id": TENANT})
    assert found is not None
    return found


async def counts(database: Database, names: Iterable[str], **query: Any) -> dict[str, int]:
    return {name: await database[name].count_documents({"tenant": TENANT, **query}) for name in names}


async def gone(it: System, **query: Any) -> None:
    """Wait until no mirror is left."""

    async def none_left() -> bool:
        return not any((await counts(it.database, (*MIRRORS, "sync_ticket_rejects"), **query)).values())

    await until(none_left, 30)


async def disconnect(portal: Portal, delete: bool) -> None:
    answer = await portal.http.delete(CONNECTION, params={"delete_data": delete})
    assert answer.status_code == 202, answer.text
    assert (await portal.ended(answer.json()["id"]))["state"] == "done"


async def refused(portal: Portal, method: str, path: str, body: Any = None, **headers: str) -> str:
    answer = await portal.http.request(method, f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == 409, f"{path}: {answer.status_code} {answer.text}"
    return str(answer.json()["title"])


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


async def late_record(it: System, connection: str, version: str = f"{'9' * 14}.{'9' * 14}.{'9' * 10}") -> None:
    """A ticket of that connection, as the topic might bring it again; returns when it is consumed."""
    bus = Bus(it.settings, "test")
    body = {"id": 77, "summary": "From the past", "team_id": 1, "status_id": 1}
    await bus.publish_raw(topics.TICKETS, [raw("halobus.ticket.upsert.v1", "77", body, version, connection=connection)])

    async def consumed() -> bool:
        return all(each.lag == 0 for each in (await bus.progress("sync-ticket", topics.TICKETS)).values())

    await until(consumed)
    await bus.stop()


async def test_disconnected_with_the_data_kept_it_is_read_only_and_goes_on_later(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        before, shown = await tenant(it), await counts(it.database, (*MIRRORS, *DECIDED))
        ticket = (await portal.call("GET", "/tickets"))["items"][0]["id"]
        await disconnect(portal, delete=False)

        card = await portal.call("GET", "/integrations/halo")
        assert (card["status"], card["next_sync_at"]) == ("Disconnected", None)
        assert (await portal.call("GET", f"/tickets/{ticket}"))["id"] == ticket
        assert all(one["not_synced_since"] for one in card["streams"] if one["stream"] in ("tickets", "companies"))
        company = (await portal.call("GET", "/companies"))["items"][0]["id"]
        key = {"idempotency-key": "while-disconnected"}
        said = {
            await refused(portal, "POST", "/syncs", {"kind": "quick"}),
            await refused(portal, "POST", "/integrations/halo/reference/refresh"),
            await refused(portal, "POST", f"/tickets/{ticket}/comments", {"text": "Hello"}, **key),
            await refused(portal, "POST", "/companies/import", {"ids": [company]}),
        }
        assert said == {"Halo is disconnected"}
        assert (await tenant(it))["active"] is None
        assert await it.database.connections.find_one({"_id": TENANT, "draft": {"$ne": None}}) is None
        assert await counts(it.database, (*MIRRORS, *DECIDED)) == shown

        await connect(portal, halo)
        after = await tenant(it)
        assert after["connection"] == before["connection"]
        assert after["streams"]["tickets"]["cursor"] == before["streams"]["tickets"]["cursor"]
        await halo.control.change(1001, summary="After the pause")
        run = await portal.applied(await portal.sync("quick", join=False))
        kinds = {read["kind"] for read in run["reads"] if read["stream"] == "tickets"}
        assert "full" not in kinds, "it goes on where it was"
        assert (await stored(it.database))[1001]["summary"] == "After the pause"


async def test_deleted_while_a_sync_is_in_flight_nothing_comes_back_and_decisions_stay(
    place: Place, tmp_path: Path
) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        company = (await portal.call("GET", "/companies"))["items"][0]["id"]
        await portal.call("POST", "/companies/import", {"ids": [company]})
        connection, old = (await tenant(it))["connection"], await newest(it.database)
        decided = await counts(it.database, DECIDED)
        sync_ticket = it.processes["sync-ticket"]
        sync_ticket.kill(signal.SIGSTOP)  # what it is to store lies in Kafka and in its hands
        id = await portal.sync("clear", streams=["tickets"])
        await until(lambda: _waits_for(it, id, "sync-ticket"))

        await disconnect(portal, delete=True)
        assert (await portal.ended(id))["state"] in ("superseded", "cancelled")
        assert (await portal.call("GET", "/tickets"))["items"] == [], "at once, before anything is deleted"
        sync_ticket.kill(signal.SIGCONT)
        await gone(it)
        await late_record(it, connection, old)
        assert await it.database.tickets.count_documents({}) == 0
        assert await counts(it.database, DECIDED) == decided, "what people made stays"

        await connect(portal, halo)
        run = await portal.applied(await portal.sync("resync"))
        assert balanced(run) == []
        assert differences(await should_show(halo.control), await stored(it.database)) == {}
        assert (await tenant(it))["connection"] == connection
        assert [row["id"] for row in (await portal.call("GET", "/companies?linked=true"))["items"]] == [company]

        async def unmarked() -> bool:
            return await it.database.connections.find_one({"_id": TENANT, "deleted": []}) is not None

        await until(unmarked)


async def newest(database: Database) -> str:
    """The highest version of a stored ticket."""
    found = await database.tickets.find_one({}, sort=[("version", -1)])
    assert found is not None
    return str(found["version"])


async def _waits_for(it: System, id: str, owner: str) -> bool:
    return await it.database.runs.find_one({"_id": id, "reads.waiting_for": owner}) is not None


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
