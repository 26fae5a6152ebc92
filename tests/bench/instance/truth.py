"""The database against Halo, record by record and field by field, for every stream; and what was made of it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from bench.instance.scene import Scene
from halobus.store import Database
from support import inventory, sales
from support.people import people
from support.truth import differences, should_show, stored
from support.waiting import until

Rows = Mapping[int, Any]
SHOWN = 3


async def compare(scene: Scene, when: str) -> dict[str, int]:
    """Note whatever differs; how many records each stream should hold."""
    counts: dict[str, int] = {}
    async for name, wanted, found in _streams(scene):
        wrong = sorted(id for id in wanted.keys() | found.keys() if wanted.get(id) != found.get(id))
        shown = "; ".join(f"{id}: {wanted.get(id)} is {found.get(id)}" for id in wrong[:SHOWN])
        scene.broken.unless(not wrong, f"{when}: {len(wrong)} of {len(wanted)} {name} differ: {shown[:600]}")
        counts[name] = len(wanted)
    return counts


async def _streams(scene: Scene) -> AsyncIterator[tuple[str, Rows, Rows]]:
    halo, database = scene.halo.control, scene.it.database
    tickets = await should_show(halo)
    wrong = differences(tickets, await stored(database))
    yield (
        "tickets",
        dict.fromkeys(tickets) | {id: one for id, (one, _) in wrong.items()},
        dict.fromkeys(tickets) | {id: one for id, (_, one) in wrong.items()},
    )
    yield "companies", {row["id"]: company(row) for row in await halo.rows("client")}, await _companies(database)
    yield "contacts", await people(halo), await sales.stored(database, "contacts")
    for name, domain in (("opportunities", "opps"), ("projects", "prjs")):
        yield name, await sales.should_be(halo, domain), await sales.stored(database, name)
    yield "assets", await inventory.wanted(halo), await inventory.stored(database)


def company(row: dict[str, Any]) -> dict[str, Any]:
    """What should be stored of a client."""
    return {
        "name": row["name"],
        "top_level_name": row["toplevel_name"],
        "inactive": row["inactive"],
        "reference": row["ref"],
    }


async def _companies(database: Database) -> Rows:
    fields = ("name", "top_level_name", "inactive", "reference")
    rows = await sales.stored(database, "companies")
    return {id: {name: row[name] for name in fields} for id, row in rows.items()}


async def accounts_follow(scene: Scene, when: str) -> int:
    """Wait until those that stand behind an account are the active contacts of linked companies with an address.

    An account keeps the address that it was made with, so it is told by its contacts. How many contacts those are.
    """
    linked = {each["company"] async for each in scene.it.database.company_links.find({"portal_company": {"$ne": None}})}
    active = {id: row for id, row in (await people(scene.halo.control)).items() if not row["inactive"]}
    wanted = {id for id, row in active.items() if row["email"] and row["client_id"] in linked}
    wrong: list[object] = []

    async def equal() -> bool:
        held = scene.it.database.accounts.find({"kind": "contact", "state": "active"}, {"contacts": 1, "email": 1})
        behind = {each["email"]: active.keys() & set(each["contacts"]) async for each in held}
        found = {id for ids in behind.values() for id in ids}
        wrong[:] = [*sorted(found ^ wanted), *(email for email, ids in behind.items() if not ids)]
        return not wrong

    try:
        await until(equal, scene.scale.patience / 8)
    except AssertionError:
        scene.broken.unless(False, f"{when}: {len(wrong)} accounts or contacts are off: {wrong[:SHOWN]}")
    return len(wanted)


async def devices_follow(scene: Scene, when: str) -> int:
    """Wait until no asset is pending, all types being on Auto-Sync; how many are devices."""
    linked = {each["company"] async for each in scene.it.database.company_links.find({"portal_company": {"$ne": None}})}
    assets = (await inventory.wanted(scene.halo.control)).values()
    retired = sum(one["inactive"] for one in assets)
    strange = sum(not one["inactive"] and one["client_id"] not in linked for one in assets)
    wanted = {"total": len(assets), "pending": 0, "ignored": 0}
    told: dict[str, Any] = {}

    async def so() -> bool:
        told.update(await scene.portal.call("GET", "/assets/summary"))
        return wanted.items() <= told.items()

    try:
        await until(so, scene.scale.patience / 8)
    except AssertionError:
        scene.broken.unless(False, f"{when}: the assets stand {told}, not {wanted}")
    scene.broken.unless(
        told["imported"] >= len(assets) - retired - strange,
        f"{when}: {told['imported']} of {len(assets)} assets are devices, {retired} retired, {strange} without company",
    )
    return int(told["imported"])
