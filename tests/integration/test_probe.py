"""``python -m connector.probe`` against a Halo that is as docs/halo.md says, and against one that is not."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from typing import Any

from halo_simulator.running import Running, running


async def probed(halo: Running, **changes: str) -> tuple[int, Any, str]:
    """Exit code, what was printed, and standard error."""
    environment = {
        **os.environ,
        "HALOBUS_PROBE_URL": halo.url,
        "HALOBUS_PROBE_CLIENT_ID": halo.client_id,
        "HALOBUS_PROBE_CLIENT_SECRET": halo.client_secret,
        "HALOBUS_ALLOWED_HOSTS": halo.url.split("://")[1],
        **changes,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "connector.probe", stdout=PIPE, stderr=PIPE, env=environment
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, json.loads(out) if out else None, err.decode()


def differing(said: Any) -> set[str]:
    return {fact["written"] for fact in said["facts"] if fact["verdict"] == "differs"}


async def test_a_halo_as_it_is_written_differs_in_nothing_and_is_only_read() -> None:
    async with running(limit=100000) as halo:
        mark = await halo.control.mark()
        code, said, err = await probed(halo)
        requests = await halo.control.requests(mark)
    assert (code, differing(said)) == (0, set()), err
    assert len(requests) == said["requests"] <= 60
    assert {each["method"] for each in requests if "token" not in each["path"].lower()} == {"GET"}
    sections = {fact["section"] for fact in said["facts"] if fact["verdict"] == "as written"}
    assert sections == {"2", "3", "4", "5", "6.1", "6.4", "8"}


async def test_what_differs_is_named() -> None:
    async with running(limit=100000, page_cap=80, default_rows=30) as halo:
        code, said, _ = await probed(halo)
    assert code == 1
    assert differing(said) == {"/Tickets is cut at 100 rows a page", "without pages /Tickets gives 50 rows"}


async def test_a_wrong_secret_is_told_and_never_shown() -> None:
    async with running(limit=100000) as halo:
        code, said, err = await probed(halo, HALOBUS_PROBE_CLIENT_SECRET="wrong-5f1b")
    assert (code, said) == (2, None)
    assert err.startswith("probe: ")
    assert "wrong-5f1b" not in err
    assert "Traceback" not in err
