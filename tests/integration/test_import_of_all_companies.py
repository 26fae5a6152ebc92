"""Import Companies with all of them in one command, on the whole system, while importer and sync-crm are killed.

``ACCOUNTS_AT_SCALE=full``: a Halo of 400 companies and 9,000 contacts; else one of 80 and 900.
"""

import asyncio
import os
from collections import Counter
from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.control import Control
from halo_simulator.running import process
from halobus import topics
from halobus.messages import Fact
from support.consumers import bench
from support.host_portal import HostPortal
from support.people import people
from support.system import Portal, System, system
from support.waiting import until

FULL = os.environ.get("ACCOUNTS_AT_SCALE") == "full"
SIZE, KILLED_AT = ("medium", (0.2, 0.5, 0.8)) if FULL else ("office", (0.3,))
AMPLE = {"HALOBUS_HALO_LIMIT": "100000", "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000"}
SWITCHES = {"teams": "all", "tickets": False, "auto_import": True, "default_role": "viewer"}
UNKNOWN = 1
"""Halo's own client for what belongs to nobody."""


async def expected(control: Control) -> tuple[Counter[str], set[str]]:
    """What should become of Halo's people, and the addresses that get an account."""
    counts, emails = Counter[str](), set[str]()
    for each in (await people(control)).values():
        if each["inactive"]:
            counts["inactive"] += 1
        elif each["email"] is None:
            counts["without_email" if each["email_problem"] == "blank" else "invalid_email"] += 1
        else:
            counts["linked" if each["email"] in emails else "created"] += 1
            emails.add(each["email"])
    return counts, emails


async def killed(it: System, name: str, collection: str, full: int) -> int:
    """Kill a service with -9 whenever it has stored a certain part, and start it anew; how often."""
    service = it.processes[name]
    for part in KILLED_AT:

        async def reached(limit: float = full * part) -> bool:
            return int(await it.database[collection].estimated_document_count()) >= limit

        await until(reached, 240)
        service.kill()
        assert service.child is not None
        await service.child.wait()
        await service.start()
    return len(KILLED_AT)


async def watched(portal: Portal, id: str, total: int) -> list[dict[str, Any]]:
    """What an admin sees of the import until it is done."""
    seen: list[dict[str, Any]] = []

    async def over() -> bool:
        seen.append(await portal.call("GET", f"/users/imports/{id}"))
        return bool(seen[-1]["state"] == "done" and seen[-1]["total"] == total)

    await until(over, 300)
    return seen


async def test_all_companies_in_one_command_with_progress_and_the_right_sum_under_kill_9(
    place: Place, tmp_path: Path
) -> None:
    async with (
        process("--size", SIZE) as halo,
        system(place, tmp_path, halo.url, **AMPLE) as it,
        it.portal() as portal,
    ):
        await halo.control.config(limit=100_000)
        counts, emails = await expected(halo.control)
        total, clients = counts.total(), [row for row in await halo.control.rows("client") if row["id"] != UNKNOWN]
        host = await HostPortal(it.database, portal).open()
        await portal.connect(halo.url, halo.client_id, halo.client_secret)
        await portal.settings("sync", **SWITCHES)
        await portal.applied(await portal.sync("quick", streams=["companies"]))
        told = await portal.call("POST", "/companies/import", {"ids": "all", "inactive": True})
        assert (told["imported"], told["skipped"]) == (len(clients), 0)
        run = await portal.sync("resync", streams=["contacts"])
        seen, *kills = await asyncio.gather(
            watched(portal, told["import"], total),
            killed(it, "sync-crm", "contacts", total),
            killed(it, "importer", "accounts", len(emails)),
        )
        assert kills == [len(KILLED_AT)] * 2
        await portal.applied(run, 120)
        assert all(each["done"] <= each["total"] for each in seen)
        between = {each["done"] for each in seen if 0 < each["done"] < total}
        assert not FULL or len(between) > 2, "it is seen to move"
        end = await host.imported(told["import"])
        assert {name: end[name] for name in counts} == counts
        assert (end["done"], end["already"], end["offered"], end["refused"]) == (total, 0, 0, 0)
        accounts = await host.accounts()
        assert set(accounts) == emails
        assert Counter(await created(it, place)) == {each["id"]: 1 for each in accounts.values()}, "each is told once"


async def created(it: System, place: Place) -> list[str]:
    """The portal's users that it was asked to make: of each fact one, however often it was sent."""

    async def announced() -> bool:
        return await it.database.accounts.find_one({"facts.announced": False}) is None

    await until(announced, 60)
    async with bench(place) as here:
        facts = [Fact.model_validate_json(record.value) for record in await here.read_all(topics.FACTS)]
    asked = {fact.id: fact for fact in facts if fact.type == "user.created"}
    return [fact.data["portal_user"] for fact in asked.values()]
