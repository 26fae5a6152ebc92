"""``halobus doctor``, ``topics``, ``tenants``, ``keys`` and ``support-bundle`` on a real Kafka and MongoDB."""

import json
from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.running import running
from halobus import seal, store
from halobus.migrate import migrate
from halobus.store import Database, Document
from support.command_line import Said, halobus
from support.consumers import settings_of
from support.system import PRIVATE, PUBLIC, system

KEYS = {"HALOBUS_SEALING_PRIVATE_KEYS": PRIVATE, "HALOBUS_SEALING_PUBLIC_KEY": PUBLIC}


def lines(said: Said, part: str) -> list[tuple[str, str]]:
    """State and finding of a part."""
    return [(row["state"], row["found"]) for row in said.json if row["part"] == part]


def credential(private: str, host: str = "halo.test") -> Document:
    """A stored draft, sealed for the holder of a private key."""
    key = seal.private_keys(private)[next(iter(seal.private_keys(private)))].public_key
    sealed = seal.seal(seal.Credential("acme", host, "app", "s3cret"), key)
    blob = {"key_id": sealed.key_id, "blob": sealed.blob}
    draft = {"url": f"https://{host}", "host": host, "client_id": "app", "sealed": blob, "revision": 1}
    return {"_id": "acme", "tenant": "acme", "draft": {**draft, "saved_at": "2026-01-01T00:00:00Z", "saved_by": "ann"}}


async def test_a_deployment_that_lacks_nothing_is_well_and_one_without_topics_is_told_what_to_do(place: Place) -> None:
    before = await halobus(place, "doctor", **KEYS)
    assert before.code == 1
    wrong = [found for state, found in lines(before, "topics") if state == "wrong"]
    assert (len(wrong), wrong[-1]) == (5, "and 16 more")
    assert {row["do"] for row in before.json if row["state"] == "wrong"} == {"run `halobus migrate`"}
    await migrate(settings_of(place))
    after = await halobus(place, "doctor", **KEYS)
    assert [row for row in after.json if row["state"] == "wrong"] == []
    assert after.code == 0
    parts = {row["part"] for row in after.json}
    assert parts >= {"kafka", "topics", "kafka privileges", "mongodb", "replica set", "mongodb privileges", "indexes"}
    assert parts >= {"clock", "work", "sealing keys", "python", "settings"}
    assert "no authorizer" in lines(after, "kafka privileges")[0][1]


async def test_what_is_broken_is_named_with_its_remedy(place: Place) -> None:
    settings = settings_of(place)
    await migrate(settings)
    database = store.connect(settings)
    await database["tickets"].drop_indexes()
    await database["sync_ticket_group"].update_one(
        {"_id": "group"}, [{"$set": {"stopped": {"build": "1", "at": "$$NOW", "reason": "bad"}}}], upsert=True
    )
    late = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
    lost: Document = {"command": {"kind": "sync"}, "published": None, "accepted": False, "recorded": late}
    await database["commands"].update_one({"_id": "acme:sync:1"}, [{"$set": lost}], upsert=True)
    await database["runs"].insert_one({"_id": "r", "state": "needs_review"})
    store.close(database)
    said = await halobus(place, "doctor", **KEYS, HALOBUS_HALO_LIMITT="3")
    assert said.code == 1
    assert [state for state, found in lines(said, "indexes") if "tickets" in found][:1] == ["wrong"]
    assert lines(said, "groups")[0][1].startswith("sync-ticket is stopped since")
    assert lines(said, "commands") == [("wrong", "1 are not published for over 2 minutes")]
    assert lines(said, "write-backs") == [("warning", "1 need a person's review")]
    assert lines(said, "settings") == [("wrong", "HALOBUS_HALO_LIMITT is no setting of any service")]
    away = await halobus(place, "doctor", **{**KEYS, "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"})
    assert (away.code, lines(away, "kafka")[0][0], lines(away, "topics")) == (1, "wrong", [])


async def test_keys_are_checked_rotated_and_their_backup_tried(place: Place, tmp_path: Path) -> None:
    settings = settings_of(place)
    await migrate(settings)
    database = store.connect(settings)
    private, public, backup = tmp_path / "private", tmp_path / "public", tmp_path / "backup"
    private.write_text(PRIVATE)
    public.write_text(PUBLIC)
    backup.write_text(PRIVATE)
    await database["connections"].insert_one(credential(PRIVATE))
    files = ("--keys", str(private), "--public", str(public), "--backup", str(backup))
    well = await halobus(place, "doctor", *files)
    assert [state for state, _ in lines(well, "sealing keys")] == ["ok", "ok"]
    assert lines(well, "sealing keys, backup") == [("ok", "1 keys open all 1 stored credentials")]

    rotated = await halobus(place, "keys", "rotate", "--private", str(private), "--public", str(public))
    assert rotated.code == 0, rotated.err
    assert private.read_text().split()[1] == PRIVATE
    assert private.stat().st_mode & 0o777 == 0o600
    rows = (await halobus(place, "keys", "status", "--private", str(private))).json
    assert [(row["draft"], row["verdict"].split(":")[0]) for row in rows] == [
        (0, "the newest"),
        (1, "keep until those admins have saved and tested their secret again"),
    ]
    await database["connections"].replace_one({"_id": "acme"}, credential(private.read_text()))
    stale = await halobus(place, "doctor", *files)
    assert (stale.code, lines(stale, "sealing keys")[0][0]) == (1, "ok")
    [(state, found)] = lines(stale, "sealing keys, backup")
    assert (state, "tenant acme, draft" in found) == ("wrong", True)
    assert await database["audit"].count_documents({"action": "keys.rotate"}) == 1
    for said in (well, rotated, stale):
        assert not any(secret in said.out + said.err for secret in (*private.read_text().split(), "s3cret"))
    store.close(database)


async def test_topics_and_tenants_are_listed_and_a_schedule_is_paused_with_a_reason(place: Place) -> None:
    settings = settings_of(place)
    await migrate(settings)
    rows = {row["topic"]: row for row in (await halobus(place, "topics")).json}
    tickets = rows[f"{place.topic_prefix}halo.tickets"]
    assert (tickets["partitions"], tickets["declared"], tickets["days kept"], tickets["differs"]) == (6, 6, 7.0, "")
    database = store.connect(settings)
    await database["connections"].insert_one({**credential(PRIVATE), "paused": False})
    assert (await halobus(place, "tenants", "pause", "acme", "--why", " ")).code == 2
    assert (await halobus(place, "tenants", "pause", "nobody", "--why", "x")).code == 1
    assert (await halobus(place, "tenants", "pause", "acme", "--why", "Halo is moved")).out == "acme is paused\n"
    assert (await halobus(place, "tenants", "pause", "acme", "--why", "again")).out == "acme is paused already\n"
    [row] = (await halobus(place, "tenants")).json
    assert (row["tenant"], row["state"], row["paused"]) == ("acme", "disconnected", True)
    assert (await halobus(place, "tenants", "resume", "acme", "--why", "done")).code == 0
    entries = await database["audit"].find({"tenant": "acme"}).sort("at", 1).to_list(5)
    assert [(each["action"], each["after"]["why"]) for each in entries] == [
        ("tenant.pause", "Halo is moved"),
        ("tenant.resume", "done"),
    ]
    store.close(database)


async def test_a_support_bundle_holds_no_word_of_a_customer(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    async with (
        running(limit=100000) as halo,
        system(place, tmp_path, halo.url, HALOBUS_HALO_LIMIT="100000") as it,
        it.portal() as portal,
    ):
        await portal.connect(halo.url, halo.client_id, halo.client_secret)
        await portal.settings("sync", teams="all")
        await portal.applied(await portal.sync("resync"))
        said = await halobus(place, "support-bundle", str(file), **KEYS)
        assert said.code == 0, said.err
        text = file.read_text()
        words = await _words(it.database)
    assert len(words) > 200
    assert [word for word in words if word in text] == []
    assert not any(secret in text for secret in (halo.client_secret, halo.client_id, PRIVATE, place.mongodb_uri))
    bundle: dict[str, Any] = json.loads(text)
    assert file.stat().st_mode & 0o777 == 0o600
    assert any(run["kind"] == "sync" and run["state"] == "applied" and run["reads"] for run in bundle["runs"])
    assert all("command" not in run for run in bundle["runs"])
    assert sum(row["n"] for row in bundle["mirrors"]["tickets"]) > 0
    assert bundle["lag"]
    assert bundle["doctor"]


async def _words(database: Database) -> set[str]:
    """What customers wrote and are called: every longer text of every mirror."""
    found: set[str] = set()
    for name in ("tickets", "contacts", "companies", "comments", "assets", "opportunities"):
        async for document in database[name].find({"state": "live"}).limit(200):
            content = document["content"]
            found |= {str(content[key]) for key in ("summary", "email", "name", "user_name") if content.get(key)}
    return {word for word in found if len(word) > 7}
