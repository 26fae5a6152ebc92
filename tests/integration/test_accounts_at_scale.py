"""All companies imported at once, while the contacts still arrive and both consumers are killed.

``ACCOUNTS_AT_SCALE=full``: 400 companies and 9,000 contacts, six kills; else a part of it, which is faster.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from conftest import Place

from halobus import topics
from halobus.messages import UPSERT_CONTACT, Fact
from support.accounts import Office
from support.consumers import Bench, bench
from support.processes import Running, service_process
from support.records import number, raw
from support.waiting import until

FULL = os.environ.get("ACCOUNTS_AT_SCALE") == "full"
COMPANIES, CONTACTS = (400, 9000) if FULL else (60, 1500)
PORTAL, STAFF = 100, 10
KILLED_AT = (0.1, 0.5, 0.9) if FULL else (0.4,)
"""Of what a service should have stored in the end."""
Counts = dict[str, int]


def person(id: int) -> dict[str, Any]:
    """Of every ten contacts one is inactive and one has no address; every sixth of the others shares one."""
    email: str | None = f"person{id if id % 6 else id - 1}@x.example"
    wrong = {0: None, 1: "blank", 2: "invalid"}[(id % 10 == 1) + 2 * (id % 30 == 2)]
    return {
        "id": id,
        "client_id": id % COMPANIES + 1,
        "name": f"Person {id}",
        "email": None if wrong else email,
        "email_problem": wrong,
        "inactive": id % 10 == 3,
    }


def users() -> list[dict[str, Any]]:
    """Whom the portal has already: contacts of the first ids, some of them staff."""
    emails = sorted({each["email"] for each in map(person, range(1, 10 * PORTAL)) if each["email"]})[:PORTAL]
    return [{"id": f"u{n}", "email": email, "staff": n < STAFF} for n, email in enumerate(emails)]


def expected() -> tuple[Counts, int]:
    """What should become of the contacts, by the rules of the guide alone, and how many accounts are made."""
    theirs = {each["email"]: each["staff"] for each in users()}
    counts, made = Counter[str](), set[str]()
    for each in map(person, range(1, CONTACTS + 1)):
        if each["inactive"]:
            counts["inactive"] += 1
        elif each["email"] is None:
            counts["without_email" if each["email_problem"] == "blank" else "invalid_email"] += 1
        elif each["email"] in theirs:
            counts["offered" if theirs[each["email"]] else "linked"] += 1
        else:
            counts["linked" if each["email"] in made else "created"] += 1
            made.add(each["email"])
    return dict(counts), len(made)


@asynccontextmanager
async def mortal(module: str, place: Place, here: Bench, collection: str, full: int) -> AsyncIterator[list[int]]:
    """A service that is killed with -9 whenever it has stored a certain part, and started anew; how often it was."""
    kills: list[int] = []
    over = asyncio.Event()
    settings = {"HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000"}

    async def one_life(running: Running) -> None:
        limit = int(full * KILLED_AT[len(kills)]) if len(kills) < len(KILLED_AT) else None

        async def reached() -> bool:
            stored = await here.database[collection].estimated_document_count()
            return over.is_set() or (limit is not None and stored >= limit)

        await until(reached, 240)
        if not over.is_set():
            running.process.kill()
            await running.process.wait()
            kills.append(limit or 0)

    async def live() -> None:
        while not over.is_set():
            async with service_process(module, place, **settings) as running:
                await one_life(running)

    task = asyncio.create_task(live())
    try:
        yield kills
    finally:
        over.set()
        await task


async def test_all_companies_in_one_command_under_kill_9(place: Place) -> None:
    wanted, made = expected()
    async with bench(place) as here:
        office = Office(here, "acme")
        await office.open()
        await office.database["tenants"].update_one({"_id": "acme"}, {"$unset": {"streams": ""}})
        await office.users(*users())
        records = [raw(UPSERT_CONTACT, str(id), person(id), number(id)) for id in range(1, CONTACTS + 1)]
        async with (
            mortal("sync_crm", place, here, "contacts", CONTACTS) as crm,
            mortal("importer", place, here, "accounts", made) as importer,
        ):
            await office.link(*range(1, COMPANIES + 1), event="E", imported=True)
            for start in range(0, CONTACTS, 1000):
                await here.bus.publish_raw(topics.CONTACTS, records[start : start + 1000])
                await wake(office, f"read {start}")

            async def stored() -> bool:
                return await here.database["contacts"].count_documents({"state": "live"}) == CONTACTS

            await until(stored, 120)
            await office.read_in_full()
            await wake(office, "applied")

            async def done() -> dict[str, Any] | None:
                found = await here.database["imports"].find_one({"event": "E"})
                over = found is not None and found["done"] == CONTACTS and found["state"] == "done"
                return found if over and len(importer) == len(KILLED_AT) else None

            found = await until(done, 120)
            assert found is not None
            await until(lambda: announced(here), 60)
            assert len(crm) == len(importer) == len(KILLED_AT), "both were killed"
        accounts = list((await office.accounts()).values())
        told = [Fact.model_validate_json(record.value) for record in await here.read_all(topics.FACTS)]
    assert {name: found[name] for name in wanted} == wanted
    assert (found["total"], found["already"], found["refused"]) == (CONTACTS, 0, 0)
    ours = {account["portal_user"] for account in accounts if account["made"]}
    assert len(ours) == made == sum(account["made"] for account in accounts), "nobody is doubled"
    created = {fact.id: fact.data["portal_user"] for fact in told if fact.type == "user.created"}
    assert Counter(created.values()) == dict.fromkeys(ours, 1), "each is told, whatever was killed, as one fact"


async def wake(office: Office, id: str) -> None:
    fact = Fact(id=id, type="run.applied", tenant="acme", at=datetime.now(UTC))
    await office.here.bus.send_fact(fact, "connector")


async def announced(here: Bench) -> bool:
    return not await here.database["accounts"].find_one({"facts.announced": False})
