"""A client's user (claim ``companies``) on every operation of the committed API: their own companies, no private word.

The operations are those of docs/openapi.json, so that a new one is tried from the day on which it is described.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from support.portal import Portal
from wizard_api import openapi

OURS, THEIRS = 5, 6
OUR_TICKET, THEIR_TICKET = 1, 2
SECRET = "needle-of-another-company"
PRIVATE = "needle-of-the-msp"
API = "/api/v1"
FOR_CLIENTS = {
    ("GET", f"{API}/tickets"),
    ("GET", f"{API}/companies"),
    *((method, f"{API}/session") for method in ("GET", "POST", "DELETE")),
}
"""What answers without naming a record: with what is theirs."""
DOCUMENT: dict[str, Any] = json.loads(openapi.FILE.read_text())


def operations() -> Iterator[tuple[str, str]]:
    """Method and path of everything that the API does."""
    for path, methods in DOCUMENT["paths"].items():
        yield from ((method.upper(), path) for method in methods)


@pytest.fixture(scope="module")
async def tenant(portal: Portal) -> str:
    """Two companies with a ticket and comments each, lists, a run, settings and an audit entry, words in all of it."""
    tenant = await portal.connected()
    await portal.lists(tenant, teams={7: PRIVATE}, agents={3: PRIVATE})
    now = datetime.now(UTC)
    for company, id, word in ((OURS, OUR_TICKET, "ours"), (THEIRS, THEIR_TICKET, SECRET)):
        content = {"id": company, "name": f"Company {word}", "notes": f"{PRIVATE} {word}", "reference": word}
        await portal.mirror(tenant, "companies", company, content)
        link = {"tenant": tenant, "connection": "c1", "company": company, "portal_company": f"portal-{word}"}
        link |= {
            "_id": f"{tenant}:c1:{company}",
            "name": f"Company {word}",
            "imported": False,
            "by": PRIVATE,
            "at": now,
        }
        await portal.database.company_links.insert_one(link)
        ours = {"_id": f"{tenant}:portal-{word}", "tenant": tenant, "id": f"portal-{word}", "name": f"Company {word}"}
        await portal.database.portal_companies.insert_one(ours)
        named = {"summary": word, "details": word, "user_name": word, "team_id": 8}
        await portal.ticket(tenant, id, client_id=company, **named)
        comment = {"id": 1, "at": now, "author": word, "text": word, "by": "agent"}
        await portal.mirror(tenant, "comments", id, {"id": id, "read_for": None, "comments": [comment]})
    await accounts(portal, tenant)
    await devices(portal, tenant)
    run = {"tenant": tenant, "connection": "c1", "kind": "sync", "state": "applied", "created": now, "finished": now}
    command = {"kind": "sync", "actor": PRIVATE, "streams": [], "mode": "quick"}
    await portal.database.runs.insert_one({"_id": f"{tenant}-run", **run, "command": command, "revision": 1})
    entry = {"tenant": tenant, "at": now, "actor": PRIVATE, "action": "x", "subject": "x", "announced": True}
    await portal.database.audit.insert_one({"_id": f"{tenant}-entry", **entry})
    return tenant


async def accounts(portal: Portal, tenant: str) -> None:
    """An account, a role, an import and a company's own role, with words of the MSP and of the other company."""
    now = datetime.now(UTC)
    mine = {"tenant": tenant, "connection": "c1"}
    account = {"email": f"{SECRET}@example.com", "name": SECRET, "portal_user": str(THEIR_TICKET), "made": True}
    account |= {"companies": [THEIRS], "contacts": [THEIR_TICKET], "created": now, "changed": now}
    await portal.database.accounts.insert_one({"_id": f"{tenant}:c1:{account['email']}", **mine, **account})
    user = {"tenant": tenant, "id": str(THEIR_TICKET), "name": PRIVATE, "email": f"{SECRET}@example.com"}
    await portal.database.portal_users.insert_one({"_id": f"{tenant}:{THEIR_TICKET}", **user})
    role = {"tenant": tenant, "id": "viewer", "name": PRIVATE, "kind": "company"}
    await portal.database.roles.insert_one({"_id": f"{tenant}:viewer", **role})
    made = {**mine, "event": str(THEIRS), "kind": "contacts", "started": now}
    made["problem"] = {"kind": "setup", "title": PRIVATE}
    await portal.database.imports.insert_one({"_id": f"{tenant}:c1:{THEIRS}", **made})
    for subject in (f"company/{THEIRS}", f"contact/{THEIR_TICKET}", f"agent/{THEIR_TICKET}"):
        choice = {**mine, "subject": subject, "role": PRIVATE, "portal_user": PRIVATE, "by": PRIVATE, "at": now}
        await portal.database.account_choices.insert_one({"_id": f"{tenant}:c1:{subject}", **choice})
    await portal.mirror(tenant, "contacts", THEIR_TICKET, {"id": THEIR_TICKET, "name": SECRET, "client_id": THEIRS})


async def devices(portal: Portal, tenant: str) -> None:
    """An asset of the other company, the device that it is, and what was decided of both."""
    mine = {"tenant": tenant, "connection": "c1"}
    asset = {"id": THEIR_TICKET, "name": SECRET, "type_id": THEIRS, "type_name": PRIVATE, "client_id": THEIRS}
    await portal.mirror(tenant, "assets", THEIR_TICKET, {**asset, "inactive": False})
    device = {"id": str(THEIR_TICKET), "name": SECRET, "client_id": THEIRS, "assets": [THEIR_TICKET], "conflict": []}
    await portal.database.devices.insert_one(
        {"_id": f"{tenant}:c1:{THEIR_TICKET}", **mine, **device, "state": "active"}
    )
    for subject in (f"type/{THEIRS}", f"device-type/own-{THEIRS}"):
        choice = {**mine, "subject": subject, "name": PRIVATE, "by": PRIVATE, "at": datetime.now(UTC)}
        await portal.database.asset_choices.insert_one({"_id": f"{tenant}:c1:{subject}", **choice})


def example(schema: dict[str, Any]) -> Any:
    """A value that fits a schema, with the other company's numbers where it has the choice."""
    if "$ref" in schema:
        return example(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    return example(choices[0]) if choices else of_type(schema)


def of_type(schema: dict[str, Any]) -> Any:
    match schema.get("type"):
        case "object":
            return {name: example(inner) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [example(schema.get("items", {}))]
        case "integer" | "number":
            return THEIR_TICKET
        case "boolean":
            return True
    return "https://halo.example.com"


async def ask(portal: Portal, tenant: str, method: str, path: str, id: str) -> httpx.Response:
    """The operation for a record, as a user of company 5 whose token lists every permission there is."""
    described = DOCUMENT["paths"][path][method.lower()]
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    filled = path.replace("{name}", "teams").replace("{comment}", "x").replace("{id}", id)
    headers = {"Prefer": "wait=0", "If-Match": '"1"'}
    async with portal.client(tenant, companies=[OURS]) as client:
        return await client.request(
            method, filled, headers=headers, json=example(body) if body else None, params={"client_id": THEIRS}
        )


@pytest.mark.parametrize(("method", "path"), [*operations()])
async def test_of_others_nothing_is_shown_and_nothing_done(portal: Portal, tenant: str, method: str, path: str) -> None:
    before = await decided(portal, tenant)
    for id in (str(THEIR_TICKET), str(THEIRS), f"{tenant}-run"):
        answer = await ask(portal, tenant, method, path, id)
        assert answer.status_code < 500, answer.text
        assert SECRET not in answer.text
        assert PRIVATE not in answer.text
        assert not answer.is_success or (method, path) in FOR_CLIENTS, (id, answer.text)
    assert await decided(portal, tenant) == before


@pytest.mark.parametrize(("method", "path"), [each for each in operations() if each[0] == "GET"])
async def test_of_their_own_no_private_word_is_shown(portal: Portal, tenant: str, method: str, path: str) -> None:
    for id in (str(OUR_TICKET), str(OURS)):
        async with portal.client(tenant, companies=[OURS]) as client:
            filled = path.replace("{name}", "teams").replace("{comment}", "x").replace("{id}", id)
            answer = await client.get(filled, headers={"Prefer": "wait=0"})
        assert answer.status_code < 500, answer.text
        assert SECRET not in answer.text
        assert PRIVATE not in answer.text


async def test_what_is_theirs_is_shown(portal: Portal, tenant: str) -> None:
    async with portal.client(tenant, companies=[OURS]) as client:
        tickets = (await client.get(f"{API}/tickets")).json()["items"]
        companies = (await client.get(f"{API}/companies")).json()["items"]
        assert ([row["id"] for row in tickets], [row["id"] for row in companies]) == ([OUR_TICKET], [OURS])
        assert (await client.get(f"{API}/tickets/{OUR_TICKET}")).json()["summary"] == "ours"
        assert (await client.get(f"{API}/companies/{OURS}")).json()["notes"] is None
        assert [(row["link"]["name"], row["link"]["by"]) for row in companies] == [("Company ours", None)]
        assert (await client.get(f"{API}/companies", params={"linked": "false"})).json()["items"] == []
        assert (await client.get(f"{API}/tickets", params={"client_id": THEIRS})).json()["items"] == []
    async with portal.client(tenant, companies=[]) as client:
        assert (await client.get(f"{API}/tickets")).json()["items"] == [], "no company is not every company"


async def decided(portal: Portal, tenant: str) -> dict[str, int]:
    """How much was decided and asked so far."""
    decisions = ("company_links", "account_choices", "asset_choices", "planner_choices")
    names = ("commands", "settings", "audit", "connections", "seen_lists", *decisions)
    return {name: await portal.database[name].count_documents({"tenant": tenant}) for name in names}
