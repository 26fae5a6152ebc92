"""What an older version left in a database is read today, and what a newer one knows beyond it is left alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from bson import json_util

from connector.lease import acquire, write
from embedded.choose import Chosen
from halobus.decisions import KINDS
from halobus.documents import Connection, Tenant
from halobus.messages import MODELS
from halobus.runs import Run
from halobus.settings_schema import decided
from halobus.store import Document
from halobus.streams import STREAMS
from halobus.version import parse
from support.portal import HALO, Portal, opened

DUMPS = sorted((Path(__file__).parents[1] / "contract" / "dumps").iterdir())
TENANT = "acme"
ROUTES = (
    HALO,
    f"{HALO}/connection",
    *(f"{HALO}/settings/{kind}" for kind in ("sync", "tickets", "opportunities", "assets")),
    *(f"{HALO}/reference/{name}" for name in ("teams", "statuses", "ticket-types")),
    "/api/v1/syncs",
    "/api/v1/tickets",
    "/api/v1/companies",
    "/api/v1/contacts",
    "/api/v1/audit",
)
LISTED = ("/api/v1/syncs", "/api/v1/tickets", "/api/v1/companies", "/api/v1/contacts", "/api/v1/audit")


def held(dump: Path) -> dict[str, list[Document]]:
    """Documents by collection; times as the driver gives them."""
    options = json_util.RELAXED_JSON_OPTIONS.with_options(tz_aware=True)
    return {path.stem: json_util.loads(path.read_text(), json_options=options) for path in dump.glob("*.json")}


@pytest.fixture(scope="module")
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    async with opened(stack) as made:
        yield made


def test_there_is_a_dump_and_it_is_small() -> None:
    assert "0.1.0" in [dump.name for dump in DUMPS]
    for dump in DUMPS:
        assert sum(path.stat().st_size for path in dump.iterdir()) < 300_000


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name)
def test_every_document_is_read_by_its_model(dump: Path) -> None:
    found = held(dump)
    runs = [Run.model_validate(each) for each in found["runs"]]
    assert {run.kind for run in runs} >= {"sync", "connection.test"}
    assert [Tenant.model_validate(each).active is not None for each in found["tenants"]] == [True]
    assert [Connection.model_validate({**each, "tenant": each["_id"]}).draft for each in found["connections"]] != [None]
    for each in found["settings"]:
        assert decided(KINDS[each["kind"]], each) is not None
    contents = {"tickets": "ticket", "companies": "company", "contacts": "contact", "projects": "project"}
    for collection, noun in {**contents, "assets": "asset"}.items():
        live = [each for each in found[collection] if each["state"] == "live"]
        assert live, f"{collection} has a live mirror"
        for each in live:
            MODELS[f"halobus.{noun}.upsert.v1"].model_validate(each["content"])
    for stream in STREAMS.values():
        for each in found.get(stream.collection, []):
            assert str(parse(each["version"])) == each["version"]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name)
async def test_routes_answer_over_it(portal: Portal, dump: Path) -> None:
    await _restore(portal, held(dump))
    async with portal.client(TENANT) as client:
        for route in ROUTES:
            answer = await client.get(route)
            assert answer.status_code == 200, f"{route}: {answer.text}"
            assert route not in LISTED or answer.json()["items"], f"{route} lists nothing"


async def test_what_a_newer_version_stores_is_read_and_left_alone(portal: Portal) -> None:
    documents = held(DUMPS[-1])
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


async def _restore(portal: Portal, documents: dict[str, list[Document]]) -> None:
    for name, kept in documents.items():
        await portal.database[name].delete_many({})
        await portal.database[name].insert_many(kept)
