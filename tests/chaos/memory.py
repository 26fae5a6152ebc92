"""memory: what the connector and the consumers take does not grow with the tickets: 300 and 500,000 of them,
in small some 15,000, where holding on to each would cost more than is allowed.

The same processes read the small Halo first and then the large one, as another tenant: what they take at most more, by
the kernel's account of resident memory, is growth that the number of tickets has caused.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from chaos.load import some
from chaos.row import Broken, Ground, Row
from chaos.started import AMPLE, connect
from halo_simulator.running import process
from support.system import Portal, System, system

SERVICES = ("connector", "sync-ticket", "sync-crm", "importer")
GROWTH = 30.0
"""MB. Even the 15,000 tickets in small would take more, if they were held: 33 as Halo's JSON, 135 when it is parsed."""
PATIENCE = 3600.0


async def memory(ground: Ground, full: bool) -> Row:
    broken = Broken()
    size = "large" if full else "medium"
    async with (
        ground.place() as place,
        process("--size", "small", "--set", "limit=1000000") as small,
        process("--size", size, "--set", "limit=1000000") as large,
        system(place, ground.logs("memory"), small.url, **_environment(small.url, large.url)) as it,
        it.portal() as portal,
        it.portal("globex") as other,
    ):
        await connect(portal, small)
        await connect(other, large)
        if not full:
            teams = [int(team["id"]) for team in await large.control.rows("team")]
            await other.settings("sync", teams=teams[: len(teams) // 2])
        first = await _most(it, portal, full)
        second = await _most(it, other, full)
        tickets = await it.database.tickets.count_documents({"tenant": "globex"})
    growth = {name: second[name] - first[name] for name in SERVICES}
    for name, megabytes in growth.items():
        broken.unless(megabytes < GROWTH, f"{name} took {megabytes:.0f} MB more")
    figures = {name: f"{first[name]:.0f} MB, then {growth[name]:+.0f} MB" for name in SERVICES}
    return Row("memory", f"a full read of 300 tickets and then one of {tickets:,}", figures, broken.sentences)


def _environment(*urls: str) -> dict[str, str]:
    hosts = ",".join(url.split("://")[1] for url in urls)
    return {**AMPLE, "HALOBUS_HALO_LIMIT": "1000000", "HALOBUS_ALLOWED_HOSTS": hosts}


async def _most(it: System, portal: Portal, full: bool) -> dict[str, float]:
    """The most that each service took during a tenant's first sync and census, in MB."""
    most = dict.fromkeys(SERVICES, 0.0)
    watching = asyncio.create_task(_watch(it, most))
    try:
        await portal.applied(await portal.sync("resync", **some(full, "companies", "tickets")), PATIENCE)
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    return most


async def _watch(it: System, most: dict[str, float]) -> None:
    while True:
        for name in most:
            child = it.processes[name].child
            if child is not None:
                most[name] = max(most[name], resident(child.pid))
        await asyncio.sleep(0.05)


def resident(pid: int) -> float:
    """A process's resident memory in MB, as Linux tells it."""
    return _field(Path(f"/proc/{pid}/status").read_text().splitlines(), "VmRSS") / 1024


def _field(lines: Iterable[str], name: str) -> int:
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
