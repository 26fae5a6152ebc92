"""A small client of wizard-api, with a token as the portal would issue it for the tenant ``demo``."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
from pydantic import BaseModel, ConfigDict, TypeAdapter

from demo.environment import AUDIENCE, ISSUER
from demo.errors import DemoError
from demo.place import TENANT
from halobus.runs import Diagnosis, Problem, Read, Waiting

PERMISSIONS = (
    "integrations:read",
    "integrations:manage",
    "tickets:read",
    "users:manage",
    "tickets:comment",
    "planner:read",
    "planner:write",
    "assets:read",
)
TOKEN_SECONDS = 12 * 60 * 60
ATTEMPTS, RETRY_SECONDS = 10, 0.5
"""For a stream of events that breaks."""
WAIT = 30
"""Seconds that ``Prefer: wait`` may ask for."""


class RunView(BaseModel):
    """The parts of a run that the demo shows."""

    model_config = ConfigDict(extra="ignore")

    id: str
    state: str
    ended: bool
    revision: int = 0
    reads: list[Read] = []
    waiting: Waiting | None = None
    eta_seconds: int | None = None
    problem: Problem | None = None
    diagnosis: Diagnosis | None = None
    difference: int = 0


RUN = TypeAdapter(RunView)


def token(secret: str) -> str:
    """A bearer token of the portal, good for half a day."""
    return _signed(secret, permissions=PERMISSIONS, exp=int(time.time()) + TOKEN_SECONDS)


def sign_in_link(url: str, secret: str) -> str:
    """An address that signs one browser in, once: the token is in the fragment, which no server is sent."""
    expires = int(time.time()) + TOKEN_SECONDS
    once = _signed(secret, permissions=PERMISSIONS, exp=expires, once=True, jti=secrets.token_urlsafe(16))
    return f"{url}/#sign-in={once}"


def _signed(secret: str, **claims: Any) -> str:
    usual = {"sub": "demo@portal.example", "tenant": TENANT, "iss": ISSUER, "aud": AUDIENCE}
    return jwt.encode({**usual, **claims}, secret, algorithm="HS256")


class Api:
    """Calls under /api/v1; a problem document becomes a DemoError with its words."""

    def __init__(self, url: str, bearer: str) -> None:
        headers = {"Authorization": f"Bearer {bearer}"}
        self._http = httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers, timeout=WAIT + 10, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def get(self, path: str) -> Any:
        return _checked(await self._http.get(path)).json()

    async def put(self, path: str, body: Any) -> Any:
        """Replace what has no revisions."""
        return _checked(await self._http.put(path, json=body)).json()

    async def patch(self, path: str, body: Any) -> Any:
        """Change a part."""
        return _checked(await self._http.patch(path, json=body)).json()

    async def post(self, path: str, body: Any = None, *, wait: int = 0, key: str = "") -> Any:
        """``wait``: seconds to wait for the command's result; ``key``: an Idempotency-Key."""
        headers = ({"Prefer": f"wait={wait}"} if wait else {}) | ({"Idempotency-Key": key} if key else {})
        return _checked(await self._http.post(path, json=body, headers=headers)).json()

    async def replace(self, path: str, value: dict[str, Any]) -> Any:
        """Replace settings, made from the revision that is there now."""
        etag = _checked(await self._http.get(path)).headers["ETag"]
        return _checked(await self._http.put(path, json=value, headers={"If-Match": etag})).json()

    async def follow(self, run: str) -> AsyncIterator[RunView]:
        """A run at every revision until it has ended, by server-sent events; goes on where a connection broke."""
        seen, broken = "", 0
        while broken < ATTEMPTS:
            try:
                async for view in self._events(run, seen):
                    seen, broken = str(view.revision), 0
                    yield view
                    if view.ended:
                        return
            except httpx.TransportError:
                broken += 1
                await asyncio.sleep(RETRY_SECONDS)
        raise DemoError(f"the progress of run {run} can't be followed: its stream breaks again and again")

    async def _events(self, run: str, seen: str) -> AsyncIterator[RunView]:
        headers = {"Last-Event-ID": seen} if seen else {}
        async with self._http.stream("GET", f"/syncs/{run}/events", headers=headers) as answer:
            if answer.is_error:
                await answer.aread()
            async for line in _checked(answer).aiter_lines():
                if line.startswith("data:"):
                    yield RUN.validate_json(line.removeprefix("data:"))


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_error:
        return answer
    raise DemoError(f"{answer.request.method} {answer.request.url.path}: {_words(answer)}")


def _words(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except json.JSONDecodeError:
        return f"{answer.status_code} {answer.text[:200]}"
    fields = [f"{error['field']} {error['message']}" for error in problem.get("errors", [])]
    return ". ".join(
        part for part in (problem.get("title"), problem.get("detail"), *fields, problem.get("remedy")) if part
    )
