"""What the faults do to a request or its answer (docs/halo.md section 12)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from halo_simulator.api.listing import Listing, dump
from halo_simulator.errors import INVALID_STATE, RATE_LIMIT, HaloError
from halo_simulator.faults import Fault
from halo_simulator.instance import Instance


async def early(fault: Fault, instance: Instance, request: Request) -> Response | None:
    """Strikes before Halo did anything; None lets the request go on."""
    config = instance.config
    if fault.name == "429_storm":
        headers = {"retry-after": str(fault.params.get("retry_after", 1))} if config.retry_after else {}
        raise HaloError(429, RATE_LIMIT.format(limit=config.limit), headers, shape="text")
    if fault.name == "500":
        raise HaloError(500, fault.params.get("text", INVALID_STATE))
    if fault.name == "html":
        return HTMLResponse(
            "<!DOCTYPE html><html><body><h1>Maintenance</h1></body></html>", fault.params.get("status", 200)
        )
    if fault.name == "token_revoked":
        instance.tokens.revoke(fault.params.get("client_id", ""))
    if fault.name == "hang":
        await _hang(fault, request)
        raise HaloError(504, "Gateway Time-out", shape="html")
    return None


async def late(fault: Fault, response: Response, request: Request) -> Response:
    """Strikes when the work is done: what was asked has happened."""
    body = bytes(response.body)
    if fault.name == "500":
        return HaloError(500, fault.params.get("text", INVALID_STATE)).response("message")
    if fault.name == "hang":
        await _hang(fault, request)
        return HTMLResponse("Gateway Time-out", 504)
    if fault.name == "truncated_json":
        return Response(body[: len(body) // 2], response.status_code, media_type="application/json")
    if fault.name == "slow_drip":
        return StreamingResponse(_drip(body, fault), response.status_code, media_type="application/json")
    return Reset(body, response.status_code, media_type="application/json")


def spoil(listing: Listing, fault: Fault) -> None:
    """Replaces one row of a page: `kind` is types (default), null, huge, no_id or text."""
    if not listing.rows:
        return
    position = min(fault.params.get("position", len(listing.rows) // 2), len(listing.rows) - 1)
    kind = fault.params.get("kind", "types")
    row: dict[str, Any] = json.loads(listing.rows[position])
    spoilt: dict[str, Any] = {
        "types": row | {"status_id": {"id": "two"}, "summary": 17, "last_update": "yesterday", "client_id": []},
        "null": None,
        "huge": row | {"details": "x" * fault.params.get("bytes", 2_000_000)},
        "no_id": {key: value for key, value in row.items() if key != "id"},
        "text": "not an object",
    }
    listing.rows[position] = dump(spoilt[kind])


class Reset(Response):
    """Announces the whole body, sends half of it and drops the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": bytes(self.body)[: len(self.body) // 2], "more_body": True})
        raise ConnectionResetError("reset in the middle of the body, as asked")


async def _hang(fault: Fault, request: Request) -> None:
    """Says nothing for `seconds`, or until the caller gives up."""
    await request.body()
    try:
        async with asyncio.timeout(fault.params.get("seconds", 3600)):
            await request.receive()
    except TimeoutError:
        return


async def _drip(body: bytes, fault: Fault) -> AsyncIterator[bytes]:
    """The body in `pieces`, over `seconds`."""
    pieces, seconds = fault.params.get("pieces", 20), fault.params.get("seconds", 2.0)
    size = max(1, -(-len(body) // pieces))
    for start in range(0, len(body), size):
        yield body[start : start + size]
        await asyncio.sleep(seconds / pieces)
