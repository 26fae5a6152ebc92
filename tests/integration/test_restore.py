"""The drill: a backup, then changes, comments, a clear, erasures; the backup is restored, with Kafka or without."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import typer
from conftest import delete_topics

from embedded.choose import Chosen
from halobus.cli_erase import erase
from halobus.cli_recover import recover
from halobus.erase_tenant import COLLECTIONS
from halobus.migrate import migrate
from halobus.store import Document
from support.backup import restore
from support.command_line import halobus
from support.drill import GONE_TENANT, IN_FLIGHT, Drill, drilled
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

CHANGES = 500


@pytest.fixture(scope="module")
async def drill(stack: Chosen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drill]:
    async with drilled(stack, tmp_path_factory.mktemp("drill")) as made:
        yield made


async def test_a_restored_backup_becomes_halo_again_and_nothing_is_written_twice(
    drill: Drill, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await _change(drill)
    written = [await drill.comment(id, f"written {id}") for id in drill.talked]
    await drill.sent(written)
    await drill.portal.applied(await drill.portal.sync("clear", streams=["tickets"]))
    # The person stands in the journal as well; of the tenant's erasure nothing but Kafka tells.
    journal = tmp_path / "erasures.jsonl"
    await _erase(drill, journal, None)
    await until(lambda: _is_told(drill, "tenant.erased"))

    await drill.stop()
    await restore(drill.place, drill.held)
    await _recover(drill, journal, capsys)
    assert await stored(drill.it.database, "acme") != {}, "what the backup had stays shown until it is read again"
    await drill.start()
    await _is_read_anew(drill)
    await _comments_are_once(drill)
    await _stay_erased(drill)


async def test_with_kafka_lost_as_well_the_journal_alone_tells_what_was_erased(
    drill: Drill, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = tmp_path / "erasures.jsonl"
    await _erase(drill, journal, journal)
    await drill.stop()
    await delete_topics(drill.place.bootstrap_servers, drill.place.topic_prefix)
    await restore(drill.place, drill.held)
    await _recover(drill, journal, capsys, "--without-kafka")
    await until(lambda: _has_topics(drill))
    await drill.start()
    await _is_read_anew(drill)
    assert len(await _notes(drill, drill.first, IN_FLIGHT)) == 1
    await _stay_erased(drill)


async def test_with_the_keys_lost_the_admin_enters_the_secret_again_and_nothing_else_is_lost(drill: Drill) -> None:
    database = drill.it.database
    before = await database.tenants.find_one({"_id": "acme"}) or {}
    async with drill.other_keys():
        failed = await drill.sync_again()
        assert (failed["state"], failed["problem"]["title"]) == ("failed", "The stored secret can't be used")
        card = await drill.portal.call("GET", "/integrations/halo")
        assert (card["status"], card["problem"]["remedy"]) == ("Error", "Enter the Client Secret again and save.")
        await drill.enter_the_secret()
        await drill.halo.control.change(drill.tickets[6], summary="after the keys were lost")
        assert (await drill.sync_again())["state"] == "applied"
        assert differences(await should_show(drill.halo.control), await stored(database, "acme")) == {}
        after = await database.tenants.find_one({"_id": "acme"}) or {}
        assert (after["connection"], after["state"]) == (before["connection"], "connected")


async def _change(drill: Drill) -> None:
    """500 changes, among them deletions that only a census or a read by id can see."""
    ids, halo = drill.tickets[:CHANGES], drill.halo.control
    changed = [{"op": "change", "id": id, "summary": f"changed after the backup {id}"} for id in ids[40:]]
    await halo.ops(*changed)
    more = CHANGES - len(changed) - 10
    await halo.ops(*({"op": "change", "id": id, "summary": f"again {id}"} for id in (ids[25:] * 9)[:more]))
    await halo.ops(*({"op": "delete" if id % 2 else "purge", "id": id} for id in ids[30:40]))


async def _erase(drill: Drill, journal: Path, tenants_journal: Path | None) -> None:
    """A person of the one tenant, and all of the other."""
    database, contact = drill.it.database, int(drill.person["content"]["id"])
    await erase(database, "acme", contact, "asked", dry_run=False, yes=True, journal=journal)
    await erase(database, GONE_TENANT, None, "left", dry_run=False, yes=True, journal=tenants_journal)


async def _is_told(drill: Drill, fact: str) -> bool:
    return await drill.it.database.audit.find_one({"fact": fact, "announced": True}) is not None


async def _has_topics(drill: Drill) -> bool:
    """Deleting a topic goes on for a moment after the broker's answer: migrate until nothing is left to do."""
    return await migrate(drill.it.settings) == []


async def _recover(drill: Drill, journal: Path, capsys: pytest.CaptureFixture[str], *options: str) -> None:
    """Dry, then in earnest, then once more: what it says, and that a second time finds nothing left."""

    async def said(**how: bool) -> Any:
        capsys.readouterr()
        settings, database = drill.it.settings, drill.it.database
        await recover(settings, database, journal, spread_minutes=0, kafka=not options, **how)
        return json.loads(capsys.readouterr().out)

    looked = await said(dry_run=True, yes=False)
    assert (looked["write_backs_to_review"], looked["tenants_read_anew"]) == (1, 1), "the erased one is not read"
    assert looked["erased_again"] == [f"tenant acme, contact {drill.person['content']['id']}", "tenant globex"]
    with pytest.raises(typer.Exit):
        await said(dry_run=False, yes=False)
    assert "nothing was done" in capsys.readouterr().err
    done = await halobus(drill.place, "recover", "--erasures", str(journal), "--spread", "0", *options, "--yes")
    assert done.code == 0, done.err
    assert {**done.json, "left": [], "dry_run": True} == {**looked, "left": []}
    once_more = await said(dry_run=False, yes=True)
    assert (once_more["write_backs_to_review"], once_more["erased_again"]) == (0, [])
    planned = {"_id": "acme", "$expr": {"$lte": ["$next_sync_at", "$$NOW"]}}
    assert await drill.it.database.connections.find_one(planned) is not None


async def _is_read_anew(drill: Drill) -> None:
    """The sync that was waiting when the backup was made is published again, and reads all; the schedule goes on."""
    database, halo = drill.it.database, drill.halo.control

    async def ended() -> Document | None:
        found: Document | None = await database.runs.find_one({"_id": drill.sync, "finished": {"$ne": None}})
        return found

    await until(ended, 60)
    run = await drill.portal.applied(drill.sync)
    assert balanced(run) == []
    assert "full" in {read["kind"] for read in run["reads"] if read["stream"] == "tickets"}
    # The generations that the clear had raised are below today's: a later read outranks all that was lost.
    await halo.change(drill.tickets[5], summary="after the restore")
    assert (await drill.sync_again())["state"] == "applied"
    assert differences(await should_show(halo), await stored(database, "acme")) == {}

    async def taken_up() -> bool:
        later = {"_id": "acme", "$expr": {"$gt": ["$next_sync_at", "$$NOW"]}}
        return await database.connections.find_one(later) is not None

    await until(taken_up)


async def _notes(drill: Drill, ticket: int, text: str) -> list[Any]:
    return [row for row in await drill.halo.control.actions(ticket) if row["note"] == text]


async def _comments_are_once(drill: Drill) -> None:
    for id in drill.talked:
        assert len(await _notes(drill, id, f"written {id}")) == 1
    assert len(await _notes(drill, drill.first, IN_FLIGHT)) == 1
    runs = drill.it.database.runs
    [review] = await runs.find({"kind": "ticket.comment", "command.text": IN_FLIGHT}).to_list(5)
    assert review["state"] == "needs_review"

    async def told() -> bool:
        [run] = await runs.find({"_id": review["_id"]}).to_list(1)
        return any(fact["type"] == "comment.needs-review" and fact["announced"] for fact in run["facts"])

    await until(told)


async def _stay_erased(drill: Drill) -> None:
    """The person is a stub and named nowhere; of the tenant the mark stands alone, and nothing is done for it."""
    database, person = drill.it.database, drill.person
    mirror = await database.contacts.find_one({"_id": person["_id"]})
    assert mirror is not None
    assert (mirror["state"], mirror["reason"], "content" in mirror) == ("scope", "erased", False)
    named = {"tenant": "acme", "content.user_id": person["content"]["id"], "content.user_name": {"$ne": None}}
    assert await database.tickets.count_documents(named) == 0
    held = {name: await database[name].count_documents({"tenant": GONE_TENANT}) for name in COLLECTIONS}
    assert {name: n for name, n in held.items() if n} == {}
    mark = await database.connections.find_one({"_id": GONE_TENANT}) or {}
    assert ("erased_at" in mark, "draft" in mark, mark.get("next_sync_at")) == (True, False, None)
    assert (await database.tenants.find_one({"_id": GONE_TENANT}) or {})["connection"] is None
