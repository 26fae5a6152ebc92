"""A comment while Halo is silent, refuses or fails, or the connector is killed: never posted blindly."""

from functools import partial
from pathlib import Path
from typing import Any

from conftest import Place

from halo_simulator.running import running
from support.commenting import ended, in_halo, quick, synced, ticket_of, write
from support.system import System
from support.waiting import until

FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("500", {}),
    ("500", {"when": "after"}),
    ("hang", {"when": "after"}),
    ("429_storm", {}),
    ("reset_mid_body", {}),
    ("truncated_json", {}),
]


async def test_a_comment_is_in_halo_once_whatever_happens_to_its_post(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000, retry_after=True) as halo, synced(place, tmp_path, halo) as (it, portal):
        ticket = await ticket_of(halo)
        await quick(it, portal)
        for name, more in FAULTS:
            text = f"Under {name} {more}"
            await halo.control.fault(name, path="/Actions", method="POST", params={"retry_after": 1, **more})
            found = await ended(portal, ticket, (await write(portal, ticket, text))["id"])
            assert found["state"] == "sent", (text, found)
            assert len(await in_halo(halo, ticket, text)) == 1, text

        # The connector dies while Halo holds the answer back, before and after it did what was asked.
        for when in ("before", "after"):
            text = f"Killed {when}"
            await halo.control.fault("hang", path="/Actions", method="POST", params={"when": when})
            id = (await write(portal, ticket, text))["id"]
            await until(partial(sending, it, id))
            connector = it.processes["connector"]
            connector.kill()
            assert connector.child is not None
            await connector.child.wait()
            await connector.start()
            found = await ended(portal, ticket, id)
            assert found["state"] == "sent", (text, found)
            assert len(await in_halo(halo, ticket, text)) == 1, text


async def test_without_its_mark_a_comment_is_still_not_posted_blindly(place: Place, tmp_path: Path) -> None:
    faulty: dict[str, Any] = {"path": "/Actions", "method": "POST", "params": {"when": "after"}}
    async with running(limit=100000, sanitize_notes=True) as halo, synced(place, tmp_path, halo) as (it, portal):
        ticket = await ticket_of(halo)
        await quick(it, portal)
        await halo.control.fault("500", **faulty)
        found = await ended(portal, ticket, (await write(portal, ticket, "Only once"))["id"])
        assert (found["state"], len(await in_halo(halo, ticket, "Only once"))) == ("sent", 1)

        await halo.control.comment(ticket, note="Twice?", who="admin@example.com")
        await halo.control.fault("500", **faulty)
        found = await ended(portal, ticket, (await write(portal, ticket, "Twice?"))["id"])
        assert (found["state"], len(await in_halo(halo, ticket, "Twice?"))) == ("needs_review", 2)


async def test_while_one_is_in_doubt_others_go_on(place: Place, tmp_path: Path) -> None:
    async with (
        running(limit=100000) as halo,
        synced(place, tmp_path, halo, HALOBUS_HALO_WRITE_GRACE="600") as (it, portal),
    ):
        ticket = await ticket_of(halo)
        await quick(it, portal)
        await halo.control.fault("hang", path="/Actions", method="POST", params={"when": "after"})
        doubtful = (await write(portal, ticket, "Did it arrive?"))["id"]
        other = (await write(portal, ticket, "This one does"))["id"]
        assert (await ended(portal, ticket, other))["state"] == "sent"
        assert (await portal.call("GET", f"/tickets/{ticket}/comments/{doubtful}"))["state"] == "sending"
        assert (await portal.call("GET", f"/tickets/{ticket + 10**6}/explain", headers={"prefer": "wait=20"}))["live"]


async def sending(it: System, id: str) -> bool:
    """Whether its post has begun."""
    return await it.database.runs.find_one({"_id": id, "state": "sending"}) is not None
