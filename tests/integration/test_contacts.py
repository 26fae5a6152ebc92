"""Contacts on the whole system: the people whom Halo has, field by field, and nobody else."""

from collections import Counter
from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.running import running
from halobus.store import Database
from support.people import people
from support.synced import synced
from support.system import Portal, System
from support.truth import balanced


async def stored(database: Database) -> dict[int, dict[str, Any]]:
    return {doc["content"]["id"]: doc["content"] async for doc in database.contacts.find({"state": "live"})}


async def reasons(database: Database) -> dict[int, str]:
    """Why there is but a stub, by id."""
    return {int(doc["id"]): doc["reason"] async for doc in database.contacts.find({"state": {"$ne": "live"}})}


def of_contacts(run: dict[str, Any], kind: str) -> dict[str, Any]:
    [read] = [read for read in run["reads"] if (read["stream"], read["kind"]) == ("contacts", kind)]
    return dict(read)


async def census(it: System, portal: Portal) -> dict[str, Any]:
    """A sync in which the daily census of contacts is due. With the companies it is another than the one before."""
    await it.database.tenants.update_one({"_id": portal.tenant}, {"$set": {"streams.contacts.census_at": None}})
    return await portal.applied(await portal.sync("quick", streams=["companies", "contacts"], join=False))


async def test_a_sync_brings_the_people_and_nobody_else(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal, run):
        order = list(dict.fromkeys(read["stream"] for read in run["reads"]))
        assert (order[:3], order[-2:]) == (["reference", "companies", "tickets"], ["contacts", "assets"])
        assert balanced(run) == []
        wanted = await people(halo.control)
        assert len(wanted) > 60
        assert await stored(it.database) == wanted
        kinds = {row["id"]: row["kind"] async for row in halo.control.contacts()}
        stubs = await reasons(it.database)
        assert stubs == {id: kinds[id] for id in stubs}
        assert of_contacts(run, "full")["sums"]["filtered"] == len(stubs) > 0, "prospects: Halo lists them all the same"

        told = await portal.call("GET", "/contacts/summary")
        problems = Counter(row["email_problem"] for row in wanted.values())
        assert (told["total"], told["blank"], told["invalid"]) == (len(wanted), problems["blank"], problems["invalid"])
        card = await portal.call("GET", "/integrations/halo")
        assert {each["stream"]: each["documents"] for each in card["streams"]}["contacts"] == len(wanted)

        again = of_contacts(await census(it, portal), "census")
        assert (again["listed"], again["removed"]) == (0, 0), "what is known to be no person is not asked for daily"


async def test_what_changes_in_halo_changes_here(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal, _):
        before = await people(halo.control)
        renamed, left, agent, deleted, *_ = [id for id, row in before.items() if not row["inactive"]]
        prospect = next(id for id, why in (await reasons(it.database)).items() if why == "prospect")
        made = await halo.control.contact_ops(
            {"op": "change", "id": renamed, "name": "Ada Novák", "emailaddress": "ADA.NOVAK@Client.example"},
            {"op": "deactivate", "id": left},
            {"op": "change", "id": agent, "linked_agent_id": 5},
            {"op": "change", "id": prospect, "is_prospect": False},
            {"op": "create", "client_id": 12, "name": "New", "emailaddress": "n/a"},
            {"op": "create", "client_id": 12, "name": "Scanner 2", "isserviceaccount": True},
            {"op": "delete", "id": deleted},
        )
        run = await portal.applied(await portal.sync("quick", streams=["contacts"], join=False))
        assert balanced(run) == []
        assert of_contacts(run, "incremental")["listed"] == 6
        wanted = await people(halo.control)
        assert {renamed, left, prospect, made["ids"][4]} <= wanted.keys()
        assert await stored(it.database) == wanted | {deleted: before[deleted]}, "a list does not tell what is gone"
        assert (await portal.call("GET", f"/contacts/{left}"))["inactive"] is True
        assert (await reasons(it.database))[agent] == "agent"
        assert (await reasons(it.database))[made["ids"][5]] == "service_account"

        counted = await census(it, portal)
        assert balanced(counted) == []
        assert of_contacts(counted, "census")["removed"] == 1
        assert await stored(it.database) == wanted
        assert (await reasons(it.database))[deleted] == "not_visible"

        await portal.settings("sync", teams="all", users=False)
        await halo.control.contact_ops({"op": "change", "id": renamed, "name": "Changed while it was off"})
        off = await portal.applied(await portal.sync("quick", join=False))
        assert "contacts" not in {read["stream"] for read in off["reads"]}
        assert (await portal.call("GET", "/contacts"))["not_synced_since"] is not None
        assert await stored(it.database) == wanted
