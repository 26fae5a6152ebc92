"""The system on a Kafka and a MongoDB that allow each service what ``halobus.access`` lists, and nothing else."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka.errors import TopicAuthorizationFailedError

from embedded.errors import StackError
from embedded.mongo import binary
from embedded.secured import Secured
from embedded.stack import Stack
from halo_simulator.running import Running, running
from halobus import access, metrics, store, topics
from halobus.access import Need
from halobus.bus import Bus
from halobus.envelope import Envelope
from halobus.publisher import Raw
from support import creating
from support.command_line import Said, halobus
from support.consumers import settings_of
from support.guarded import DATABASE, PREFIX, Guarded, guarded_system
from support.host_portal import HostPortal
from support.otlp import collector
from support.system import Portal, System
from support.waiting import until

SYNCING = (*creating.PLANNING, "assets:read")
EVERYTHING: dict[str, Any] = {"teams": "all", "opportunities": True}
LAPTOP, UPDATED, PORTAL_COMMENT = "Laptop", 21, 4
try:
    binary()
except StackError as error:
    pytest.skip(str(error), allow_module_level=True)


@pytest.fixture(scope="module")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    """Accounts and rights as the README lists them, and ``reader`` who may only read MongoDB; migrated by halobus."""
    secured = Secured({name: secrets.token_hex(8) for name in (*access.ACCESS, "reader")})
    stack = Stack(tmp_path_factory.mktemp("guarded"), tied=True, secured=secured)
    await asyncio.to_thread(stack.up)
    place = Guarded(stack, secured)
    await place.allow([need for service in access.ACCESS for need in access.needs(service)])
    await place.users({**dict.fromkeys(access.ACCESS, "readWrite"), "reader": "read"})
    migrated = await halobus(place, "migrate", **place.account("halobus"))
    assert migrated.code == 0, migrated.err
    yield place
    await asyncio.to_thread(stack.down)


@dataclass
class Here:
    """The running system in that place, connected and synced."""

    place: Guarded
    it: System
    halo: Running
    portal: Portal

    async def halobus(self, *arguments: str, who: str = "halobus") -> Said:
        return await halobus(self.place, *arguments, **self.place.account(who))


@pytest.fixture(scope="module")
async def here(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Here]:
    """Five services, each by its own account."""
    logs = tmp_path_factory.mktemp("guarded-logs")
    with collector() as sink:
        async with (
            running(limit=100_000) as halo,
            guarded_system(guarded, logs, halo, sink.url) as it,
            it.portal(permissions=SYNCING) as portal,
        ):
            tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
            assert tested["diagnosis"]["connected"], tested
            yield Here(guarded, it, halo, portal)


async def test_the_main_job_is_done_with_the_listed_rights_alone(here: Here) -> None:
    """Every stream, a comment, a company with its people, a device and an opportunity; and nobody was refused."""
    portal, halo = here.portal, here.halo
    await portal.settings("sync", **EVERYTHING)
    await portal.settings("tickets", client_comment_status=UPDATED, comment_outcome=PORTAL_COMMENT)
    await portal.applied(await portal.sync("resync"))
    await _comment(here)
    await _company(here)
    await _device(here)
    await portal.settings("opportunities", **creating.DEFAULTS)
    asked = await creating.create(portal, "Forty laptops")
    assert (await creating.ended(portal, asked["id"]))["state"] == "sent"
    await until(lambda: _webhook_delivered(here))
    assert _refusals(here.it) == []
    assert len(await creating.in_halo(halo.control, "Forty laptops")) == 1


async def _comment(here: Here) -> None:
    [client, *_] = [row for row in await here.halo.control.rows("client") if row["id"] > 1 and not row["inactive"]]
    ticket = await here.halo.control.create(status_id=2, team_id=3, client_id=client["id"])
    await here.portal.applied(await here.portal.sync("quick", streams=["tickets"], join=False))
    path = f"/tickets/{ticket}/comments"
    sent = await here.portal.call("POST", path, {"text": "It prints again"}, headers={"idempotency-key": "k1"})

    async def over() -> bool:
        return bool((await here.portal.call("GET", f"{path}/{sent['id']}"))["state"] == "sent")

    await until(over)


async def _company(here: Here) -> None:
    """Companies are imported, and their people get accounts."""
    host = await HostPortal(here.it.database, here.portal).open()
    await here.portal.settings("sync", **EVERYTHING, auto_import=True, default_role="viewer")
    told = await here.portal.call("POST", "/companies/import", {"ids": "all", "alike": True})
    assert (await host.imported(told["import"]))["created"] > 0


async def _device(here: Here) -> None:
    rows = (await here.portal.call("GET", "/assets/types"))["items"]
    [laptops] = [row for row in rows if row["name"] == LAPTOP]
    await here.portal.call("PATCH", f"/assets/types/{laptops['id']}", {"device_type": "laptop"})
    await here.portal.call("POST", f"/assets/types/{laptops['id']}/import")

    async def imported() -> bool:
        return await here.it.database.devices.count_documents({"tenant": here.portal.tenant}) > 0

    await until(imported)


async def _webhook_delivered(here: Here) -> bool:
    text = (await here.portal.http.get("/metrics")).text
    return f'{metrics.WEBHOOK_DELIVERIES.name}{{outcome="delivered"}}' in text


def _refusals(it: System) -> list[str]:
    """Lines of the services' logs that speak of a right."""
    words = ("Authorization", "not authorized", "Unauthorized", "requires authentication", '"loop_failed"')
    lines = [line for one in it.processes.values() for line in one.log.read_text().splitlines()]
    return [line for line in lines if any(word in line for word in words)]


async def test_an_operator_does_all_with_the_listed_rights(here: Here) -> None:
    """What cannot be stored goes to the dead letters, and is listed, shown and replayed."""
    as_admin = settings_of(
        here.place,
        kafka_security="SASL_PLAINTEXT",
        kafka_username="admin",
        kafka_password=here.place.secured.key,
    )
    bus = Bus(as_admin, "test")
    for topic in (topics.TICKETS, topics.CONTACTS, topics.ASSETS, topics.COMMANDS):
        await bus.publish(topic, [Envelope("t", "test", "nobody:c1:1", b"{}", "nobody")])
    await bus.stop()

    async def buried() -> bool:
        return len((await here.halobus("dlq", "list")).json) == 4

    await until(buried, 30)
    assert (await here.halobus("dlq", "show", "halo.tickets")).code == 0
    replayed = await here.halobus("dlq", "replay", "halo.tickets", "--yes")
    assert (replayed.code, replayed.json["chosen"]) == (0, 1), replayed.err
    for command in (("lag",), ("recover", "--dry-run")):  # all others ask Kafka for less
        said = await here.halobus(*command)
        assert (said.code, said.err) == (0, ""), command
    doctor = await here.halobus("doctor")
    assert [row for row in doctor.json if row["state"] == "wrong"] == []
    assert (doctor.code, _found(doctor, "kafka privileges")) == (0, ["each service's needs are allowed to somebody"])
    assert _found(doctor, "mongodb privileges") == ["this credential has all"]
    assert (await here.halobus("lag", who="wizard-api")).code == 0, "what `kubectl exec` in its pod says"
    assert _refusals(here.it) == []


async def test_one_right_less_is_named_by_the_doctor_and_holds_up_what_needs_it(here: Here) -> None:
    """The connector may no longer write tickets: the run fails or waits, and goes on once it may."""
    lost = Need("connector", "WRITE", "topic", "halo.tickets")
    await here.place.forbid(lost)
    said = await here.halobus("doctor")
    assert (said.code, _found(said, "kafka privileges")) == (
        1,
        [f"connector: User:connector may not WRITE topic {PREFIX}halo.tickets"],
    )
    await here.halo.control.create(status_id=2, team_id=3, client_id=12)
    run = await here.portal.sync("quick", streams=["tickets"], join=False)
    await until(lambda: _said(here.it, "connector", "TopicAuthorizationFailedError"))
    await here.place.allow([lost])
    assert _found(await here.halobus("doctor"), "kafka privileges") == ["each service's needs are allowed to somebody"]
    ended = await here.portal.ended(run)
    if ended["state"] != "applied":
        await here.portal.applied(await here.portal.sync("quick", streams=["tickets"], join=False))


async def _said(it: System, service: str, words: str) -> bool:
    return words in it.processes[service].log.read_text()


async def test_what_is_not_listed_is_refused(guarded: Guarded) -> None:
    """Else the lists prove nothing: Kafka and MongoDB do ask."""
    account = settings_of(
        guarded,
        kafka_security="SASL_PLAINTEXT",
        kafka_username="sync-ticket",
        kafka_password=guarded.secured.passwords["sync-ticket"],
        mongodb_uri=guarded.account("sync-ticket")["MONGODB_URI"],
    )
    bus, database = Bus(account, "test"), store.connect(account)
    with pytest.raises(TopicAuthorizationFailedError):
        await bus.publish_raw(topics.COMMANDS, [Raw(b"k", b"v", [])])
    with pytest.raises(store.OperationFailure, match="not authorized"):
        await database.client["another"]["tickets"].find_one()
    await bus.stop()
    store.close(database)


async def test_a_mongodb_user_with_too_little_is_told_what_to_be_granted(guarded: Guarded) -> None:
    reader = guarded.account("halobus", MONGODB_URI=guarded.account("reader")["MONGODB_URI"])
    said = await halobus(guarded, "doctor", **reader)
    [found] = _found(said, "mongodb privileges")
    assert said.code == 1
    assert found == "this credential may not: insert, update, remove, createIndex, dropIndex, createCollection"
    [remedy] = {row["do"] for row in said.json if row["part"] == "mongodb privileges"}
    assert remedy == f"grant it readWrite on {DATABASE}"


async def test_a_wrong_password_is_told_and_not_shown(guarded: Guarded) -> None:
    wrong = guarded.account("halobus", HALOBUS_KAFKA_PASSWORD="hunter2")
    said = await halobus(guarded, "doctor", **wrong)
    [row] = [row for row in said.json if row["part"] == "kafka"]
    assert (said.code, row["state"]) == (1, "wrong")
    assert "security, account and authority" in row["do"]
    uri = guarded.account("halobus")["MONGODB_URI"].replace(guarded.secured.passwords["halobus"], "hunter2")
    said = await halobus(guarded, "doctor", **guarded.account("halobus", MONGODB_URI=uri))
    assert _found(said, "mongodb") == ["refuses: OperationFailure, code 18, AuthenticationFailed"]
    assert "hunter2" not in said.out + said.err


def _found(said: Said, part: str) -> list[str]:
    return [row["found"] for row in said.json if row["part"] == part]
