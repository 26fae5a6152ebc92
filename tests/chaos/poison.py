"""poison: bad rows of Halo and bad records on the topic never stop the line, and each is accounted for."""

from collections import Counter
from typing import Any

from aiokafka import AIOKafkaConsumer

from chaos.row import Broken, Ground, Row
from chaos.started import connect, halo, tenant
from halo_simulator.running import Running
from halobus import topics
from halobus.bus import Bus
from halobus.envelope import read_headers
from support.records import number, raw
from support.system import Portal, System
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

KINDS: dict[str, str] = {
    "types": "status_id is no whole number",
    "null": "row is a NoneType",
    "text": "row is a str",
    "no_id": "id is missing",
    "huge": "more than 1048576",
}
"""What the simulator does to one row of a page, and a part of the reason that its dead letter must give."""
BYTES = (b"\x00\xff\xfe", b'{"id": 1', None, b"[]", b'{"id": "x", "status_id": {}}')
DEAD = topics.TICKETS.dead_letters


async def poison(ground: Ground, full: bool) -> Row:
    broken = Broken()
    async with (
        halo(full) as source,
        halo(full=False, page_cap=5) as sick,
        tenant(ground, "poison", source, **_environment(source, sick)) as (it, portal),
        it.portal("globex") as other,
    ):
        figures = await _bad_rows(it, portal, source, broken)
        figures |= await _bad_records(it, portal.tenant, broken)
        figures |= await _flood(it, other, sick, portal, broken)
    done = "a row of each bad kind among good ones, undecodable records, and a tenant whose every fifth row is bad"
    return Row("poison", done, figures, broken.sentences)


def _environment(*sources: Running) -> dict[str, str]:
    """Both Halos are allowed, and pages are small enough that there is one for each kind of bad row."""
    hosts = ",".join(source.url.split("://")[1] for source in sources)
    return {"HALOBUS_ALLOWED_HOSTS": hosts, "HALOBUS_PAGE_SIZE": "20"}


async def _bad_rows(it: System, portal: Portal, source: Running, broken: Broken) -> dict[str, str]:
    """One bad row on each of the first pages; the rest of the page is stored, and the row's own next version too."""
    # A row whose team's name two teams share is left to a read by team, where it comes unspoilt.
    names = Counter(team["name"] for team in await source.control.rows("team"))
    teams = [team["id"] for team in await source.control.rows("team") if names[team["name"]] == 1]
    await portal.settings("sync", teams=teams)
    for kind in KINDS:
        await source.control.fault("bad_row", path=r"/Tickets\?.*pageinate", params={"kind": kind})
    before = len(await _letters(it))
    run = await portal.ended(await portal.sync("resync", streams=["tickets"]), 300)
    letters = await _letters(it)
    reasons = Counter(kind for kind, reason in KINDS.items() for letter in letters if reason in letter)
    buried = sum(read["sums"]["dead_lettered"] for read in run["reads"])
    missing = differences(await should_show(source.control, teams), await stored(it.database, portal.tenant))
    struck = sum(fault["struck"] for fault in await source.control.faults())
    broken.unless(run["state"] == "applied", f"single bad rows ended the run as {run['state']}: {run['problem']}")
    broken.unless(balanced(run) == [], "a sum is off with bad rows")
    broken.unless(struck == len(KINDS), f"only {struck} bad rows were served")
    broken.unless(len(letters) - before == struck, f"{len(letters) - before} dead letters for {struck} bad rows")
    broken.unless(set(reasons) == set(KINDS), f"reasons are missing: {letters}")
    broken.unless(buried >= 1, "no sum counts a dead letter")
    broken.unless(len(missing) <= struck, f"{len(missing)} tickets are missing for {struck} bad rows")
    return {"bad rows": f"{struck}, each in the dead letters with its reason", "counted in sums": str(buried)}


async def _bad_records(it: System, tenant: str, broken: Broken) -> dict[str, str]:
    """Records that no connector of ours would write, among good ones."""
    before, bus = len(await _letters(it)), Bus(it.settings, "chaos")
    mine = (tenant, (await it.database.tenants.find_one({"_id": tenant}) or {})["connection"])
    good = [_record(*mine, 900_001 + place, b'{"id": %d, "summary": "good"}' % (900_001 + place)) for place in range(5)]
    bad = [_record(*mine, 800_001 + place, value) for place, value in enumerate(BYTES)]
    try:
        await bus.publish_raw(topics.TICKETS, [*good[:3], *bad, *good[3:]])

        async def buried() -> bool:
            return len(await _letters(it)) >= before + len(bad)

        await until(buried)
        keys = [record.key.decode() for record in good if record.key]
        await until(lambda: _all_there(it, keys))
    finally:
        await bus.stop()
    found = len(await _letters(it)) - before
    await it.database.tickets.delete_many({"_id": {"$in": keys}})
    broken.unless(found == len(bad), f"{found} dead letters for {len(bad)} undecodable records")
    return {"undecodable records": f"{len(bad)}, {found} of them in the dead letters"}


def _record(tenant: str, connection: str, id: int, value: bytes | None) -> Any:
    kind, high = "halobus.ticket.upsert.v1", number(generation=10**6)  # above what was erased of this connection
    made = raw(kind, str(id), value or b"", high, tenant=tenant, connection=connection)
    return made._replace(value=value)


async def _all_there(it: System, keys: list[str]) -> bool:
    return int(await it.database.tickets.count_documents({"_id": {"$in": keys}})) == len(keys)


async def _flood(it: System, other: Portal, sick: Running, well: Portal, broken: Broken) -> dict[str, str]:
    """A tenant whose Halo spoils one row of every five: its run fails, and nobody else notices."""
    await connect(other, sick)
    await sick.control.fault("bad_row", count=None, path=r"/Tickets\?.*pageinate")
    run = await other.ended(await other.sync("resync", streams=["tickets"]), 300)
    await sick.control.clear_faults()
    group = await it.database.sync_ticket_group.find_one({"_id": "group"}) or {}
    beside = await well.ended(await well.sync("quick", streams=["tickets"]), 120)
    again = await other.ended(await other.sync("resync", streams=["tickets"]), 300)
    broken.unless(run["state"] == "failed", f"a flood of bad rows ended the tenant's run as {run['state']}")
    broken.unless(not group.get("stopped"), "one tenant's flood stopped the group")
    broken.unless(beside["state"] == "applied", f"the other tenant's run ended as {beside['state']}")
    broken.unless(again["state"] == "applied", f"the tenant's run after the flood ended as {again['state']}")
    title = run["problem"]["title"] if run["problem"] else "nothing"
    return {"a tenant's flood": f'its run fails ("{title}"), the other tenant goes on'}


async def _letters(it: System) -> list[str]:
    """The reasons of all dead letters of the tickets."""
    bus = Bus(it.settings, "chaos")
    try:
        progress = await bus.progress("nobody", DEAD)
    finally:
        await bus.stop()
    found: list[str] = []
    wanted = sum(each.end for each in progress.values())
    reader = AIOKafkaConsumer(
        f"{it.settings.topic_prefix}{DEAD.name}",
        bootstrap_servers=it.settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=DEAD.max_bytes,
    )
    await reader.start()
    try:
        while len(found) < wanted:
            for records in (await reader.getmany(timeout_ms=200)).values():
                found += [read_headers(record.headers).get("dlq-reason", "") for record in records]
        return found
    finally:
        await reader.stop()
