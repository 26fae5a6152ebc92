"""Lists whose data comes with later work: the right envelope, guard and cap, no rows yet (docs/halo.md section 14)."""

from __future__ import annotations

from halo_simulator.api.call import Answer, Call, Handler
from halo_simulator.api.listing import Listing, bare
from halo_simulator.api.paging import listing, page_of
from halo_simulator.errors import HaloError


def empty(resource: str, key: str) -> Handler:
    """An envelope without rows, or a bare array where there is no key."""

    async def answer(call: Call) -> Answer:
        if not key:
            return bare([])
        page = page_of(0, call.params, call.instance.config, resource)
        rows: list[bytes] = []
        return listing(key, rows, page, bytes)

    return answer


async def nothing(call: Call) -> Listing:
    """No such row."""
    raise HaloError(404, f"Not Found: {call.key}")
