"""The guide's step 2, *Configure Data Sync Options*: what each switch reads, and what stays while it is off."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from support.guided import Guided, shown
from support.system import Portal
from support.truth import should_show
from support.waiting import until

SWITCHES = {"users": True, "companies": True, "opportunities": True, "tickets": False}


async def rows(portal: Portal, path: str) -> dict[int, dict[str, Any]]:
    """A whole list by id."""
    found: dict[int, dict[str, Any]] = {}
    params = {"limit": "100"}
    while True:
        page = await portal.call("GET", path, params=params)
        found |= {row["id"]: row for row in page["items"]}
        if page["next"] is None:
            return found
        params["cursor"] = page["next"]


async def contact(guide: Guided, id: int, name: str) -> None:
    await guide.halo.control.contact_ops({"op": "change", "id": id, "name": name})


async def company(guide: Guided, id: int, name: str) -> None:
    await guide.halo.control.edit("client", id, name=name)


async def opportunity(guide: Guided, id: int, name: str) -> None:
    await guide.halo.control.change(id, summary=name)


Rename = Callable[[Guided, int, str], Awaitable[None]]


@pytest.mark.guide("sync.users", "sync.companies", "sync.opportunities")
@pytest.mark.parametrize(
    ("switch", "stream", "field", "rename"),
    [
        ("users", "contacts", "name", contact),
        ("companies", "companies", "name", company),
        ("opportunities", "opportunities", "title", opportunity),
    ],
)
async def test_enable_or_disable_what_is_synced(
    guide: Guided, switch: str, stream: str, field: str, rename: Rename
) -> None:
    async with guide.newcomer() as portal:
        for kind in ("projects", "assets"):
            await portal.settings(kind, enabled=False)
        await portal.settings("sync", **SWITCHES)
        await portal.applied(await portal.sync("quick"))
        before = await rows(portal, f"/{stream}")
        assert before, "on: it is read"
        id = max(before)
        old = str(before[id][field])
        await portal.settings("sync", **{**SWITCHES, switch: False})
        await rename(guide, id, "Renamed meanwhile")
        try:
            run = await portal.applied(await portal.sync("resync", join=True))
            assert stream not in {read["stream"] for read in run["reads"]}, "off: it is not"
            assert await rows(portal, f"/{stream}") == before, "and what is here stays"
            assert (await portal.call("GET", f"/{stream}"))["not_synced_since"] is not None
            await portal.settings("sync", **SWITCHES)
            await portal.applied(await portal.sync("resync", streams=[stream]))
            assert (await rows(portal, f"/{stream}"))[id][field] == "Renamed meanwhile", "on again: it goes on"
        finally:
            await rename(guide, id, old)


@pytest.mark.guide("sync.takes-time")
async def test_it_may_take_a_few_minutes_and_can_be_followed(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams="all")
        id = await portal.sync("quick", streams=["tickets"])
        async with portal.http.stream("GET", f"/api/v1/syncs/{id}/events") as answer:
            told = [line.removeprefix("data:") async for line in answer.aiter_lines() if line.startswith("data:")]
        events = [json.loads(each) for each in told]
        revisions = [event["revision"] for event in events]
        assert revisions == sorted(set(revisions))
        assert (events[-1]["state"], events[-1]["ended"]) == ("applied", True)
        listed = [sum(read["listed"] for read in event["reads"] if read["stream"] == "tickets") for event in events]
        assert listed == sorted(listed), "how far it is"
        assert listed[-1] >= len(await shown(portal)) > 0


@pytest.mark.guide("use.tickets")
async def test_view_synced_tickets_in_the_tickets_module(guide: Guided) -> None:
    await guide.portal.applied(await guide.portal.sync("quick", streams=["tickets"], join=True))
    wanted = await should_show(guide.halo.control)
    found = await shown(guide.portal)
    assert {id: row["summary"] for id, row in found.items()} == {id: row["summary"] for id, row in wanted.items()}
    id = max(found)
    whole = await guide.portal.call("GET", f"/tickets/{id}")
    assert (whole["id"], whole["status"], whole["team"]) == (id, found[id]["status"], found[id]["team"])


@pytest.mark.guide("use.sync")
async def test_once_configured_data_is_synced_by_itself(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", tickets=False, users=False)
        await portal.call("POST", "/integrations/halo/complete")
        # Its time comes: nobody waits for it in a test.
        due = [{"$set": {"next_sync_at": "$$NOW"}}]
        await guide.system.database.connections.update_one({"_id": portal.tenant}, due)

        async def synced() -> dict[int, dict[str, Any]]:
            return await rows(portal, "/companies")

        assert await until(synced)
        [run] = (await portal.call("GET", "/syncs", params={"kind": "sync"}))["items"]
        assert (run["mode"], run["actor"]) == ("quick", "schedule")
