"""One request to Halo: budget, socket, size limit, span and metrics. Everything that speaks to Halo goes through here.

Nothing is followed: a redirect is an answer. Nothing of a request's headers, body or query reaches an error or a span.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx

from connector.halo import network
from connector.halo.errors import HaloError, unexpected, unreadable
from halobus import metrics, telemetry
from halobus.clock import Clock

Spend = Callable[[bool], Awaitable[None]]
"""Awaited before every request, with whether it is interactive: returns when the request may be sent."""
OnObject = Callable[[dict[str, Any]], Any]
"""Called with each object of an answer as it is parsed, inner ones first; what it returns takes the object's place."""
Ready = Callable[[], Awaitable[None]]
TransportFactory = Callable[[], httpx.AsyncBaseTransport]
BODY_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, between two pieces of an answer, and for a whole answer."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 120.0


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status. ``text`` is decoded leniently; header names are lower case.

    ``n``: the number of this answer among all of its wire.
    """

    status: int
    headers: Mapping[str, str]
    text: str = field(repr=False)
    where: str
    n: int = 0

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self, hide: Callable[[], Collection[str]] = tuple, row: OnObject | None = None) -> Any:
        """The body as JSON; HaloError where it is a web page, cut off, or no JSON."""
        try:
            return json.loads(self.text, parse_constant=_no_constant, object_hook=row)
        except (ValueError, RecursionError):
            pass  # raised below: the exception carries the whole body
        raise unreadable(self.where, self.status, self.text, hide())


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class Answers:
    """Counts answers; shared by all clients under one lease, for versions count them (design, section 3)."""

    def __init__(self) -> None:
        self.n = 0


class Wire:
    """A pool of connections to one Halo. Use as ``async with``, or call ``aclose``."""

    def __init__(
        self,
        spend: Spend,
        clock: Clock,
        transport: TransportFactory,
        timeouts: Timeouts | None = None,
        answers: Answers | None = None,
    ) -> None:
        self.clock = clock
        self.timeouts = timeouts or Timeouts()
        self.answers = answers or Answers()
        self._spend = spend
        self._turn = asyncio.Lock()
        self._writing = asyncio.Lock()
        limits = httpx.Timeout(self.timeouts.read, connect=self.timeouts.connect, pool=self.timeouts.total)
        self._http = httpx.AsyncClient(
            transport=transport(),
            timeout=limits,
            follow_redirects=False,
            trust_env=False,
            headers={"accept": "application/json", "user-agent": "halobus"},
        )

    async def __aenter__(self) -> "Wire":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send(
        self,
        method: str,
        url: str,
        where: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        token: str | None = None,
        interactive: bool = False,
    ) -> Answer:
        """Spend a slot and send one request. ``where`` names it for people and spans: method and path.

        One request is under way at a time, so that the order of answers is the order in which Halo gave them.

        HaloError where no answer came, or one larger than 64 MiB; an error's answer is returned like any other.
        """
        await self._spend(interactive)
        headers = _authorized(token)
        request = self._http.build_request(method, url, params=params, data=form, headers=headers)
        async with self._turn:
            return await self._sent(request, where, self.timeouts.total)

    async def write(self, url: str, where: str, *, rows: Any, token: str, ready: Ready, seconds: float) -> Answer:
        """Spend a slot and POST rows as JSON; an answer must come within ``seconds``. HaloError as in ``send``.

        ``ready`` is awaited when nothing is left to wait for, right before the first byte is sent. One write is under
        way at a time, but beside the reads: one that Halo does not answer must not hold them up.
        """
        await self._spend(True)
        request = self._http.build_request("POST", url, json=rows, headers=_authorized(token))
        async with self._writing:
            await ready()
            return await self._sent(request, where, seconds)

    async def _sent(self, request: httpx.Request, where: str, seconds: float) -> Answer:
        method = request.method
        span = {"http.request.method": method, "server.address": request.url.host, "url.path": request.url.path}
        started = time.perf_counter()
        outcome = "failed"
        try:
            with telemetry.span(f"halo {where}", telemetry.SpanKind.CLIENT, span) as current:
                answer = await self._exchange(request, where, seconds)
                current.set_attribute("http.response.status_code", answer.status)
                outcome = _outcome(answer.status)
                return answer
        finally:
            metrics.add(metrics.HALO_REQUESTS, 1, outcome=outcome)
            metrics.observe(metrics.HALO_SECONDS, time.perf_counter() - started)

    async def _exchange(self, request: httpx.Request, where: str, seconds: float) -> Answer:
        """The answer with its whole body. Errors are raised outside of the handler, so that nothing is chained."""
        host = request.url.netloc.decode("ascii", "replace")
        failure: HaloError
        try:
            async with asyncio.timeout(seconds):
                return await self._read(request, where)
        except network.FAILURES as error:
            failure = network.explain(error, where, host)
        raise failure

    async def _read(self, request: httpx.Request, where: str) -> Answer:
        response = await self._http.send(request, stream=True)
        try:
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > BODY_LIMIT:
                    raise unexpected(where, f"its answer exceeds {BODY_LIMIT // 2**20} MiB", response.status_code)
        finally:
            await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        self.answers.n += 1
        return Answer(response.status_code, headers, body.decode("utf-8-sig", "replace"), where, self.answers.n)


def _authorized(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


def _outcome(status: int) -> str:
    """The label of a metric: ok, rate_limited, refused or failed."""
    if status < 400:
        return "ok"
    return "rate_limited" if status == 429 else "refused" if status < 500 else "failed"
