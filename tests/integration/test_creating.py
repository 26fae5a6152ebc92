"""Creating an opportunity on the whole system: once and complete, or refused in Halo's own words for its field."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from conftest import Place

from halo_simulator.running import Running, running
from halo_simulator.scopes import GUIDE
from support.creating import CLIENT, DEFAULTS, PLANNING, create, ended, in_halo, prepare
from support.sales import opportunity, stored
from support.system import Portal, System, system
from support.waiting import until

QUICK = {
    "HALOBUS_HALO_LIMIT": "100000",
    "HALOBUS_HALO_WRITE_TIMEOUT": "1",
    "HALOBUS_HALO_WRITE_GRACE": "0.5",
    "HALOBUS_LEASE_SECONDS": "3",
}


@asynccontextmanager
async def ready(place: Place, logs: Path, halo: Running) -> AsyncIterator[tuple[System, Portal]]:
    """The system, connected, read, its defaults chosen."""
    async with system(place, logs, halo.url, **QUICK) as it, it.portal(permissions=PLANNING) as portal:
        tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
        assert tested["diagnosis"]["connected"], tested
        await prepare(portal)
        yield it, portal


async def facts(it: System, id: str) -> list[str]:
    run = await it.database.runs.find_one({"_id": id})
    return [fact["type"] for fact in run["facts"]] if run else []


async def test_it_is_made_once_complete_and_joins_the_mirror(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, ready(place, tmp_path, halo) as (it, portal):
        title, key = "Überholung: $5 & <b>a.b</b>", uuid4().hex
        more = {"description": "Two lines\n<script>no</script>", "value": 1200.5, "due": "2027-03-01T00:00:00Z"}
        asked = await create(portal, title, key, **more)
        done = await ended(portal, asked["id"])
        assert done["state"] == "sent"
        assert (await create(portal, title, key, **more))["id"] == asked["id"], "the same key is the same opportunity"
        [made] = await in_halo(halo.control, title)
        sent = {name: made[name] for name in ("client_id", "details", "oppvalue", "opptype", "tickettype_id")}
        assert sent == {
            "client_id": CLIENT, "details": more["description"], "oppvalue": 1200.5, "opptype": DEFAULTS["type"],
            "tickettype_id": 21,
        }  # fmt: skip
        stage = (made["workflow_id"], made["workflow_stage_id"], made["workflow_step"], made["pipeline_stage_name"])
        assert stage == (5, 52, 2, "Propose")
        assert (made["oppconversionprobability"], made["targetdate"]) == (40, "2027-03-01T00:00:00Z")
        assert (made["category_1"], made["category_4"]) == ("Hardware>Laptop", "Contract")
        assert await facts(it, asked["id"]) == ["opportunity.created"]

        async def joined() -> dict[str, Any] | None:
            return (await stored(it.database, "opportunities")).get(done["opportunity"])

        assert await until(joined) == opportunity(made)
        await portal.applied(await portal.sync("quick", streams=["opportunities"], join=False))
        named = [row for row in (await stored(it.database, "opportunities")).values() if row["summary"] == title]
        assert len(named) == 1, "no second copy"


async def test_a_refusal_comes_word_for_word_with_its_field(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, ready(place, tmp_path, halo) as (it, portal):
        await portal.settings("opportunities", **DEFAULTS | {"categories": [101, None, None, None]})
        for shape in ("message", "result_code", "class_name", "error", "text"):
            await halo.control.config(error_shape=shape)
            done = await ended(portal, (await create(portal, f"Refused as {shape}"))["id"])
            assert (done["state"], done["problem"]["fields"]) == ("refused", ["categories.3"]), shape
            assert done["problem"]["halo"] == "Required fields are missing: category_4"
            assert await facts(it, done["id"]) == ["opportunity.refused"]
        await halo.control.config(error_shape="message")
        await portal.settings("opportunities", **DEFAULTS)
        await halo.control.application(halo.client_id, permissions=[one for one in GUIDE if one != "edit:sales"])
        await halo.control.revoke()
        done = await ended(portal, (await create(portal, "Not allowed"))["id"])
        assert done["state"] == "refused"
        assert not [row async for row in halo.control.tickets("opps") if "efused" in row["summary"]]


@pytest.mark.parametrize("sanitize", [False, True], ids=["marked", "stripped of its mark"])
async def test_without_an_answer_it_is_looked_for(place: Place, tmp_path: Path, sanitize: bool) -> None:
    async with running(limit=100000, sanitize_notes=sanitize) as halo, ready(place, tmp_path, halo) as (_, portal):
        await halo.control.fault("hang", path="/Opportunities", method="POST", params={"when": "after"})
        done = await ended(portal, (await create(portal, "Arrived"))["id"])
        assert (done["state"], len(await in_halo(halo.control, "Arrived"))) == ("sent", 1)

        await halo.control.fault("hang", path="/Opportunities", method="POST", params={"when": "before"})
        mark = await halo.control.mark()
        done = await ended(portal, (await create(portal, "Did not arrive"))["id"])
        assert (done["state"], len(await in_halo(halo.control, "Did not arrive"))) == ("sent", 1)
        assert len(await halo.control.requests(mark, path="/Opportunities", method="POST")) == 2

        # Another one of that name comes to the same client meanwhile: nobody may guess which is ours.
        await halo.control.fault("hang", path="/Opportunities", method="POST", params={"when": "after"})
        asked = await create(portal, "Twin")
        await halo.control.create(domain="opps", summary="Twin", client_id=CLIENT)
        done = await ended(portal, asked["id"])
        assert done["state"] == ("needs_review" if sanitize else "sent")
        assert len(await in_halo(halo.control, "Twin")) == 2
