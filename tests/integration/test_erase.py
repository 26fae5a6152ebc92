"""``halobus erase``: a tenant's or a person's data, and whatever could bring it back afterwards."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.running import Running, running
from halobus import topics
from halobus.bus import Bus
from halobus.erase_tenant import COLLECTIONS
from halobus.messages import UPSERT_CONTACT, UPSERT_TICKET
from halobus.publisher import Raw
from halobus.store import Document
from halobus.topics import Topic
from support.command_line import halobus
from support.consumers import bench, ticket_consumer
from support.records import TENANT, number, raw, ticket, unreadable
from support.system import Portal, System, system
from support.truth import balanced
from support.waiting import until

FAR = f"{'9' * 13}0.{'9' * 14}.{'9' * 10}"
"""A version above any that a sync would give."""


@asynccontextmanager
async def synced(place: Place, logs: Path, halo: Running) -> AsyncIterator[tuple[System, Portal]]:
    async with system(place, logs, halo.url, HALOBUS_HALO_LIMIT="100000") as it, it.portal() as portal:
        tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
        assert tested["diagnosis"]["connected"], tested
        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("resync"))
        yield it, portal


async def connection_of(it: System) -> str:
    found = await it.database.tenants.find_one({"_id": TENANT})
    assert found is not None
    return str(found["connection"])


async def again(it: System, topic: Topic, group: str, record: Raw) -> None:
    """Publish what an old topic might bring again; returns when it was consumed."""
    bus = Bus(it.settings, "test")
    await bus.publish_raw(topic, [record])

    async def consumed() -> bool:
        return all(each.lag == 0 for each in (await bus.progress(group, topic)).values())

    await until(consumed)
    await bus.stop()


def nothing_of(it: System, names: tuple[str, ...]) -> Callable[[], Awaitable[bool]]:
    async def none() -> bool:
        return not any([await it.database[name].count_documents({"tenant": TENANT}) for name in names])

    return none


async def test_a_tenant_is_erased_while_a_sync_is_in_flight_and_begins_anew_later(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        async with it.portal("globex") as other:
            await other.connect(halo.url, halo.client_id, halo.client_secret)
            await other.settings("sync", teams=[1])
            await other.applied(await other.sync("resync"))
        before = await it.database.tickets.count_documents({"tenant": "globex"})
        old = await connection_of(it)
        sync_ticket = it.processes["sync-ticket"]
        sync_ticket.kill(signal.SIGSTOP)
        id = await portal.sync("clear", streams=["tickets"])
        await until(lambda: _waits(it, id))

        looked = await halobus(place, "erase", "--tenant", TENANT, "--why", "contract ended", "--dry-run")
        assert looked.json["erased"]["tickets"] == await it.database.tickets.count_documents({"tenant": TENANT})
        unasked = await halobus(place, "erase", "--tenant", TENANT, "--why", "contract ended")
        assert (unasked.code, "nothing was done" in unasked.err) == (1, True)
        assert await it.database.runs.count_documents({"tenant": TENANT}) > 0
        done = await halobus(place, "erase", "--tenant", TENANT, "--why", "contract ended", "--yes")
        assert done.code == 0, done.err
        assert done.json["erased"] == looked.json["erased"]
        sync_ticket.kill(signal.SIGCONT)
        await again(it, topics.TICKETS, "sync-ticket", _ticket(old))
        await until(nothing_of(it, COLLECTIONS))
        assert await it.database.tickets.count_documents({"tenant": "globex"}) == before > 0
        audited = await it.database.audit.find_one({"action": "tenant.erased", "tenant": TENANT})
        assert audited is not None
        assert audited["after"] == {"why": "contract ended"}

        await portal.connect(halo.url, halo.client_id, halo.client_secret)
        assert await connection_of(it) != old
        await portal.settings("sync", teams="all")
        assert balanced(await portal.applied(await portal.sync("resync"))) == []
        await again(it, topics.TICKETS, "sync-ticket", _ticket(old))
        assert await it.database.tickets.count_documents({"tenant": TENANT, "connection": old}) == 0


async def _waits(it: System, id: str) -> bool:
    return await it.database.runs.find_one({"_id": id, "reads.waiting_for": "sync-ticket"}) is not None


def _ticket(connection: str, **fields: Any) -> Raw:
    body = {"id": 77, "summary": "From the past", "team_id": 1, "status_id": 1, **fields}
    return raw(UPSERT_TICKET, "77", body, FAR, connection=connection)


async def test_a_person_stays_erased_whatever_comes_later(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        person = await _requester(it)
        id, connection = person["content"]["id"], person["connection"]
        named = {"tenant": TENANT, "content.user_id": id, "content.user_name": {"$ne": None}}
        assert await it.database.tickets.count_documents(named) > 0
        sync_crm = it.processes["sync-crm"]
        sync_crm.kill(signal.SIGSTOP)  # what it is to store waits in Kafka over the erasure
        await halo.control.contact_ops({"op": "change", "id": id, "emailaddress": "moved@x.test"})
        run = await portal.sync("quick", join=False)
        before = {"tenant": TENANT, "connection": "c0", "email": person["content"]["email"], "made": True}
        left = {"kind": "contact", "state": "suspended", "contacts": [], "portal_user": "u1", "facts": []}
        await it.database.accounts.insert_one({"_id": f"{TENANT}:c0:{before['email']}", **before, **left})
        arguments = ("erase", "--tenant", TENANT, "--contact", str(id), "--why", "asked for by mail")
        looked = await halobus(place, *arguments, "--dry-run")
        assert looked.json["erased"]["contacts"] == 1
        assert await it.database.erasures.count_documents({}) == 0
        done = await halobus(place, *arguments, "--yes")
        assert done.code == 0, done.err
        assert "in Halo first" in done.json["note"]
        sync_crm.kill(signal.SIGCONT)
        assert balanced(await portal.applied(run)) == []
        await _is_erased(it, person, named)
        whole = await portal.applied(await portal.sync("resync"))
        assert balanced(whole) == [], "the stub counts like any other record"
        await _is_erased(it, person, named)

        body = {"id": id, "name": person["content"]["name"], "email": "ana@x.test"}
        for topic, group, record in (
            (topics.CONTACTS, "sync-crm", raw(UPSERT_CONTACT, str(id), body, FAR, connection=connection)),
            (topics.CONTACTS, "sync-crm", raw(UPSERT_CONTACT, str(id), b"\x00", FAR, connection=connection)),
            (
                topics.TICKETS,
                "sync-ticket",
                _ticket(connection, user_id=id, user_name=person["content"]["name"], user_email="p@x.test"),
            ),
        ):
            await again(it, topic, group, record)
        await _is_erased(it, person, named)
        assert await it.database.sync_crm_rejects.count_documents({}) == 0, "no dead letter of theirs either"
        assert await it.database.accounts.count_documents({}) == 0, "nor one of the Halo before"
        kept = await it.database.tickets.find_one({"_id": f"{TENANT}:{connection}:77"})
        assert kept is not None
        assert (kept["content"]["user_id"], kept["content"]["user_email"]) == (id, None)
        audited = await it.database.audit.find_one({"action": "contact.erased"})
        assert audited is not None
        assert str(person["content"]["name"]) not in str(audited)


async def _requester(it: System) -> Document:
    """A contact who is named in tickets."""
    ids = await it.database.tickets.distinct("content.user_id", {"tenant": TENANT, "content.user_name": {"$ne": None}})
    known = {"content.id": {"$in": ids}, "content.email": {"$ne": None}}
    found = await it.database.contacts.find_one({"tenant": TENANT, "state": "live", **known})
    assert found is not None
    return found


async def _is_erased(it: System, person: Document, named: Document) -> None:
    mirror = await it.database.contacts.find_one({"_id": person["_id"]})
    assert mirror is not None
    assert (mirror["state"], mirror["reason"], "content" in mirror) == ("scope", "erased", False)
    assert await it.database.tickets.count_documents(named) == 0


async def test_dead_letters_of_what_was_erased_are_neither_shown_nor_replayed(place: Place) -> None:
    async with bench(place) as here:
        await here.choose_teams("all")
        await here.choose_teams("all", tenant="globex")
        letters = [unreadable(1, number(1)), ticket(2, number(1), tenant="globex", status_id="secret")]
        await here.bus.publish_raw(topics.TICKETS, letters)
        async with ticket_consumer(here.place):
            await here.until_caught_up()
        assert (await halobus(place, "erase", "--tenant", "globex", "--why", "asked", "--yes")).code == 0
        [heap] = [each for each in (await halobus(place, "dlq", "list")).json if each["reason"] == "value"]
        assert (heap["letters"], heap["waiting"]) == (1, 0)
        shown = (await halobus(place, "dlq", "show", "halo.tickets", "--content", "--why", "curious")).json
        values = {each["tenant"]: each["value"] for each in shown}
        assert "erased" in values["globex"]
        assert "text" in values["acme"]
        replayed = await halobus(place, "dlq", "replay", "halo.tickets", "--yes")
        assert (replayed.json["chosen"], list(replayed.json["refused"].values())) == (1, [1])
        async with ticket_consumer(here.place):
            await here.until_caught_up()
        assert await here.database["tickets"].count_documents({"tenant": "globex"}) == 0


async def test_what_can_not_be_erased_is_said(place: Place) -> None:
    async with bench(place) as here:
        unknown = await halobus(place, "erase", "--tenant", "nobody", "--contact", "7", "--why", "asked", "--yes")
        assert (unknown.code, "has no connection" in unknown.err) == (1, True)
        assert (await halobus(place, "erase", "--tenant", "nobody", "--why", " ", "--yes")).code == 2
        assert await here.database["erasures"].count_documents({}) == 0
