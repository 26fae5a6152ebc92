"""kafka gone: every topic is deleted and made anew in the middle of a sync.

The sum knows what the topics no longer hold: the run fails or goes on, and after the next one nothing is missing.
"""

import asyncio
from pathlib import Path
from typing import Any

from conftest import Place, delete_topics

from chaos.load import some
from chaos.row import Broken, Ground, Row
from chaos.started import connected, forget_repetition, halo
from halobus.migrate import migrate
from support.system import System
from support.truth import balanced, differences, should_show, stored
from support.waiting import until


async def kafka_gone(ground: Ground, full: bool) -> Row:
    broken = Broken()
    logs = ground.logs("kafka-gone")
    # Slow enough that the topics go in the middle of the read.
    async with (
        ground.place() as place,
        halo(full, latency=0.02 if full else 0.05) as source,
        connected(place, logs, source, HALOBUS_PAGE_SIZE="100" if full else "20") as (it, portal),
    ):
        run = await portal.sync("resync", **some(full, "tickets"))
        await until(lambda: _is_reading(it, run, pages=20 if full else 3), 60)
        began = asyncio.get_running_loop().time()
        await _make_anew(place, it)
        first = await portal.ended(run, 300)
        seconds = asyncio.get_running_loop().time() - began
        await forget_repetition(it)
        second = await portal.ended(await portal.sync("quick", **some(full, "tickets")), 300)
        missing = differences(await should_show(source.control), await stored(it.database))
    broken.unless(first["state"] in ("applied", "failed"), f"the run ended as {first['state']}")
    broken.unless(first["state"] == "failed" or balanced(first) == [], "the run was applied with a sum that is off")
    broken.unless(second["state"] == "applied", f"the next run ended as {second['state']}: {second['problem']}")
    broken.unless(balanced(second) == [], "the next run's sum is off")
    broken.unless(missing == {}, f"{len(missing)} tickets differ after the next run")
    names = _names(first, logs)
    broken.unless(bool(names), "nothing names what happened")
    figures = {
        "the run": first["state"],
        "ended after": f"{seconds:.0f} s",
        "named by": "; ".join(names),
        "differences after the next run": str(len(missing)),
    }
    return Row("kafka gone", "all topics deleted and made anew in the middle of a full read", figures, broken.sentences)


async def _is_reading(it: System, run: str, pages: int) -> bool:
    document: dict[str, Any] = await it.database.runs.find_one({"_id": run}) or {}
    pages_read: int = sum(read["pages"] for read in document.get("reads", ()) if read["stream"] == "tickets")
    return pages_read >= pages


async def _make_anew(place: Place, it: System) -> None:
    await delete_topics(place.bootstrap_servers, place.topic_prefix)
    await until(lambda: _made(it), 30)


async def _made(it: System) -> bool:
    """Deleting a topic goes on for a moment after the broker's answer: migrate until nothing is left to do."""
    return await migrate(it.settings) == []


def _names(run: dict[str, Any], logs: Path) -> list[str]:
    """What an operator would see: the run's problem, and log lines that speak of topics."""
    problem = run["problem"]
    said = [f"the run's problem: {problem['title']}"] if problem else []
    for log in sorted(logs.glob("*.jsonl")):
        found = sum("not found in cluster metadata" in line for line in log.read_text().splitlines())
        said += [f"{found} errors in the log of {log.stem}"] if found else []
    return said
