"""A scripted Halo: it answers what a test says, such as the simulator can't be made to."""

import asyncio
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from connector.halo.client import HaloClient
from connector.halo.endpoints import Endpoints, Identity
from connector.halo.errors import HaloError
from connector.halo.wire import Spend
from halobus.seal import Credential

SECRET = "the-client-secret"
TOKEN = "the-access-token"
HOME = "https://acme.halopsa.com"
AT = Endpoints(HOME, f"{HOME}/api", f"{HOME}/auth/token?tenant=acme", Identity("acme", None, "acme.halopsa.com"))
Handler = Callable[[httpx.Request], httpx.Response]


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.present = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.present

    async def sleep(self, seconds: float) -> None:
        self.present += timedelta(seconds=seconds)


class Halo:
    """A scripted Halo: answers tokens, and ``data`` for everything else."""

    def __init__(self, data: Handler | None = None, token: Handler | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self._data = data or (lambda _: httpx.Response(200, json=[]))
        self._token = token or (lambda _: httpx.Response(200, json={"access_token": TOKEN, "expires_in": 3600}))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await asyncio.sleep(0)
        return self._token(request) if request.url.path.endswith("/token") else self._data(request)

    def count(self, path: str) -> int:
        return sum(request.url.path.endswith(path) for request in self.requests)

    def scopes(self) -> list[list[str]]:
        forms = [parse_qs(one.content.decode()) for one in self.requests if one.url.path.endswith("/token")]
        return [form["scope"][0].split() for form in forms]


async def free(interactive: bool) -> None:
    """A budget without end."""


def client(halo: Halo, time: Time | None = None, spend: Spend = free) -> HaloClient:
    credential = Credential("t", "acme.halopsa.com", "an-id", SECRET)
    return HaloClient(AT, lambda: credential, lambda: httpx.MockTransport(halo.answer), spend, time or Time())


async def failing(halo: Halo) -> HaloError:
    """The error of a read, after a check that nothing secret is in it or behind it."""
    with pytest.raises(HaloError) as caught:
        await client(halo).get("Tickets")
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.problem.model_dump_json()
    context: BaseException | None = caught.value
    while context is not None:
        shown += str(context) + repr(context)
        context = context.__context__
    assert SECRET not in shown
    assert TOKEN not in shown
    return caught.value
