"""clear: Clear & Resync in the middle of a sync, twice, while the consumer lags behind."""

import signal
from typing import Any

from chaos.load import CHANGES, PATIENCE, Load, judge
from chaos.row import Broken, Ground, Row
from chaos.started import halo, tenant
from halobus import version
from halobus.store import Database
from support.system import Portal, System
from support.waiting import until

SMALL = {"HALOBUS_PAGE_SIZE": "5", "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000"}


async def clear(ground: Ground, full: bool) -> Row:
    """Over 20,000 tickets, in small over 300."""
    broken = Broken()
    async with (
        halo(full, latency=0.02 if full else 0.05) as source,
        tenant(ground, "clear", source, **({} if full else SMALL)) as (it, portal),
    ):
        await source.control.churn(10**6, every=4, batch=2, kinds=CHANGES)
        load = Load(it, portal, full)
        await load.going()
        others = await _others(it.database, portal.tenant)
        first, second = await _clear_twice(it, portal, load, broken)
        await portal.ended(second, PATIENCE)
        states = {id: (await portal.run(id))["state"] for id in (load.run, first, second)}
        wanted = {load.run: "superseded", first: "superseded", second: "applied"}
        broken.unless(states == wanted, f"the runs ended {list(states.values())}, not {list(wanted.values())}")
        broken.unless(others == await _others(it.database, portal.tenant), "documents of other streams have changed")
        await source.control.stop_churn()
        figures = await judge(it, portal, source.control, broken)
        await _past_is_gone(it.database, portal.tenant, broken)
    done = "Clear & Resync twice during a sync, each with sync-ticket stopped (SIGSTOP) and behind"
    return Row("clear", done, {**figures, "runs": ", ".join(states.values())}, broken.sentences)


async def _clear_twice(it: System, portal: Portal, load: Load, broken: Broken) -> tuple[str, str]:
    """Stop the consumer, clear; let it go on when the clearing run reads; the same again. The runs' ids."""
    ids: list[str] = []
    for excluded in ([1], []):
        process = it.processes["sync-ticket"]
        process.kill(signal.SIGSTOP)
        try:
            # Other settings make it another sync: the same one would be answered with the first one's id.
            await portal.settings("sync", teams="all", excluded_statuses=excluded)
            ids.append(await portal.sync("clear", streams=["tickets"]))
            broken.unless(await _nothing(portal), "the portal still shows tickets of before a clear")
            await until(lambda: _begun(it.database, ids[-1]), PATIENCE)
        finally:
            process.kill(signal.SIGCONT)
        await until(lambda: _reads(it.database, ids[-1]), PATIENCE)
    return ids[0], ids[1]


async def _nothing(portal: Portal) -> bool:
    return not (await portal.call("GET", "/tickets"))["items"]


async def _begun(database: Database, run: str) -> bool:
    found = await database.runs.find_one({"_id": run})
    return found is not None and found["state"] != "queued"


async def _reads(database: Database, run: str) -> bool:
    """Whether the run is amid a read of tickets."""
    found = await database.runs.find_one({"_id": run}) or {"reads": []}
    return any(read["stream"] == "tickets" and read["pages"] > 2 for read in found["reads"])


async def _others(database: Database, tenant: str) -> list[Any]:
    """What a user can tell of the streams that were not cleared."""
    fields, names = {"content": 1, "state": 1}, ("companies", "reference")
    return [await database[name].find({"tenant": tenant}, fields).sort("_id", 1).to_list(None) for name in names]


async def _past_is_gone(database: Database, tenant: str, broken: Broken) -> None:
    """After the clearing run older generations are deleted, by and by."""
    connection = await database.connections.find_one({"_id": tenant}) or {}
    [generations] = connection["generations"].values()
    past = {"tenant": tenant, "version": {"$lt": version.floor(generations["tickets"])}}

    async def gone() -> bool:
        return await database.tickets.count_documents(past) == 0

    await until(gone, 60)
    broken.unless(await gone(), "documents of an older generation are left")
