"""One request on its way to a handler."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from halo_simulator.api.listing import Listing
from halo_simulator.api.params import Params
from halo_simulator.api.viewer import Viewer
from halo_simulator.errors import BindingError, HaloError
from halo_simulator.faults import Fault
from halo_simulator.instance import Instance

Row = dict[str, Any]


@dataclass(slots=True)
class Call:
    """Everything that a handler may need."""

    instance: Instance
    request: Request
    params: Params
    viewer: Viewer
    key: str = ""
    """The path's second part: an id."""
    fault: Fault | None = None

    def id(self) -> int:
        """The path's id as a number."""
        try:
            return int(self.key)
        except ValueError as error:
            raise BindingError("id", self.key) from error

    async def rows(self) -> list[Row]:
        """The body: always an array of objects (docs/halo.md section 9)."""
        if "json" not in self.request.headers.get("content-type", ""):
            raise HaloError(415, "Unsupported Media Type")
        try:
            body = json.loads(await self.request.body())
        except ValueError as error:
            raise BindingError("$", "body") from error
        if not isinstance(body, list) or not body or not all(isinstance(row, dict) for row in body):
            raise BindingError("$", type(body).__name__)
        return body

    def striking(self, name: str) -> Fault | None:
        """The fault that strikes this request, if it has this name."""
        return self.fault if self.fault and self.fault.name == name else None


Answer = Listing | Response | Row
Handler = Callable[[Call], Awaitable[Answer]]
