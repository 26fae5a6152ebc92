"""A connection that an admin ends, with its data kept or deleted, also in the middle of a sync."""

import signal
from pathlib import Path

from conftest import Place

from halo_simulator.running import running
from halobus.store import Database
from support.connected import (
    DECIDED,
    MIRRORS,
    connect,
    counts,
    disconnect,
    gone,
    late_record,
    refused,
    synced,
    tenant,
)
from support.records import TENANT
from support.system import System
from support.truth import balanced, differences, should_show, stored
from support.waiting import until


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
