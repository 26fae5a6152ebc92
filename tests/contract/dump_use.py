"""What is done before the dump: each kind of document that a tenant can leave, once, over the API as a person would."""

import time
from typing import Any
from uuid import uuid4

from halo_simulator.running import Running
from support.command_line import halobus
from support.consumers import Where
from support.creating import CLIENT, DEFAULTS, ended
from support.host_portal import HostPortal
from support.system import Portal, System
from support.waiting import until

LAPTOP = 102


async def use(place: Where, it: System, portal: Portal, halo: Running) -> None:
    """Connect, decide everything, sync, import, plan, comment, erase, clear; nothing is on its way at the end."""
    host = await HostPortal(it.database, portal).open()
    await portal.connect(halo.url, halo.client_id, halo.client_secret)
    await _lists_are_read(portal)
    await _decide(portal)
    ticket = await halo.control.create(status_id=2, team_id=3, client_id=CLIENT)
    await halo.control.fault("bad_row", path=r"/Tickets\?.*pageinate", count=4)
    await portal.applied(await portal.sync("resync"), 120)
    assert await it.database.sync_ticket_rejects.count_documents({}) > 0
    erased = await _import_people(portal, host)
    await _plan(portal, halo)
    await _import_assets(portal)
    await _talk(portal, halo, ticket)
    arguments = ("--tenant", portal.tenant, "--contact", str(erased), "--why", "they asked")
    assert (await halobus(place, "erase", *arguments, "--yes")).code == 0
    assert (await halobus(place, "dlq", "replay", "halo.tickets", "--yes")).code == 0
    await _come_by_a_link(it)
    await portal.applied(await portal.sync("clear", streams=["tickets"]), 120)
    await portal.call("POST", "/integrations/halo/complete")
    await _nothing_is_on_its_way(it)


async def _lists_are_read(portal: Portal) -> None:
    told = await portal.call("POST", "/integrations/halo/reference/refresh")
    await portal.applied(told["id"])


async def _decide(portal: Portal) -> None:
    """Settings of every kind."""
    everything: dict[str, Any] = {"teams": "all", "opportunities": True, "auto_import": True, "default_role": "user"}
    await portal.settings("sync", **everything, excluded_statuses=[9], contact_type_roles={})
    stages = {"new": [1], "working": [2]}
    await portal.settings("tickets", closed_statuses=[8, 9], client_comment_status=21, comment_outcome=4, stages=stages)
    await portal.settings("projects", enabled=True)
    await portal.settings("assets", enabled=True)


async def _import_people(portal: Portal, host: HostPortal) -> int:
    """A company with its people, a technician, and a link by hand; a contact that nobody decided on."""
    done = await portal.call("POST", "/companies/import", {"ids": [CLIENT], "alike": True})
    await host.imported(done["import"])
    await portal.call("PUT", f"/companies/{CLIENT}/default-role", {"role": "viewer"})
    first, second, *_ = (await portal.call("GET", "/agents", params={"limit": "100"}))["items"]
    told = await portal.call("POST", "/users/import", {"agents": [first["id"]], "role": "technician"})
    await host.imported(told["id"])
    await portal.call("POST", f"/agents/{second['id']}/link", {"portal_user": "u-2"})
    await host.follow()
    page = await portal.call("GET", "/contacts", params={"limit": "100", "inactive": "false"})
    return int(next(row["id"] for row in page["items"] if row["client_id"] != CLIENT))


async def _plan(portal: Portal, halo: Running) -> None:
    """An own item with a project, one that became an opportunity, and one that was imported."""
    await portal.settings("opportunities", **DEFAULTS, auto_import=True)
    project = await halo.control.create(domain="prjs", summary="Rollout", client_id=CLIENT)
    wanted = await halo.control.create(domain="opps", summary="Renewal", client_id=CLIENT)
    await portal.applied(await portal.sync("quick", streams=["opportunities", "projects"]), 60)
    own = await portal.call("POST", "/planner/items", {"title": "Own", "notes": "Ours alone", "value": 100})
    await portal.call("PUT", f"/planner/items/{own['id']}/project", {"project": project})
    item = await portal.call("POST", "/planner/items", {"title": "New firewall", "client_id": CLIENT})
    headers = {"idempotency-key": uuid4().hex}
    made = await portal.call("POST", "/opportunities", {"item": item["id"]}, headers=headers)
    assert (await ended(portal, made["id"]))["state"] == "sent"
    await portal.call("POST", "/opportunities/import", {"ids": [wanted]})

    async def planned() -> bool:
        page = await portal.call("GET", "/planner/items", params={"limit": "100"})
        return {"Own", "New firewall", "Renewal"} <= {row["title"] for row in page["items"]}

    await until(planned, 60)


async def _import_assets(portal: Portal) -> None:
    """A device type of our own, a mapped asset type, an import by hand, and a type that is ignored."""
    await portal.call("POST", "/device-types", {"name": "Kiosk"})
    await portal.call("PATCH", f"/assets/types/{LAPTOP}", {"device_type": "laptop"})
    types = (await portal.call("GET", "/assets/types"))["items"]
    other = next(row["id"] for row in types if row["id"] != LAPTOP)
    await portal.call("PATCH", f"/assets/types/{other}", {"ignored": True})
    page = await portal.call("GET", "/assets", params={"client_id": str(CLIENT), "state": "pending", "limit": "3"})
    assert (await portal.call("POST", "/assets/import", {"ids": [row["id"] for row in page["items"]]}))["imported"]

    async def made() -> bool:
        return bool((await portal.call("GET", "/devices"))["items"])

    await until(made, 60)


async def _talk(portal: Portal, halo: Running, ticket: int) -> None:
    """A comment from each side."""
    await halo.control.comment(ticket, note="Halo speaks", hidden=False)
    headers = {"idempotency-key": uuid4().hex}
    comment = await portal.call("POST", f"/tickets/{ticket}/comments", {"text": "Thank you"}, headers=headers)

    async def both_are_shown() -> bool:
        sent = await portal.call("GET", f"/tickets/{ticket}/comments/{comment['id']}")
        shown = await portal.call("GET", f"/tickets/{ticket}/comments")
        return sent["state"] == "sent" and len(shown["items"]) == 2

    await until(both_are_shown, 60)


async def _come_by_a_link(it: System) -> None:
    async with it.portal(once=True, jti=f"link-{int(time.time())}-of-the-dump") as person:
        await person.call("POST", "/session")


async def _nothing_is_on_its_way(it: System) -> None:
    async def quiet() -> bool:
        runs = await it.database.runs.count_documents({"finished": None})
        untold = await it.database.accounts.count_documents({"facts.announced": False})
        return runs == untold == 0 and await it.database.runs.count_documents({"command.actor": "schedule"}) == 0

    await until(quiet, 60)
