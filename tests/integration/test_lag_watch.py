"""``halobus lag --watch`` in a terminal: the same place on the screen, and new figures as they come."""

import asyncio
import os
import pty
import re
import sys

from conftest import Place

from halobus import topics
from halobus.bus import Bus
from halobus.envelope import Envelope
from halobus.migrate import migrate
from support.consumers import settings_of
from support.waiting import until

UP = re.compile(r"\x1b\[\d*A")
"""What moves the cursor up: a live view draws over itself."""


async def test_the_table_stays_in_its_place_and_follows(place: Place) -> None:
    settings = settings_of(place)
    await migrate(settings)
    bus = Bus(settings, "test")
    terminal, inner = pty.openpty()
    environment = {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "MONGODB_URI": place.mongodb_uri,
        "HALOBUS_TOPIC_PREFIX": place.topic_prefix,
        "TERM": "xterm",
        "COLUMNS": "120",
        "LINES": "24",
    }
    watching = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from halobus.cli import main; main()", "lag", "--watch"),
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=environment,
    )
    os.close(inner)
    seen: list[str] = []
    asyncio.get_running_loop().add_reader(terminal, lambda: _read(terminal, seen))
    try:
        await until(lambda: _shows(seen, r"halo\.tickets\s+6\s+0\s"))
        await bus.publish(topics.TICKETS, [Envelope("t", "test", str(n), b"{}", "acme") for n in range(3)], partition=1)
        await until(lambda: _shows(seen, r"halo\.tickets\s+6\s+3\s"))
        assert UP.search("".join(seen)), "it draws over itself"
    finally:
        # Not SIGINT, which whoever runs the tests may ignore; and read to the end, or it would wait for its terminal.
        watching.terminate()
        await watching.wait()
        asyncio.get_running_loop().remove_reader(terminal)
        os.close(terminal)
        await bus.stop()


def _read(terminal: int, seen: list[str]) -> None:
    try:
        seen.append(os.read(terminal, 65536).decode("utf-8", "replace"))
    except OSError:
        seen.append("")  # the other end is closed


async def _shows(seen: list[str], row: str) -> bool:
    return re.search(row, "".join(seen)) is not None
