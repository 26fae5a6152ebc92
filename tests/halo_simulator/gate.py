"""The way of every request to Halo: limit, fault, latency, token, scope, handler, answer, log."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from halo_simulator import strike
from halo_simulator.api import discovery, token
from halo_simulator.api.call import Answer, Call
from halo_simulator.api.listing import Listing
from halo_simulator.api.params import Params
from halo_simulator.api.routes import table
from halo_simulator.api.viewer import check_scope, viewer_of
from halo_simulator.errors import RATE_LIMIT, HaloError
from halo_simulator.faults import Fault
from halo_simulator.instance import Instance


@dataclass(slots=True)
class Trace:
    """What the log will say of a request."""

    client_id: str = ""
    rows: int = -1


class Gate:
    """An ASGI application: Halo's resource server and its authorisation server."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._routes = table()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        fault = self._instance.faults.take(request.method, target)
        trace = Trace()
        response = await self._answer(request, fault, trace)
        self._note(request, response.status_code, fault, trace)
        response.headers["date"] = self._instance.clock.http_date()
        await response(scope, receive, send)

    async def _answer(self, request: Request, fault: Fault | None, trace: Trace) -> Response:
        """Everything that can refuse a request, in order."""
        try:
            if not fault or fault.name != "429_storm":
                self._limit()
            if fault and not fault.late and (early := await strike.early(fault, self._instance, request)):
                return early
            await self._dawdle()
            response = await self._serve(request, fault, trace)
        except HaloError as error:
            response = error.response(self._instance.config.error_shape)
        return await strike.late(fault, response, request) if fault and fault.late else response

    async def _serve(self, request: Request, fault: Fault | None, trace: Trace) -> Response:
        """Discovery and tokens need no token; the rest does."""
        path = request.url.path.lower().rstrip("/")
        config = self._instance.config
        if request.method == "GET" and path == "/api/authinfo":
            return discovery.authinfo(self._instance, request)
        if request.method == "GET" and path == "/api/instanceinfo":
            return discovery.instance_info(self._instance, request)
        if request.method == "POST" and path == f"{config.auth_path}/token".lower():
            response, trace.client_id = await token.token(self._instance, request)
            return response
        return await self._resource(request, path, fault, trace)

    async def _resource(self, request: Request, path: str, fault: Fault | None, trace: Trace) -> Response:
        """A resource of Halo's."""
        if not path.startswith("/api/"):
            raise HaloError(404, "Not Found", shape="html")
        name, _, key = path.removeprefix("/api/").partition("/")
        if path == "/api/agent/me":
            name, key = "agent/me", ""
        route = self._routes.get((request.method, name, bool(key)))
        if route is None:
            raise HaloError(404, "Not Found")
        viewer = viewer_of(self._instance, request.headers.get("authorization", ""))
        trace.client_id = viewer.application.client_id
        check_scope(viewer, route.resource, route.verb, self._instance)
        call = Call(self._instance, request, Params(request.query_params.multi_items()), viewer, key, fault)
        return self._finish(await route.handler(call), call, name, trace)

    def _finish(self, answer: Answer, call: Call, name: str, trace: Trace) -> Response:
        """A response from whatever a handler gave; a list counts for the scripted churn."""
        if isinstance(answer, Response):
            return answer
        if not isinstance(answer, Listing):
            return JSONResponse(answer)
        trace.rows = len(answer.rows)
        if fault := call.striking("bad_row"):
            strike.spoil(answer, fault)
        body = answer.body()
        here = self._instance
        here.churn.page_served(here.world, here.config, here.clock.now(), name)
        return Response(body, media_type="application/json; charset=utf-8")

    def _limit(self) -> None:
        """300 requests in any five minutes, every call counted."""
        config, budget = self._instance.config, self._instance.budget
        if not budget.take(config):
            wait = max(1, round(budget.wait(config) + 0.5))
            headers = {"retry-after": str(wait)} if config.retry_after else {}
            raise HaloError(429, RATE_LIMIT.format(limit=config.limit), headers, shape="text")

    async def _dawdle(self) -> None:
        """The configured latency."""
        config = self._instance.config
        if config.latency or config.jitter:
            await asyncio.sleep(config.latency + random.random() * config.jitter)

    def _note(self, request: Request, status: int, fault: Fault | None, trace: Trace) -> None:
        """Write the log's entry."""
        self._instance.log.add(
            time=self._instance.clock.steady(),
            method=request.method,
            path=request.url.path,
            query=request.url.query,
            status=status,
            client_id=trace.client_id,
            rows=trace.rows,
            fault=fault.name if fault else "",
        )
