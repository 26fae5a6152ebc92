"""The tenant's lease: one connector replica at a time answers for a tenant's token, reads and writes.

The fence rises at every acquisition. It and the term are in the database's time, so replicas' clocks don't matter.
"""

import time
from dataclasses import dataclass
from typing import Any

from halobus.store import Database, ReturnDocument


class LeaseLost(Exception):  # noqa: N818 (a state of affairs, not an error of ours)
    """Another replica holds the tenant now: whatever was going on here must stop, its writes no longer count."""


@dataclass
class Lease:
    """A held lease; every write of its holder filters on ``fence``. ``until``: its end by our own monotonic clock."""

    tenant: str
    holder: str
    fence: int
    until: float


def _until(seconds: float) -> dict[str, Any]:
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": int(seconds * 1000)}}


def _next_fence() -> dict[str, Any]:
    """Higher than the last one and not below the database's clock: a restored database never issues an old number."""
    return {"$max": [{"$add": [{"$ifNull": ["$lease.fence", 0]}, 1]}, {"$toLong": "$$NOW"}]}


async def acquire(database: Database, tenant: str, holder: str, seconds: float) -> Lease | None:
    """Take a free or expired lease; None where another replica holds it."""
    asked = time.monotonic()
    await database.tenants.update_one({"_id": tenant}, {"$setOnInsert": {"tenant": tenant}}, upsert=True)
    free = {"$or": [{"lease.until": None}, {"$expr": {"$lt": ["$lease.until", "$$NOW"]}}]}
    taken = {"holder": holder, "fence": _next_fence(), "until": _until(seconds)}
    document = await database.tenants.find_one_and_update(
        {"_id": tenant, **free}, [{"$set": {"lease": taken}}], return_document=ReturnDocument.AFTER
    )
    return Lease(tenant, holder, document["lease"]["fence"], asked + seconds) if document else None


async def renew(database: Database, lease: Lease, seconds: float) -> None:
    """Prolong; LeaseLost where it is no longer ours."""
    asked = time.monotonic()
    result = await database.tenants.update_one(_mine(lease), [{"$set": {"lease.until": _until(seconds)}}])
    if result.matched_count == 0:
        raise LeaseLost(lease.tenant)
    lease.until = asked + seconds


async def assure(database: Database, lease: Lease, seconds: float) -> None:
    """Before what no filter on the fence protects: a holder that was frozen past its term asks whether it still is."""
    if time.monotonic() >= lease.until:
        await renew(database, lease, seconds)


async def release(database: Database, lease: Lease) -> None:
    """Give it up at once, so that a successor need not wait for its end. Does nothing if it is no longer ours."""
    await database.tenants.update_one(_mine(lease), {"$set": {"lease.holder": None, "lease.until": None}})


async def write(database: Database, lease: Lease, change: dict[str, Any]) -> None:
    """Change the tenant's document as its holder; LeaseLost where it is no longer ours."""
    result = await database.tenants.update_one(_mine(lease), change)
    if result.matched_count == 0:
        raise LeaseLost(lease.tenant)


def _mine(lease: Lease) -> dict[str, Any]:
    return {"_id": lease.tenant, "lease.holder": lease.holder, "lease.fence": lease.fence}
