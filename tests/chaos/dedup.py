"""dedup: the same sync asked for by 50 clicks at once, redelivered, failed, or recorded by a process that crashed."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from chaos.load import PATIENCE, no_window
from chaos.offsets import Offsets, offsets_of
from chaos.row import Broken, Ground, Row
from chaos.started import halo, tenant
from halo_simulator.running import Running
from halobus.bus import Raw
from halobus.commands import COMMAND
from halobus.topics import COMMANDS, partition_of
from support.system import Portal, Process, System, token
from support.waiting import until

HOUR = 3600
CLICKS = 50
SHIFTED = Path(__file__).with_name("shifted_clock")
BODY = {"kind": "quick", "streams": ["tickets"]}


async def dedup(ground: Ground, full: bool) -> Row:
    """The same in full and in small: 300 tickets, since what counts is the number of runs and requests."""
    broken = Broken()
    async with (
        halo(False) as source,
        tenant(ground, "dedup", source) as (it, portal),
        offsets_of(it) as offsets,
    ):
        ahead = await it.again("wizard-api", PYTHONPATH=_path(), CHAOS_CLOCK_SECONDS=str(HOUR))
        shift = _shift(ahead)
        broken.unless(abs(shift - HOUR) < 60, f"the second replica's clock is {shift:.0f} s ahead, not an hour")
        await portal.applied(await portal.sync("resync", streams=["tickets"]), PATIENCE)
        alone = await _requests_of_one(it, portal, source)
        figures = await _clicks(it, portal, ahead, source, offsets, alone, broken)
        await _after_a_failure(it, portal, source, broken)
        await _after_a_crash(it, portal, broken)
    done = f"{CLICKS} identical POST /syncs over two wizard-api with clocks an hour apart, redelivery, failure, crash"
    return Row("dedup", done, figures, broken.sentences)


def _path() -> str:
    """Python's path, with the folder of the shifted clock before all others."""
    return os.pathsep.join([str(SHIFTED), *filter(None, [os.environ.get("PYTHONPATH")])])


def _shift(process: Process) -> float:
    """Seconds by which a process' clock is ahead, by the time of its last log line."""
    line = json.loads(process.log.read_text().splitlines()[-1])
    said = datetime.fromisoformat(line["time"])
    written = datetime.fromtimestamp(process.log.stat().st_mtime, UTC)
    return (said - written).total_seconds()


async def _requests_of_one(it: System, portal: Portal, source: Running) -> int:
    """How many requests a single quick sync costs."""
    await no_window(it.database)
    mark = await source.control.mark()
    await portal.applied(await portal.sync("quick", streams=["tickets"]), PATIENCE)
    return len(await source.control.requests(mark))


async def _clicks(
    it: System, portal: Portal, ahead: Process, source: Running, offsets: Offsets, alone: int, broken: Broken
) -> dict[str, str]:
    await no_window(it.database)
    mark, runs = (
        await source.control.mark(),
        await it.database.runs.count_documents({"tenant": portal.tenant, "kind": "sync"}),
    )
    answers = await _click(it, portal, ahead)
    ids = {answer["id"] for answer in answers}
    broken.unless(len(ids) == 1, f"{CLICKS} clicks gave {len(ids)} ids")
    firsts = [answer for answer in answers if not answer["deduplicated"]]
    broken.unless(len(firsts) == 1, f"{len(firsts)} of {CLICKS} answers claim to be the first")
    [id] = sorted(ids)[:1]
    await portal.applied(id, PATIENCE)
    await _redeliver(it, portal, offsets, id)
    more = await it.database.runs.count_documents({"tenant": portal.tenant, "kind": "sync"}) - runs
    broken.unless(more == 1, f"{more} runs")
    later = await portal.call("POST", "/syncs", BODY)
    broken.unless(later == {"id": id, "deduplicated": True}, f"the same click within 120 s gave {later}")
    requests = len(await source.control.requests(mark))
    broken.unless(requests == alone, f"{requests} requests to Halo instead of {alone}")
    return {"ids": str(len(ids)), "runs": str(more), "requests to Halo": f"{requests} (one sync alone: {alone})"}


async def _click(it: System, portal: Portal, ahead: Process) -> list[dict[str, Any]]:
    """All at once, half to each replica. Tokens are valid by either clock."""
    now = int(datetime.now(UTC).timestamp())
    headers = {"authorization": f"Bearer {token(portal.tenant, exp=now + 3 * HOUR)}"}
    ports = [it.processes["wizard-api"].port, ahead.port]
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        urls = [f"http://127.0.0.1:{ports[number % 2]}/api/v1/syncs" for number in range(CLICKS)]
        responses = await asyncio.gather(*(http.post(url, json=BODY) for url in urls))
    assert {response.status_code for response in responses} == {202}, [one.text for one in responses][:3]
    return [dict(response.json()) for response in responses]


async def _redeliver(it: System, portal: Portal, offsets: Offsets, id: str) -> None:
    """The same bytes once more on ``halo.commands``, until the connector has dealt with them."""
    command = await it.database.commands.find_one({"command_id": id})
    assert command is not None
    value = COMMAND.dump_json(COMMAND.validate_python(command["command"]))
    where = partition_of(portal.tenant, COMMANDS.partitions)
    await offsets.bus.publish_raw(COMMANDS, [Raw(command["_id"].encode(), value, [])], partition=where)
    ends = await offsets.ends(COMMANDS)
    await until(lambda: offsets.reached("connector", COMMANDS, ends), PATIENCE)


async def _after_a_failure(it: System, portal: Portal, source: Running, broken: Broken) -> None:
    """A failed run leaves the key free at once."""
    await no_window(it.database)
    await source.control.application(source.client_id, enabled=False)
    await source.control.revoke()
    failed = await portal.ended(await portal.sync(**BODY), PATIENCE)  # type: ignore[arg-type]
    broken.unless(failed["state"] == "failed", f"without credentials the run ended {failed['state']}")
    await source.control.application(source.client_id, enabled=True)
    again = await portal.call("POST", "/syncs", BODY)
    broken.unless(again["id"] != failed["id"], "the failed run blocks its repetition")
    ended = await portal.ended(again["id"], PATIENCE)
    broken.unless(ended["state"] == "applied", f"the repetition ended {ended['state']}: {ended['problem']}")


async def _after_a_crash(it: System, portal: Portal, broken: Broken) -> None:
    """A command that was recorded and, since its process died at that point, never published."""
    await no_window(it.database)
    known = await it.database.commands.find_one(
        {"command.tenant": portal.tenant, "command.kind": "sync", "command.mode": "quick"}
    )
    assert known is not None
    id = uuid4().hex
    now = (await it.database.command("hello"))["localTime"]
    crashed = {
        **known,
        "command_id": id,
        "command": {**known["command"], "id": id},
        "published": None,
        "accepted": False,
        "recorded": now,
        "repeat_at": now + timedelta(seconds=5),
    }
    await it.database.commands.replace_one({"_id": known["_id"]}, crashed)
    joined = await portal.call("POST", "/syncs", BODY)
    broken.unless(joined["id"] == id, "a click joins another command than the recorded one")
    ended = await portal.ended(id, PATIENCE)
    broken.unless(ended["state"] == "applied", f"the recorded command's run ended {ended['state']}")
