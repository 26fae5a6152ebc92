"""Reading from Halo and writing to it: token, request, errors in plain words, and patience with reads alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.halo.auth import Tokens
from connector.halo.endpoints import Addresses
from connector.halo.errors import classify, http_date
from connector.halo.retry import RETRIES, patiently
from connector.halo.scopes import SCOPES
from connector.halo.wire import Answer, Answers, OnObject, Ready, Spend, Timeouts, TransportFactory, Wire
from halobus.clock import Clock
from halobus.seal import Credential

Params = Mapping[str, str | int | bool]
_NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")


@dataclass(frozen=True)
class Reply:
    """A success: its JSON, Halo's own time of it (the ``Date`` header; None where unreadable), and its status.

    ``n``: its number among the client's answers, which is what versions count.
    """

    data: Any
    date: datetime | None
    status: int
    n: int = 0


class HaloClient:
    """One connection's client; ``aclose`` when done.

    ``addresses``: an ``Endpoints`` or an ``Active``. ``credential`` is called for each token. ``spend`` is awaited
    before every request, tokens included. ``scopes``: those known to be granted, where a test has learned them.
    """

    def __init__(
        self,
        addresses: Addresses,
        credential: Callable[[], Credential],
        transport: TransportFactory,
        spend: Spend,
        clock: Clock,
        *,
        scopes: Sequence[str] = SCOPES,
        timeouts: Timeouts | None = None,
        retries: int = RETRIES,
        answers: Answers | None = None,
    ) -> None:
        self.wire = Wire(spend, clock, transport, timeouts, answers)
        self.tokens = Tokens(self.wire, addresses, credential, scopes or SCOPES)
        self._base = addresses.resource_url.rstrip("/")
        self._clock = clock
        self._retries = retries

    @property
    def responses(self) -> int:
        """How many answers came so far, errors included."""
        return self.wire.answers.n

    async def aclose(self) -> None:
        """Close the connections."""
        await self.wire.aclose()

    async def get(
        self,
        path: str,
        params: Params | None = None,
        *,
        interactive: bool = False,
        row: OnObject | None = None,
    ) -> Reply:
        """GET ``/api/{path}``. HaloError for everything but a success with JSON.

        ``row`` is called with each object as it is parsed, and again where an attempt is repeated.

        A 401 renews the token once; a short outage is tried again, each attempt spending budget; a 429 is the caller's.
        """
        path = path.strip("/")
        where = "GET " + _NUMBER.sub("{id}", f"/{path}")
        query = {name: _text(value) for name, value in (params or {}).items()}
        return await patiently(lambda: self._get(path, where, query, interactive, row), self._clock, self._retries)

    async def post(self, path: str, rows: Sequence[Mapping[str, Any]], ready: Ready, seconds: float) -> Reply:
        """POST ``rows`` to ``/api/{path}``, once: Halo knows no key that would make a second one harmless.

        ``ready`` is awaited right before it is sent, and again where a refused token (401) was renewed. HaloError
        otherwise; unless its ``reached`` is False or its status says so, Halo may have done what was asked.
        """
        path = path.strip("/")
        url, where = f"{self._base}/{path}", f"POST /{path}"
        token = await self.tokens.value()
        answer = await self.wire.write(url, where, rows=list(rows), token=token, ready=ready, seconds=seconds)
        if answer.status == 401:
            token = await self.tokens.value(refused=token)
            answer = await self.wire.write(url, where, rows=list(rows), token=token, ready=ready, seconds=seconds)
        return self._reply(answer, where, token)

    async def _get(
        self, path: str, where: str, query: Mapping[str, str], interactive: bool, row: OnObject | None
    ) -> Reply:
        token = await self.tokens.value()
        answer = await self._send(path, where, query, token, interactive)
        if answer.status == 401:
            token = await self.tokens.value(refused=token)
            answer = await self._send(path, where, query, token, interactive)
        return self._reply(answer, where, token, row)

    def _reply(self, answer: Answer, where: str, token: str, row: OnObject | None = None) -> Reply:
        if not answer.ok:
            raise classify(answer.status, answer.headers, answer.text, where, self.tokens.hidden(token))
        data = answer.json(lambda: self.tokens.hidden(token), row)
        return Reply(data, http_date(answer.headers.get("date", "")), answer.status, answer.n)

    async def _send(self, path: str, where: str, query: Mapping[str, str], token: str, interactive: bool) -> Answer:
        return await self.wire.send(
            "GET", f"{self._base}/{path}", where, params=query, token=token, interactive=interactive
        )


def _text(value: str | int | bool) -> str:
    """A query value as Halo reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
