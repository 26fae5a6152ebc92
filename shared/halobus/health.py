"""What the service says of itself: /livez, /readyz and /metrics, as one small ASGI application."""

import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from halobus import metrics

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

ALIVE_SECONDS = 120.0
PATHS = frozenset({"/livez", "/readyz", "/metrics"})


class Health:
    """Parts with a problem, and when the process last gave a sign of life.

    A part's first word is a dependency, mostly. Parts of an ``optional`` one are shown and don't count: wizard-api is
    ready without Kafka.
    """

    def __init__(self, optional: frozenset[str] = frozenset()) -> None:
        self.problems: dict[str, str] = {"start": "starting"}
        self._optional = optional
        self._beat = time.monotonic()

    def set(self, part: str, problem: str | None) -> bool:
        """Say what is wrong with a part, or None that it is well. True where that is news."""
        before = self.problems.get(part)
        if problem is None:
            self.problems.pop(part, None)
        else:
            self.problems[part] = problem
        metrics.set(metrics.READY, self.ready)
        return before != problem

    def beat(self) -> None:
        """A sign of life: a poll, or an attempt that ended, successful or not."""
        self._beat = time.monotonic()

    @property
    def alive(self) -> bool:
        """Whether there was a sign of life in the last ``ALIVE_SECONDS``."""
        return time.monotonic() - self._beat < ALIVE_SECONDS

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong but with parts that the service can do without."""
        return all(part.split()[0] in self._optional for part in self.problems)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the three paths; anything else is 404."""
        match scope.get("path"):
            case "/livez":
                silent = round(time.monotonic() - self._beat, 1)
                await _answer(send, 200 if self.alive else 503, {"alive": self.alive, "silent_seconds": silent})
            case "/readyz":
                await _answer(send, 200 if self.ready else 503, {"ready": self.ready, "problems": self.problems})
            case "/metrics":
                await _send(send, 200, b"text/plain; version=0.0.4; charset=utf-8", metrics.exposition())
            case _:
                await _answer(send, 404, {"title": "not found", "paths": sorted(PATHS)})


def beside(health: Health, app: ASGIApp | None) -> ASGIApp:
    """``app`` with the health routes beside it; health alone where there is no app."""
    if app is None:
        return health
    inner = app

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = health if scope["type"] == "http" and scope["path"] in PATHS else inner
        await chosen(scope, receive, send)

    return both


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    await _send(send, status, b"application/json", json.dumps(body).encode())


async def _send(send: Send, status: int, kind: bytes, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": body})
