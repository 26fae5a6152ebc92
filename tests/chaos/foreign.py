"""Another integration of the same Halo, which spends of the same limit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from halo_simulator.applications import FOREIGN_ID, FOREIGN_SECRET
from halo_simulator.running import Running


@asynccontextmanager
async def foreign_client(source: Running, rate: float, first: int) -> AsyncIterator[None]:
    """``first`` requests at once, then ``rate`` a second, evenly, whatever Halo answers."""
    form = {
        "grant_type": "client_credentials",
        "client_id": FOREIGN_ID,
        "client_secret": FOREIGN_SECRET,
        "scope": "all",
    }
    async with httpx.AsyncClient(base_url=source.url, trust_env=False, timeout=30) as http:
        token = (await http.post("/auth/token", params={"tenant": "contoso"}, data=form)).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        await asyncio.gather(*(http.get("/api/Status") for _ in range(first)))
        spending = asyncio.create_task(_spend(http, 1 / rate))
        try:
            yield
        finally:
            spending.cancel()
            await asyncio.gather(spending, return_exceptions=True)


async def _spend(http: httpx.AsyncClient, pause: float) -> None:
    while True:
        await asyncio.gather(http.get("/api/Status"), asyncio.sleep(pause))
