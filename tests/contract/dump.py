"""``python -m contract.dump``: a few documents of every collection, from a real run against the simulator, for one tag.

Written once for a released version and never again: they are what that version left in a database, which every later
one reads.
"""

import asyncio
import getpass
import shutil
import socket
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from bson import json_util
from conftest import placed
from contract.dump_choice import selected
from contract.dump_use import use

from embedded.choose import choose
from halo_simulator.running import running
from support.backup import Dump, dump
from support.command_line import halobus
from support.system import system

DUMPS = Path(__file__).parent / "dumps"
AGAIN = "--again"


async def main() -> None:
    """Run the system, do a little of everything, and write what the database holds."""
    folder = DUMPS / version("halobus")
    _may_be_made(folder)
    with tempfile.TemporaryDirectory() as scratch:
        stack = choose(Path(scratch) / "stack")
        try:
            async with placed(stack) as place, running(limit=100000) as halo:
                logs = Path(scratch) / "logs"
                logs.mkdir()
                more = {"HALOBUS_HALO_LIMIT": "100000"}
                async with system(place, logs, halo.url, **more) as it, it.portal() as portal:
                    await use(place, it, portal, halo)
                    await halobus(place, "tenants", "pause", portal.tenant, "--why", "a dump is made")
                    _write(selected(await dump(place)), folder, halo.url)
        finally:
            stack.close()


def _may_be_made(folder: Path) -> None:
    """A version that is not released yet may be dumped ``--again``."""
    if folder.exists() and AGAIN not in sys.argv:
        sys.exit(f"{folder} is there: a released version's dump is never written anew ({AGAIN} before its release)")


def _write(kept: Dump, folder: Path, halo: str) -> None:
    """As JSON, without what is this machine's: names of its host and user, the simulator's port."""
    host = halo.split("://")[1]
    ours = {host: "halo.test", socket.gethostname(): "connector", f"os:{getpass.getuser()}": "os:operator"}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, documents in kept.items():
        text = json_util.dumps(documents, json_options=json_util.RELAXED_JSON_OPTIONS, indent=1, ensure_ascii=False)
        for own, plain in ours.items():
            text = text.replace(own, plain)
        (folder / f"{name}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    asyncio.run(main())
