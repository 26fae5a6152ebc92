"""Load to hurt the system under: full reads of all tickets, one after the other, while tickets change."""

from datetime import timedelta
from typing import Any

from chaos.row import Broken
from halo_simulator.control import Control
from halobus.runs import ENDED
from halobus.store import Database, Document
from support.system import Portal, System
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

PATIENCE = 240.0
CHANGES = ["create", "change", "delete"]


class Load:
    """A full read is going on whenever ``going`` has returned. It needs wizard-api only to start the next.

    ``full``: the first read is of everything; else of companies and tickets, and the others of tickets alone.
    """

    def __init__(self, it: System, portal: Portal, full: bool) -> None:
        self.it = it
        self.portal = portal
        self.full = full
        self.run = ""
        self.started = 0

    async def going(self) -> None:
        """Return while a run reads; where the last one has ended, another one is asked for."""

        async def reading() -> bool:
            run = await self.document()
            if run is None or run["state"] in ENDED:
                await self._next()
                return False
            reads = [read for read in run["reads"] if read["stream"] == "tickets"]
            return any(read["pages"] > 2 and not read["checkpoint"]["complete"] for read in reads)

        await until(reading, PATIENCE)

    async def _next(self) -> None:
        await no_window(self.it.database)
        if self.started:
            self.run = await self.portal.sync("clear", streams=["tickets"])
        else:
            self.run = await self.portal.sync("resync", **some(self.full, "companies", "tickets"))
        self.started += 1

        async def accepted() -> bool:
            return await self.document() is not None

        await until(accepted, PATIENCE)

    async def document(self) -> Document | None:
        """The run as the connector has written it."""
        return await self.it.database.runs.find_one({"_id": self.run})

    async def listed(self) -> int:
        """Ticket records that the checkpoints of all runs count."""
        runs = await self.it.database.runs.find(
            {"tenant": self.portal.tenant, "reads.stream": "tickets"}, {"reads": 1}
        ).to_list(None)
        return sum(read["listed"] for run in runs for read in run["reads"] if read["stream"] == "tickets")

    async def ended(self) -> Document:
        """The run once it has ended."""

        async def over() -> Document | None:
            run = await self.document()
            return run if run is not None and run["state"] in ENDED else None

        run = await until(over, PATIENCE)
        assert run is not None
        return run


def some(full: bool, *streams: str) -> dict[str, Any]:
    """What a sync is asked for: everything, or in small these streams."""
    return {} if full else {"streams": list(streams)}


async def no_window(database: Database) -> None:
    """Let the time pass in which the same sync would be answered with the last one."""
    async for command in database.commands.find({"recorded": {"$type": "date"}}):
        earlier = command["recorded"] - timedelta(seconds=200)
        await database.commands.update_one({"_id": command["_id"]}, {"$set": {"recorded": earlier}})


async def judge(it: System, portal: Portal, control: Control, broken: Broken) -> dict[str, str]:
    """One more quick sync; then database against simulator record by record, and the sum of every run."""
    await no_window(it.database)
    await portal.ended(await portal.sync("quick", streams=["tickets"]), PATIENCE)
    off: list[str] = []
    failed: list[str] = []
    runs = await it.database.runs.find({"tenant": portal.tenant, "kind": "sync"}).sort("created", 1).to_list(None)
    for run in runs:
        if run["state"] not in ("applied", "superseded"):
            failed.append(f"{run['state']}: {(run.get('problem') or {}).get('title')}")
        if run["state"] == "applied":
            off += [f"{read['kind']} listed {read['listed']}, {read['sums']}" for read in balanced(run)]
    wrong = differences(await should_show(control), await shown(it.database, portal.tenant))
    lost = [id for id, (wanted, found) in wrong.items() if found is None]
    broken.unless(not failed, f"{len(failed)} of {len(runs)} runs did not end applied ({'; '.join(failed[:3])})")
    broken.unless(not off, f"{len(off)} sums are off ({'; '.join(off[:3])})")
    broken.unless(not wrong, f"{len(lost)} lost, {len(wrong) - len(lost)} wrong ({list(wrong.items())[:3]})")
    reads = sum(len(run["reads"]) for run in runs)
    return {
        "lost": str(len(lost)),
        "wrong": str(len(wrong) - len(lost)),
        "sums": f"{reads - len(off)} of {reads} right in {len(runs)} runs",
    }


async def shown(database: Database, tenant: str) -> dict[int, dict[str, Any]]:
    """What the portal shows of a tenant that reads all teams: the live mirrors of the present generation."""
    live = await stored(database, tenant)
    connection = await database.connections.find_one({"_id": tenant}) or {}
    generations = [one.get("tickets", 0) for one in connection.get("generations", {}).values()]
    floor = f"{max(generations, default=0):014d}"
    past = database.tickets.find({"tenant": tenant, "version": {"$lt": floor}}, {"id": 1})
    old = {int(document["id"]) async for document in past}
    return {id: row for id, row in live.items() if id not in old}
