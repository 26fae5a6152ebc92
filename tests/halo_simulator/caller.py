"""A plain caller of Halo's interface, for the simulator's own tests; no server and no socket by default."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx

from halo_simulator.applications import CLIENT_ID, CLIENT_SECRET
from halo_simulator.config import Config, patched
from halo_simulator.control import Control
from halo_simulator.instance import Instance
from halo_simulator.scopes import GUIDE
from halo_simulator.server import application

ANCHOR = "2026-06-01T12:00:00"


class Caller:
    """Sends requests with a token; `http` is there for what needs more."""

    def __init__(self, http: httpx.AsyncClient, control: Control, instance: Instance | None = None) -> None:
        self.http, self.control, self._instance = http, control, instance

    @property
    def instance(self) -> Instance:
        """The simulator, when it runs in this process."""
        assert self._instance is not None
        return self._instance

    async def token(self, scope: str = " ".join(GUIDE), **form: str) -> httpx.Response:
        """Asks for a token; a granted one is used from then on."""
        values = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        values |= {"scope": scope} if scope else {}
        answer = await self.http.post("/auth/token", params={"tenant": "contoso"}, data=values | form)
        if answer.status_code == 200 and "access_token" in answer.text:
            self.http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        return answer

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = await self.http.get(f"/api/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, rows: Any, **params: Any) -> httpx.Response:
        """A POST as it is answered."""
        return await self.http.post(f"/api/{path}", json=rows, params=params)

    async def ids(self, path: str = "Tickets", **params: Any) -> list[int]:
        """The ids of a list, all its pages, by ascending id."""
        found: list[int] = []
        page = 1
        while True:
            query = {"pageinate": "true", "page_size": 100, "page_no": page, "order": "id"} | params
            answer = await self.get(path, **query)
            found += [int(row["id"]) for row in answer["tickets"]]
            if len(found) >= answer["record_count"] or not answer["tickets"]:
                return found
            page += 1


@contextlib.asynccontextmanager
async def opened(scope: str = " ".join(GUIDE), **config: Any) -> AsyncIterator[Caller]:
    """A fresh simulator without a socket, and a caller that has a token unless `scope` is "-"."""
    instance = Instance(patched(Config(), {"anchor": ANCHOR} | config))
    transport = httpx.ASGITransport(application(instance))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://halo.test") as http,
        Control("http://halo.test", transport=transport) as control,
    ):
        caller = Caller(http, control, instance)
        if scope != "-":
            await caller.token(scope)
        yield caller
