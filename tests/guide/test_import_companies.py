"""The guide's step 4, *Import Companies*, and *Access customer data in the Companies module*."""

from typing import Any

import pytest

from support.guided import Guided
from support.system import Portal

UNKNOWN = 1
"""Halo's own client for what belongs to nobody."""


async def synced(guide: Guided, portal: Portal) -> dict[int, dict[str, Any]]:
    """Halo's clients, once the portal has read them."""
    await portal.settings("sync", teams="all", tickets=False)
    await portal.applied(await portal.sync("quick", streams=["companies"]))
    return {row["id"]: row for row in await guide.halo.control.rows("client") if row["id"] != UNKNOWN}


async def grid(portal: Portal, **query: str) -> dict[int, dict[str, Any]]:
    """The mapping grid, by the client's number in Halo."""
    found: dict[int, dict[str, Any]] = {}
    params = {"limit": "100", **query}
    while True:
        page = await portal.call("GET", "/companies", params=params)
        found |= {row["id"]: row for row in page["items"]}
        if page["next"] is None:
            return found
        params["cursor"] = page["next"]


async def host_has(guide: Guided, portal: Portal, **companies: str) -> None:
    """The host portal's own companies, by id; it alone writes them."""
    rows = [
        {"_id": f"{portal.tenant}:{id}", "tenant": portal.tenant, "id": id, "name": companies[id]} for id in companies
    ]
    await guide.system.database.portal_companies.insert_many(rows)


@pytest.mark.guide(
    "import-companies.import", "import-companies.now", "import-companies.select", "import-companies.specific"
)
async def test_select_companies_to_import(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        halo = await synced(guide, portal)
        few = sorted(id for id, row in halo.items() if not row["inactive"])[:3]
        told = await portal.call("POST", "/companies/import", {"ids": few})
        assert (told["imported"], told["linked"], told["skipped"]) == (3, 0, 0)
        linked = await grid(portal, linked="true")
        assert {id: row["link"]["name"] for id, row in linked.items()} == {id: halo[id]["name"] for id in few}
        assert not any(row["link"]["exists"] for row in linked.values())
        made = {row["link"]["portal_company"]: row["link"]["name"] for row in linked.values()}
        await host_has(guide, portal, **made)
        assert all(row["link"]["exists"] for row in (await grid(portal, linked="true")).values())


@pytest.mark.guide("import-companies.link")
async def test_or_link_to_existing_companies(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        halo = await synced(guide, portal)
        names = [row["name"] for row in halo.values()]
        alone = sorted(id for id, row in halo.items() if names.count(row["name"]) == 1 and row["name"][-1].isdigit())
        first, second, third = alone[:3]
        known = {"ours-1": f"The {halo[first]['name'].upper()} Ltd.", "ours-2": "Somebody else entirely"}
        await host_has(guide, portal, **known)
        [proposal] = (await portal.call("GET", "/companies/quick-match", params={"kind": "certain"}))["items"]
        assert (proposal["id"], proposal["candidates"][0]["id"]) == (first, "ours-1")
        accept = [{"id": first, "portal_company": "ours-1"}]
        assert (await portal.call("POST", "/companies/quick-match", {"accept": accept}))["linked"] == 1
        await portal.call("PUT", f"/companies/{second}/link", {"portal_company": "ours-2"})
        assert set(await grid(portal, linked="true")) == {first, second}
        assert third in await grid(portal, linked="false"), "only those that miss one"
        assert set(await grid(portal, search=halo[second]["name"][-7:], linked="true")) >= {second}
        taken = await portal.http.put(f"/api/v1/companies/{third}/link", json={"portal_company": "ours-2"})
        assert taken.status_code == 409
        await portal.call("DELETE", f"/companies/{second}/link")
        assert set(await grid(portal, linked="true")) == {first}


@pytest.mark.guide("import.optional", "import.later")
async def test_this_step_is_optional_you_can_skip_it_and_import_later(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        halo = await synced(guide, portal)
        await portal.call("POST", "/integrations/halo/complete")
        assert await grid(portal, linked="true") == {}
        told = await portal.call("POST", "/companies/import", {"ids": "all"})
        active = {id for id, row in halo.items() if not row["inactive"]}
        assert (told["imported"], told["inactive"]) == (len(active), len(halo) - len(active))
        assert told["imported"] + told["linked"] + told["skipped"] == len(halo)
        assert set(await grid(portal, linked="true")) == active
        again = await portal.call("POST", "/companies/import", {"ids": "all"})
        assert (again["imported"], again["already_linked"]) == (0, len(active))


@pytest.mark.guide("import-companies.automatic")
async def test_companies_will_sync_automatically_and_an_update_leaves_their_links(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        halo = await synced(guide, portal)
        id = min(halo)
        await portal.call("POST", "/companies/import", {"ids": [id]})
        link = (await grid(portal))[id]["link"]
        old = halo[id]["name"]
        await guide.halo.control.edit("client", id, name="Renamed in Halo", inactive=True)
        try:
            await portal.applied(await portal.sync("resync", streams=["companies"]))
            row = (await grid(portal))[id]
            assert (row["name"], row["inactive"], row["link"]) == ("Renamed in Halo", True, link)
        finally:
            await guide.halo.control.edit("client", id, name=old, inactive=halo[id]["inactive"])


@pytest.mark.guide("use.companies")
async def test_access_customer_data_in_the_companies_module_with_top_levels_and_inactive_ones(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        halo = await synced(guide, portal)
        shown = await grid(portal)
        assert shown.keys() - {UNKNOWN} == halo.keys()
        for id, row in halo.items():
            told = (shown[id]["name"], shown[id]["top_level_name"], shown[id]["inactive"])
            assert told == (row["name"], row["toplevel_name"], row["inactive"])
        assert set(await grid(portal, inactive="true")) == {id for id, row in halo.items() if row["inactive"]}
