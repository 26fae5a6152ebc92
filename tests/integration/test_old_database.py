"""What an older version left in a database is read today, and what a newer one knows beyond it is left alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from connector.lease import acquire, write
from embedded.choose import Chosen
from halobus.accounts import Account, AccountChoice, Import
from halobus.decisions import KINDS
from halobus.devices import AssetChoice, Device
from halobus.documents import Connection, Tenant
from halobus.group import State
from halobus.host_portal import PortalRole, PortalUser
from halobus.messages import MODELS
from halobus.planner import PlannerChoice, PlannerItem
from halobus.runs import Run
from halobus.settings_schema import decided
from halobus.standing import standings
from halobus.store import Document
from halobus.streams import STREAMS, StreamName
from halobus.version import parse
from importer.accounts import converge_accounts
from importer.devices import follow_assets
from support.old_database import DUMPS, Held, held
from support.portal import HALO, Portal, opened
from sync_crm import planner

TENANT = "acme"
API = "/api/v1"
LISTED = {
    **{f"{API}/{name}": 1 for name in ("syncs", "tickets", "companies", "contacts", "audit", "projects", "agents")},
    **{f"{API}/{name}": 1 for name in ("opportunities", "assets", "devices", "users", "users/imports", "device-types")},
    f"{API}/planner/items": 3,
    f"{API}/roles": 1,
    f"{API}/portal-users": 1,
    f"{API}/assets/types": 1,
}
"""Routes that list, and how much at least."""
ROUTES = (
    HALO,
    f"{HALO}/connection",
    f"{HALO}/changes",
    *(f"{HALO}/settings/{kind}" for kind in KINDS),
    *(f"{HALO}/reference/{name}" for name in ("teams", "statuses", "ticket-types", "workflows", "asset-types")),
    f"{API}/users/auto-import",
    f"{API}/contacts/summary",
    f"{API}/assets/summary",
    *LISTED,
)
OF_A_ROW = {
    "tickets": f"{API}/tickets",
    "companies": f"{API}/companies",
    "contacts": f"{API}/contacts",
    "opportunities": f"{API}/opportunities",
    "projects": f"{API}/projects",
}
DOCUMENTS: dict[str, type[BaseModel]] = {
    "runs": Run,
    "accounts": Account,
    "account_choices": AccountChoice,
    "imports": Import,
    "devices": Device,
    "asset_choices": AssetChoice,
    "planner_items": PlannerItem,
    "planner_choices": PlannerChoice,
    "portal_users": PortalUser,
    "roles": PortalRole,
    "sync_ticket_group": State,
}
CONTENTS = {
    "tickets": "ticket.upsert",
    "comments": "comments.replace",
    "companies": "company.upsert",
    "contacts": "contact.upsert",
    "opportunities": "opportunity.upsert",
    "projects": "project.upsert",
    "assets": "asset.upsert",
    "reference": "reference.replace",
}
OTHERS = frozenset(
    {
        *("tenants", "connections", "settings", "commands", "audit", "budgets", "company_links", "seen_lists"),
        *("erasures", "used_links", "dlq_replays", "sync_ticket_rejects"),
    }
)
"""What has no model of its own in ``halobus``: read by the routes and by what the owners do."""


@pytest.fixture(scope="module")
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    async with opened(stack) as made:
        yield made


def test_there_is_a_full_dump_and_it_is_small() -> None:
    assert "0.1.0" in [dump.name for dump in DUMPS]
    for dump in DUMPS:
        assert sum(path.stat().st_size for path in dump.iterdir()) < 300_000
        assert set(held(dump)) == {*DOCUMENTS, *CONTENTS, *OTHERS}


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name)
def test_every_document_is_read_by_its_model(dump: Path) -> None:
    found = held(dump)
    for collection, model in DOCUMENTS.items():
        assert [model.model_validate(each) for each in found[collection]] != [], collection
    assert {each["kind"] for each in found["runs"]} >= {"sync", "connection.test", "ticket.comment"}
    assert [Tenant.model_validate(each).active is not None for each in found["tenants"]] == [True]
    assert [Connection.model_validate({**each, "tenant": each["_id"]}).draft for each in found["connections"]] != [None]
    assert sorted(each["kind"] for each in found["settings"]) == sorted(KINDS)
    for each in found["settings"]:
        assert decided(KINDS[each["kind"]], each) is not None
    for collection, noun in CONTENTS.items():
        live = [each for each in found[collection] if each["state"] == "live"]
        assert live, f"{collection} has a live mirror"
        for each in live:
            MODELS[f"halobus.{noun}.v1"].model_validate(each["content"])
    for stream in STREAMS.values():
        for each in found[stream.collection]:
            assert str(parse(each["version"])) == each["version"]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name)
async def test_routes_answer_over_it(portal: Portal, dump: Path) -> None:
    found = held(dump)
    await _restore(portal, found)
    async with portal.client(TENANT) as client:
        for route in (*ROUTES, *_rows(found)):
            answer = await client.get(route)
            assert answer.status_code == 200, f"{route}: {answer.text}"
            assert route not in LISTED or len(answer.json()["items"]) >= LISTED[route], f"{route} lists too little"
        [commented, *_] = found["comments"]
        shown = (await client.get(f"{API}/tickets/{commented['id']}/comments")).json()["items"]
        assert {each["text"] for each in shown} >= {each["text"] for each in commented["content"]["comments"]}


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name)
async def test_owners_go_on_over_it_and_change_nothing_by_themselves(portal: Portal, dump: Path) -> None:
    """What is made of the mirrors is as it should be already: an update makes nobody twice and retires nobody."""
    await _restore(portal, held(dump))
    made = ("accounts", "imports", "devices", "planner_items")
    before = {name: await portal.database[name].find().sort("_id", 1).to_list() for name in made}
    assert all(before.values())
    for stream, converge in (
        (StreamName.CONTACTS, converge_accounts),
        (StreamName.ASSETS, follow_assets),
        (StreamName.OPPORTUNITIES, planner.follow),
    ):
        for standing in await standings(portal.database, stream, [TENANT]):
            await converge(portal.database, standing)
    for name in made:
        assert await portal.database[name].find().sort("_id", 1).to_list() == before[name], name


async def test_what_a_newer_version_stores_is_read_and_left_alone(portal: Portal) -> None:
    documents = held(DUMPS[-1])
    documents["tenants"][0]["lease"]["until"] = None  # whoever held it is gone
    for name in ("runs", "tenants", "connections", "tickets"):
        for each in documents[name]:
            each["of_a_newer_version"] = {"any": "thing"}
    await _restore(portal, documents)
    async with portal.client(TENANT) as client:
        assert (await client.patch(HALO, json={"step": "configure"})).is_success
        run = (await client.get("/api/v1/syncs")).json()["items"][0]
        assert "of_a_newer_version" not in run
        changed = {"url": "https://halo.test", "client_id": "another", "client_secret": "s3cret"}
        assert (await client.put(f"{HALO}/connection", json=changed)).is_success
    lease = await acquire(portal.database, TENANT, "test", 5)
    assert lease is not None
    await write(portal.database, lease, {"$set": {"problem": None}})
    for name in ("tenants", "connections"):
        kept: dict[str, Any] = await portal.database[name].find_one({"_id": TENANT}) or {}
        assert kept["of_a_newer_version"] == {"any": "thing"}, name


def _rows(found: Held) -> list[str]:
    """The route of every row that is shown by its number, and of what was made of rows."""
    mine = {name: [each["id"] for each in found[name] if each["state"] == "live"] for name in OF_A_ROW}
    routes = [f"{OF_A_ROW[name]}/{id}" for name, ids in mine.items() for id in ids]
    made = {"users": "accounts", "devices": "devices", "users/imports": "imports"}
    return routes + [f"{API}/{route}/{_id(each, name)}" for route, name in made.items() for each in found[name]]


def _id(document: Document, collection: str) -> str:
    field = {"accounts": "portal_user", "imports": "event"}.get(collection)
    return str(document[field] if field else document["_id"]).split(":")[-1]


async def _restore(portal: Portal, documents: Held) -> None:
    for name, kept in documents.items():
        await portal.database[name].delete_many({})
        await portal.database[name].insert_many(kept)
