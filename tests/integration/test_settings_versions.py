"""Settings that another version has stored, over the HTTP API: read by this one, and not lost when it saves."""

import json
from pathlib import Path
from typing import Any

from halobus.settings_schema import SCHEMA
from support.portal import HALO, Portal

SAMPLES = Path(__file__).resolve().parents[1] / "contract" / "settings"
SYNC = f"{HALO}/settings/sync"


async def stored(portal: Portal, name: str) -> tuple[str, dict[str, Any]]:
    """A tenant with a document as it was once stored, and the document."""
    tenant = await portal.connected()
    sample = json.loads((SAMPLES / f"{name}.json").read_text())
    document = {**sample, "_id": f"{tenant}:c1:sync", "tenant": tenant}
    await portal.database.settings.replace_one({"_id": document["_id"]}, document)
    return tenant, document


async def test_an_older_document_is_read_in_todays_form_and_stored_so_with_the_next_save(portal: Portal) -> None:
    tenant, document = await stored(portal, "sync.1")
    async with portal.client(tenant) as client:
        shown = await client.get(SYNC)
        assert shown.json()["value"] == {**document["value"], "contact_type_roles": {}}
        assert shown.json()["revision"] == document["revision"]
        assert await portal.database.settings.find_one({"_id": document["_id"]}) == document, "reading writes nothing"
        wanted = {**shown.json()["value"], "interval_minutes": 5}
        saved = await client.put(SYNC, json=wanted, headers={"If-Match": shown.headers["etag"]})
        assert saved.status_code == 200, saved.text
    kept = await portal.database.settings.find_one({"_id": document["_id"]})
    assert kept is not None
    assert (kept["schema"], kept["value"], kept["revision"]) == (SCHEMA, wanted, document["revision"] + 1)


async def test_a_newer_document_is_read_without_what_is_unknown_and_keeps_that_when_saved(portal: Portal) -> None:
    tenant, document = await stored(portal, "sync.newer")
    async with portal.client(tenant) as client:
        shown = await client.get(SYNC)
        assert "quiet_hours" not in shown.json()["value"]
        wanted = {**shown.json()["value"], "teams": [3]}
        saved = await client.put(SYNC, json=wanted, headers={"If-Match": shown.headers["etag"]})
        assert saved.status_code == 200, saved.text
        assert saved.json()["value"] == wanted
    kept = await portal.database.settings.find_one({"_id": document["_id"]})
    assert kept is not None
    assert kept["schema"] == document["schema"]
    assert kept["value"] == {**wanted, "quiet_hours": document["value"]["quiet_hours"]}
