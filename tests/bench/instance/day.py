"""A day in Halo: records of every kind are made, changed, moved and deleted, between the syncs and during them."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from bench.instance.phases import Phase, sync
from bench.instance.scene import Scene

HOURS = 24
SEED = 11
DOMAINS = ("reqs", "opps", "prjs")
DELETED_IN_ALL = 6
"""Of contacts, and of assets: more than 20 at once would wait for an admin's approval (promise 4)."""
Op = dict[str, Any]


async def day(scene: Scene, phase: Phase) -> int:
    """Changes and syncs in turns, Halo's clock going on; in the end the daily census. How many changes there were."""
    chance = random.Random(SEED)
    done = 0
    for number in range(scene.scale.syncs):
        await scene.halo.control.clock(advance=HOURS * 3600 / scene.scale.syncs)
        done += await _between(scene, chance, number)
        done += await _during(scene, phase, number)
    await _census_is_due(scene)
    await scene.halo.control.clock(advance=3600)
    await sync(scene, phase, "quick")
    return done


async def _between(scene: Scene, chance: random.Random, number: int) -> int:
    """As many changes as a sync finds, over contacts, assets, clients and the tickets' three domains."""
    halo, many = scene.halo.control, scene.scale.changes
    clients = [row["id"] for row in await halo.rows("client") if row["id"] != 1]
    people = [row["id"] async for row in halo.contacts() if row["kind"] == "person"]
    assets = [row["id"] async for row in halo.assets()]
    delete = number < DELETED_IN_ALL
    of_contacts = [_contact(chance, people, clients, number, n) for n in range(many // 4)]
    of_assets = [_asset(chance, assets, clients, number, n) for n in range(many // 4)]
    await halo.contact_ops(*of_contacts, *([{"op": "delete", "id": people[number]}] if delete else []))
    await halo.asset_ops(*of_assets, *([{"op": "delete", "id": assets[number]}] if delete else []))
    of_sales = await _sales(scene, chance, clients, number, many // 4)
    await halo.edit("client", chance.choice(clients), name=f"Renamed on the day, {number}")
    await halo.add("client", name=f"Founded on the day, {number}")
    return len(of_contacts) + len(of_assets) + of_sales + 2 * delete + 2


async def _during(scene: Scene, phase: Phase, number: int) -> int:
    """Tickets, opportunities or projects change while they are read, and a sync of all streams."""
    kinds = ["create", "change", "delete", "comment"] + (["move", "merge"] if number % len(DOMAINS) == 0 else [])
    domain, many = DOMAINS[number % len(DOMAINS)], scene.scale.changes // 4
    await scene.halo.control.churn(many, batch=many, kinds=kinds, domain=domain, seed=number)
    await sync(scene, phase, "quick")
    done = len((await scene.halo.control.churned())["done"])
    await scene.halo.control.stop_churn()
    return done


def _contact(chance: random.Random, people: Sequence[int], clients: Sequence[int], number: int, n: int) -> Op:
    """The first few are the ones that are deleted: they are left alone."""
    id, name = chance.choice(people[DELETED_IN_ALL:]), f"Someone {number}-{n}"
    kinds: Sequence[Callable[[], Op]] = (
        lambda: {"op": "change", "id": id, "name": name, "emailaddress": f"someone.{number}.{n}@changed.example"},
        lambda: {"op": "deactivate", "id": id},
        lambda: {"op": "activate", "id": id},
        lambda: {"op": "create", "client_id": chance.choice(clients), "name": name,
                 "emailaddress": f"someone.{number}.{n}@new.example"},
    )  # fmt: skip
    return kinds[n % len(kinds)]()


def _asset(chance: random.Random, assets: Sequence[int], clients: Sequence[int], number: int, n: int) -> Op:
    id, client = chance.choice(assets[DELETED_IN_ALL:]), chance.choice(clients)
    kinds: Sequence[Op] = (
        {"op": "change", "id": id, "serial": f"DAY-{number}-{n}"},
        {"op": "move", "id": id, "client_id": client},
        {"op": "rename", "id": id, "name": f"Renamed {number}-{n}"},
        {"op": "retire", "id": id},
        {"op": "retype", "id": id, "assettype_id": 101 + n % 8},
        {"op": "create", "assettype_id": 101 + n % 8, "client_id": client},
        {"op": "reimport", "id": id},
    )
    return kinds[n % len(kinds)]


async def _sales(scene: Scene, chance: random.Random, clients: Sequence[int], number: int, many: int) -> int:
    """Opportunities and projects."""
    halo = scene.halo.control
    deals = [row["id"] async for row in halo.tickets("opps") if not row["deleted"] and row["closed"] is None]
    projects = [row["id"] async for row in halo.tickets("prjs") if not row["deleted"]]
    ops: list[Op] = []
    for n in range(many):
        deal, project = chance.choice(deals), chance.choice(projects)
        ops.append(
            (
                {"op": "change", "id": deal, "oppvalue": 1000.0 + n, "summary": f"Worth more {number}-{n}"},
                {"op": "win", "id": deal},
                {"op": "lose", "id": deal},
                {
                    "op": "create",
                    "domain": "opps",
                    "summary": f"Deal {number}-{n}",
                    "client_id": chance.choice(clients),
                },
                {"op": "change", "id": project, "projecttimeactual": float(n), "summary": f"Project {number}-{n}"},
            )[n % 5]
        )
    await halo.ops(*ops)
    return len(ops)


async def _census_is_due(scene: Scene) -> None:
    """A day has passed for Halo alone: our own clock is the database's."""
    of_census = {f"streams.{name}.census_at": None for name in
                 ("companies", "tickets", "contacts", "opportunities", "projects", "assets")}  # fmt: skip
    await scene.it.database.tenants.update_one({"_id": scene.portal.tenant}, {"$set": of_census})
