"""The drill: a backup, then changes, comments, a clear and an erasure, then the backup is restored."""

import asyncio
import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

from conftest import Place

from halo_simulator.running import Running, running
from halobus.store import Document
from support.backup import dump, restore
from support.command_line import halobus
from support.system import Portal, System, system
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

QUICK = {
    "HALOBUS_HALO_LIMIT": "100000",
    "HALOBUS_HALO_WRITE_TIMEOUT": "2",
    "HALOBUS_HALO_WRITE_GRACE": "0.5",
    "HALOBUS_LEASE_SECONDS": "3",
    "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000",
}
CHANGES, COMMENTS = 500, 20


async def test_a_restored_backup_becomes_halo_again_and_nothing_is_written_twice(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, system(place, tmp_path, halo.url, **QUICK) as it, it.portal() as portal:
        tickets = sorted(await should_show(halo.control))
        first, *talked = await _open_tickets(halo)
        await _set_up(halo, it, portal)
        person = await _requester(it)

        # In flight while the backup is made: a comment that no connector has accepted, and a sync amid its read.
        it.processes["connector"].kill(signal.SIGSTOP)
        await _write(portal, first, "in flight")
        waiting = await portal.sync("quick", join=False)
        held = await dump(place)
        it.processes["connector"].kill(signal.SIGCONT)
        await portal.ended(waiting)

        await _change(halo, tickets[:CHANGES])
        written = [await _write(portal, id, f"written {id}") for id in talked]
        await _sent(it, [*written])
        await portal.applied(await portal.sync("clear", streams=["tickets"]))
        journal = tmp_path / "erasures.jsonl"
        arguments = ("--tenant", "acme", "--contact", str(person["content"]["id"]), "--why", "asked")
        assert (await halobus(place, "erase", *arguments, "--yes", "--journal", str(journal))).code == 0

        await asyncio.gather(*(process.end() for process in it.processes.values()))
        await restore(place, held)
        await _recover(place, journal)
        shown_before = len(await stored(it.database))
        assert shown_before > 0, "what the backup had stays shown until it is read again"
        await asyncio.gather(*(process.start() for process in it.processes.values()))
        await asyncio.gather(*(process.ready() for process in it.processes.values()))
        run = await until(lambda: _scheduled(it), 120)
        assert run is not None
        async with it.portal() as again:
            assert balanced(await again.applied(run["_id"], 120)) == []
            # The generations that the clear had raised are below today's: a later read outranks all that was lost.
            await halo.control.change(tickets[5], summary="after the restore")
            long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
            await it.database.commands.update_many({"command.kind": "sync"}, [{"$set": {"recorded": long_ago}}])
            await again.applied(await again.sync("quick", join=False))

        assert differences(await should_show(halo.control), await stored(it.database)) == {}
        await _comments_are_once(halo, it, first, talked)
        mirror = await it.database.contacts.find_one({"_id": person["_id"]})
        assert mirror is not None
        assert (mirror["state"], mirror["reason"], "content" in mirror) == ("scope", "erased", False)
        named = {"content.user_id": person["content"]["id"], "content.user_name": {"$ne": None}}
        assert await it.database.tickets.count_documents(named) == 0


async def _set_up(halo: Running, it: System, portal: Portal) -> None:
    tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
    assert tested["diagnosis"]["connected"], tested
    await portal.settings("sync", teams="all")
    await portal.settings("tickets", closed_statuses=[8, 9], client_comment_status=21, comment_outcome=4)
    await portal.applied(await portal.sync("resync"))
    # As Complete Setup leaves it, but for a sync that the drill does not ask for.
    done: Document = {"$set": {"completed": "$$NOW", "next_sync_at": None, "step": "done"}}
    await it.database.connections.update_one({"_id": portal.tenant}, [done])


async def _open_tickets(halo: Running) -> list[int]:
    """Tickets of a client that take comments: one more than the drill writes."""
    [client, *_] = [row for row in await halo.control.rows("client") if row["id"] > 1]
    new = {"op": "create", "status_id": 2, "team_id": 3, "client_id": client["id"]}
    return list((await halo.control.ops(*[new] * (COMMENTS + 1)))["ids"])


async def _requester(it: System) -> Document:
    ids = await it.database.tickets.distinct("content.user_id", {"content.user_name": {"$ne": None}})
    found = await it.database.contacts.find_one({"state": "live", "content.id": {"$in": ids}})
    assert found is not None
    return found


async def _write(portal: Portal, ticket: int, text: str) -> str:
    headers = {"idempotency-key": uuid4().hex}
    return str((await portal.call("POST", f"/tickets/{ticket}/comments", {"text": text}, headers=headers))["id"])


async def _change(halo: Running, ids: list[int]) -> None:
    """500 changes, among them deletions that only a census or a read by id can see."""
    changed = [{"op": "change", "id": id, "summary": f"changed after the backup {id}"} for id in ids[40:]]
    for start in range(0, len(changed), 100):
        await halo.control.ops(*changed[start : start + 100])
    more = CHANGES - len(changed) - 10
    await halo.control.ops(*({"op": "change", "id": id, "summary": f"again {id}"} for id in (ids[25:] * 9)[:more]))
    await halo.control.ops(*({"op": "delete" if id % 2 else "purge", "id": id} for id in ids[30:40]))


async def _sent(it: System, ids: list[str]) -> None:
    async def all_sent() -> bool:
        return await it.database.runs.count_documents({"_id": {"$in": ids}, "state": "sent"}) == len(ids)

    await until(all_sent, 60)


async def _recover(place: Place, journal: Path) -> None:
    """Dry, then in earnest, then once more: what it says, and that a second time finds nothing left."""
    arguments = ("recover", "--erasures", str(journal), "--spread", "0")
    looked = await halobus(place, *arguments, "--dry-run")
    assert (looked.code, looked.json["write_backs_to_review"], looked.json["tenants_read_anew"]) == (0, 1, 1), looked
    assert looked.json["erased_again"] != []
    unasked = await halobus(place, *arguments)
    assert (unasked.code, "nothing was done" in unasked.err) == (1, True)
    done = await halobus(place, *arguments, "--yes")
    assert done.code == 0, done.err
    assert {**done.json, "left": [], "dry_run": True} == {**looked.json, "left": []}
    once_more = await halobus(place, *arguments, "--yes")
    assert (once_more.json["write_backs_to_review"], once_more.json["erased_again"]) == (0, [])


async def _scheduled(it: System) -> Document | None:
    found: Document | None = await it.database.runs.find_one(
        {"kind": "sync", "command.scheduled": True, "state": {"$in": ["applied", "failed"]}}
    )
    return found or await it.database.runs.find_one({"kind": "sync", "command.actor": "schedule", "state": "applied"})


async def _comments_are_once(halo: Running, it: System, first: int, talked: list[int]) -> None:
    async def notes(id: int, text: str) -> list[Any]:
        return [row for row in await halo.control.actions(id) if row["note"] == text]

    for id in talked:
        assert len(await notes(id, f"written {id}")) == 1
    assert len(await notes(first, "in flight")) == 1
    [review] = await it.database.runs.find({"kind": "ticket.comment", "command.text": "in flight"}).to_list(5)
    assert review["state"] == "needs_review"
    assert any(fact["type"] == "comment.needs-review" and fact["announced"] for fact in review["facts"])
