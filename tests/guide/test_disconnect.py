"""Disconnecting with the data: what was read and made goes, what people made stays, and all of it can come back."""

from collections import Counter
from typing import Any

import pytest

from halobus import topics
from halobus.messages import UNREADABLE, Fact
from support.command_line import halobus
from support.consumers import Bench, bench
from support.guided import Guided
from support.host_portal import HostPortal
from support.records import number, raw
from support.system import Portal
from support.waiting import until

IMPORTING: dict[str, Any] = {"teams": "all", "auto_import": True, "default_role": "viewer"}
READ = ("tickets", "comments", "companies", "contacts", "opportunities", "projects", "assets", "reference")
MADE = ("devices", "planner_items", "imports", "sync_ticket_rejects", "sync_crm_rejects", "importer_rejects")
DECIDED = ("settings", "company_links", "account_choices", "planner_choices", "asset_choices")
OF_THE_PORTAL = ("portal_users", "portal_companies", "roles")


async def held(guide: Guided, portal: Portal, names: tuple[str, ...]) -> dict[str, int]:
    """How many documents of the tenant these collections have."""
    database = guide.system.database
    return {name: await database[name].count_documents({"tenant": portal.tenant}) for name in names}


async def decides(portal: Portal, host: HostPortal) -> str:
    """An admin imports a company, whose people become users, and gives one of them a role; the address of that one."""
    await portal.settings("sync", **IMPORTING)
    await portal.applied(await portal.sync("quick"))
    page = await portal.call("GET", "/contacts", params={"limit": "100", "inactive": "false"})
    most, _ = Counter(row["client_id"] for row in page["items"] if row["email"]).most_common(1)[0]
    told = await portal.call("POST", "/companies/import", {"ids": [most]})
    await host.imported(told["import"])
    await host.follow()
    accounts = await host.accounts()
    await portal.call("PATCH", f"/users/{accounts[min(accounts)]['id']}", {"role": "admin"})
    await portal.call("POST", "/planner/items", {"title": "Our own plan"})
    return min(accounts)


async def leaves_a_letter(guide: Guided, portal: Portal, here: Bench) -> None:
    """A ticket that nobody can read."""
    found = await guide.system.database.tenants.find_one({"_id": portal.tenant})
    assert found is not None
    body = {"id": "9999999", "reason": "dateoccurred is not a time", "row": "{}"}
    letter = raw(UNREADABLE, body["id"], body, number(), tenant=portal.tenant, connection=found["connection"])
    await here.bus.publish_raw(topics.TICKETS, [letter])
    rejected = {"tenant": portal.tenant}
    await until(lambda: here.database["sync_ticket_rejects"].find_one(rejected), 30)


async def states(host: HostPortal) -> set[str]:
    return {each["state"] for each in (await host.accounts()).values()}


@pytest.mark.slow
async def test_disconnect_and_delete_takes_what_was_read_suspends_whom_we_made_and_leaves_what_people_made(
    guide: Guided,
) -> None:
    async with guide.newcomer() as portal, bench(guide.system.where) as here:
        host = await HostPortal(guide.system.database, portal).open()
        chosen = await decides(portal, host)
        await leaves_a_letter(guide, portal, here)
        before = {**await held(guide, portal, DECIDED), **await held(guide, portal, OF_THE_PORTAL)}
        assert min(before[name] for name in ("settings", "company_links", "account_choices", "planner_choices")) > 0
        made = {each["id"] for each in (await host.accounts()).values() if each["made"]}

        path = "/api/v1/integrations/halo/connection"
        answer = await portal.http.delete(path, params={"delete_data": True})
        assert (await portal.ended(answer.json()["id"]))["state"] == "done"
        for route in ("/tickets", "/companies", "/contacts"):
            assert (await portal.call("GET", route))["items"] == [], "at once"

        async def gone() -> bool:
            return not any((await held(guide, portal, (*READ, *MADE))).values())

        await until(gone, 30)
        assert await states(host) == {"suspended"}
        assert await suspended(here, portal) == made
        assert {**await held(guide, portal, DECIDED), **await held(guide, portal, OF_THE_PORTAL)} == before
        assert [item["title"] for item in (await portal.call("GET", "/planner/items"))["items"]] == ["Our own plan"]
        await not_shown(here, portal)

        await guide.connect(portal)
        await portal.applied(await portal.sync("resync", streams=["companies", "contacts"]))

        async def back() -> bool:
            return await states(host) == {"active"}

        await until(back, 30)
        account = (await host.accounts())[chosen]
        assert (account["role"], account["role_from"], account["id"] in made) == ("admin", "person", True)


async def suspended(here: Bench, portal: Portal) -> set[str]:
    """The portal's users who were told to be suspended."""

    async def announced() -> bool:
        return await here.database["accounts"].find_one({"facts.announced": False}) is None

    await until(announced, 30)
    facts = [Fact.model_validate_json(record.value) for record in await here.read_all(topics.FACTS)]
    mine = [fact for fact in facts if (fact.tenant, fact.type) == (portal.tenant, "user.suspended")]
    return {fact.data["portal_user"] for fact in mine}


async def not_shown(here: Bench, portal: Portal) -> None:
    """Nobody reads the dead letter any more, or puts it back."""
    shown = (await halobus(here.place, "dlq", "show", "halo.tickets", "--content", "--why", "curious")).json
    assert ["erased" in each["value"] for each in shown if each["tenant"] == portal.tenant] == [True]
    replayed = await halobus(here.place, "dlq", "replay", "halo.tickets", "--yes")
    assert replayed.json["replayed"] == 0
