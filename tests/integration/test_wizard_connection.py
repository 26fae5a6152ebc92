"""Step 1 of the wizard: the draft, its secret, its test, and disconnecting."""

import asyncio
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from halobus import seal
from halobus.documents import Draft
from halobus.topics import COMMANDS
from support.portal import HALO, PRIVATE_KEY, Portal
from support.waiting import until
from wizard_api import facts, outbox

CONNECTION = f"{HALO}/connection"
KEYS = seal.private_keys(PRIVATE_KEY)


@pytest.fixture
def tenant() -> str:
    return f"t-{secrets.token_hex(4)}"


def typed(**more: Any) -> dict[str, Any]:
    usual = {"url": "https://Acme.halopsa.com/", "client_id": "id-1", "client_secret": "s3cret-" + "x" * 20}
    return {name: value for name, value in {**usual, **more}.items() if value is not None}


async def draft_of(portal: Portal, tenant: str) -> Draft:
    document = await portal.database.connections.find_one({"_id": tenant})
    assert document is not None
    return Draft.model_validate(document["draft"])


def opens(draft: Draft, tenant: str, **more: str) -> str:
    meant = {"tenant": tenant, "host": draft.host, "client_id": draft.client_id, **more}
    return seal.unseal(seal.Sealed(**draft.sealed.model_dump()), KEYS, **meant).client_secret


async def test_a_saved_secret_is_sealed_for_its_tenant_host_and_client_id(portal: Portal, tenant: str) -> None:
    async with portal.client(tenant) as client:
        saved = await client.put(CONNECTION, json=typed())
        shown = await client.get(CONNECTION)
    assert saved.status_code == 200
    assert saved.json() == shown.json()
    assert shown.json()["url"] == "https://acme.halopsa.com"
    assert shown.json()["status"] == "not tested"
    assert shown.json()["secret_set"]["by"] == "ada@msp.test"
    draft = await draft_of(portal, tenant)
    assert (draft.host, draft.revision) == ("acme.halopsa.com", 1)
    assert opens(draft, tenant) == typed()["client_secret"]
    with pytest.raises(seal.SealError):
        opens(draft, "other-tenant")
    with pytest.raises(seal.SealError):
        opens(draft, tenant, host="evil.test")


async def test_the_secret_is_kept_only_for_the_same_host_and_client_id(portal: Portal, tenant: str) -> None:
    async with portal.client(tenant) as client:
        without = await client.put(CONNECTION, json=typed(client_secret=None))
        assert [error["field"] for error in without.json()["errors"]] == ["client_secret"]
        await client.put(CONNECTION, json=typed())
        kept = await client.put(CONNECTION, json=typed(client_secret=None, url="acme.halopsa.com/portal"))
        assert kept.status_code == 200
        for changed in ({"url": "https://other.halopsa.com"}, {"client_id": "id-2"}):
            refused = await client.put(CONNECTION, json=typed(client_secret=None, **changed))
            assert refused.status_code == 422
            assert [error["field"] for error in refused.json()["errors"]] == ["client_secret"]
    draft = await draft_of(portal, tenant)
    assert draft.revision == 2
    assert opens(draft, tenant) == typed()["client_secret"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"url": "http://acme.halopsa.com"}, "url"),
        ({"url": "https://u:p@acme.halopsa.com"}, "url"),
        ({"url": ""}, "url"),
        ({"url": None}, "url"),
        ({"url": 7}, "url"),
        ({"client_id": ""}, "client_id"),
        ({"client_secret": ""}, "client_secret"),
        ({"client_secret": "y" * 2001}, "client_secret"),
        ({"client_secret": ["leak-me-not"]}, "client_secret"),
        ({"clientsecret": "leak-me-not"}, "clientsecret"),
    ],
)
async def test_bad_input_names_the_field_and_echoes_nothing(
    portal: Portal, tenant: str, more: dict[str, Any], field: str
) -> None:
    async with portal.client(tenant) as client:
        answer = await client.put(CONNECTION, json=typed(**more))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    for secret in ("leak-me-not", "s3cret-", "yyyy", "u:p@"):
        assert secret not in answer.text


@pytest.mark.parametrize("body", ['{"client_secret": "leak-me-not', "[1]", '"leak-me-not"', ""])
async def test_a_body_that_is_no_object_is_a_problem_without_echo(portal: Portal, tenant: str, body: str) -> None:
    async with portal.client(tenant) as client:
        answer = await client.put(CONNECTION, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "leak-me-not" not in answer.text


async def test_the_secret_is_nowhere_in_database_kafka_or_log(
    portal: Portal, tenant: str, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "needle-" + secrets.token_hex(16)
    async with portal.client(tenant) as client:
        await client.put(CONNECTION, json=typed(client_secret=secret))
        await client.put(CONNECTION, json=typed(client_secret=secret, url="nonsense url"))
        await client.post(f"{CONNECTION}/test")
        await client.get(f"{HALO}")
        audit = await client.get("/api/v1/audit")
    assert "connection.saved" in audit.text
    await facts.announce(portal.wizard)
    await outbox.repeat(portal.wizard)
    found = [audit.text, "".join(capfd.readouterr())]
    for name in await portal.database.list_collection_names():
        found += [repr(document) async for document in portal.database[name].find({})]
    found += [repr((record.value, record.headers)) for record in await portal.read_all(COMMANDS)]
    assert not [each for each in found if secret in each]


async def test_a_test_is_one_command_until_it_has_ended(portal: Portal, tenant: str) -> None:
    async with portal.client(tenant) as client:
        nothing = await client.post(f"{CONNECTION}/test")
        assert nothing.status_code == 409
        await client.put(CONNECTION, json=typed())
        answers = await asyncio.gather(*(client.post(f"{CONNECTION}/test") for _ in range(5)))
        ids = {answer.json()["id"] for answer in answers}
        assert len(ids) == 1
        id = ids.pop()
        assert answers[0].headers["Location"] == f"/api/v1/syncs/{id}"
        other = (await client.post(f"{CONNECTION}/test", json={"replace": True})).json()["id"]
        assert other != id
        await portal.accept(id, "failed", finished=datetime.now(UTC))
        assert (await client.get(CONNECTION)).json()["status"] == "failed"
        assert (await client.post(f"{CONNECTION}/test")).json()["id"] != id


async def test_waiting_for_a_test_answers_with_its_diagnosis(portal: Portal, tenant: str) -> None:
    finding = {"name": "read:tickets", "state": "granted", "how": "seen"}
    diagnosis = {"connected": True, "agent": "API", "findings": [finding]}
    async with portal.client(tenant) as client:
        await client.put(CONNECTION, json=typed())
        waiting = asyncio.create_task(client.post(f"{CONNECTION}/test", headers={"Prefer": "wait=20"}))
        id = await recorded(portal, tenant)
        await portal.accept(id, "running")
        await portal.move(id, "done", diagnosis=diagnosis, finished=datetime.now(UTC))
        answer = await waiting
        assert answer.status_code == 200
        assert answer.json()["diagnosis"]["findings"][0]["state"] == "granted"
        shown = (await client.get(CONNECTION)).json()
        assert (shown["status"], shown["diagnosis"]["agent"]) == ("tested", "API")
        # Any change turns the green status off.
        await client.put(CONNECTION, json=typed(client_id="id-2"))
        assert (await client.get(CONNECTION)).json()["status"] == "not tested"


async def test_another_halo_instance_is_refused_until_the_admin_replaces(portal: Portal, tenant: str) -> None:
    problem = {"kind": "setup", "title": "This is another Halo instance"}
    async with portal.client(tenant) as client:
        await client.put(CONNECTION, json=typed())
        waiting = asyncio.create_task(client.post(f"{CONNECTION}/test", headers={"Prefer": "wait=20"}))
        id = await recorded(portal, tenant)
        await portal.accept(id, "failed", problem=problem, result={"other_instance": True})
        answer = await waiting
    assert answer.status_code == 409
    assert answer.json()["title"] == problem["title"]
    assert "replace" in answer.json()["remedy"]


async def recorded(portal: Portal, tenant: str) -> str:
    """The id of the tenant's newest command, once there is one."""

    async def newest() -> str:
        document = await portal.database.commands.find_one({"tenant": tenant}, sort=[("recorded", -1)])
        return str(document["command_id"]) if document else ""

    return await until(newest)


async def test_two_admins_saving_at_once_are_told(portal: Portal, tenant: str) -> None:
    async with portal.client(tenant) as client:
        answers = await asyncio.gather(*(client.put(CONNECTION, json=typed(client_id=f"id-{n}")) for n in range(8)))
        statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 409}
    assert (await draft_of(portal, tenant)).revision == statuses.count(200)


async def test_disconnecting_forgets_the_draft_and_stops_the_schedule(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        await client.put(CONNECTION, json=typed())
        await client.post(f"{HALO}/complete")
        first = (await draft_of(portal, tenant)).revision
        answer = await client.delete(CONNECTION, params={"delete_data": True})
        assert answer.status_code == 202
        shown = (await client.get(CONNECTION)).json()
        assert shown["secret_set"] is None
        assert (await client.get(HALO)).json()["step"] == "connect"
        await client.put(CONNECTION, json=typed())
    assert (await draft_of(portal, tenant)).revision > first
    records = await portal.read_all(COMMANDS)
    sent = [json.loads(record.value or b"") for record in records]
    assert [command["delete"] for command in sent if command["tenant"] == tenant] == [True]
