"""Companies decided: link, change, unlink, import, Quick Match; what the audit log and the facts say of it."""

import asyncio
from typing import Any

import httpx

from support.answers import rows
from support.portal import Portal, replica
from support.trails import audited, told

COMPANIES, OURS = "/api/v1/companies", "/api/v1/portal-companies"
IMPORT, MATCH = f"{COMPANIES}/import", f"{COMPANIES}/quick-match"


async def tenant_with(portal: Portal, halo: dict[int, str], ours: dict[str, str], **inactive: bool) -> str:
    """A tenant with these Halo clients (``inactive``: by ``c<id>``) and companies of the host portal."""
    tenant = await portal.connected()
    for id, name in halo.items():
        content = {"id": id, "name": name, "top_level_name": "Group A", "inactive": inactive.get(f"c{id}", False)}
        await portal.mirror(tenant, "companies", id, content)
    for ours_id, name in ours.items():
        document = {"_id": f"{tenant}:{ours_id}", "tenant": tenant, "id": ours_id, "name": name}
        await portal.database.portal_companies.insert_one(document)
    return tenant


async def ask(client: httpx.AsyncClient, path: str, status: int = 200, **body: Any) -> Any:
    """POST, or PUT of a link."""
    answer = await client.request("PUT" if path.endswith("/link") else "POST", path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_the_grid_shows_links_and_filters_what_is_missing(portal: Portal) -> None:
    halo = {5: "Acme Ltd", 6: "Contoso", 7: "Fabrikam", 8: "acme Europe"}
    tenant = await tenant_with(portal, halo, {"p1": "Acme", "p2": "Other"}, c7=True)
    async with portal.client(tenant) as client:
        made = await ask(client, f"{COMPANIES}/5/link", portal_company="p1")
        assert (made["portal_company"], made["name"], made["by"], made["exists"]) == (
            "p1",
            "Acme",
            "ada@msp.test",
            True,
        )
        assert made["at"]
        everything = await rows(client, COMPANIES)
        assert {id: row["link"] and row["link"]["portal_company"] for id, row in everything.items()} == {
            5: "p1", 6: None, 7: None, 8: None
        }  # fmt: skip
        assert (everything[7]["inactive"], everything[7]["top_level_name"]) == (True, "Group A")
        assert set(await rows(client, COMPANIES, linked="false")) == {6, 7, 8}
        assert set(await rows(client, COMPANIES, linked="false", inactive="false", search="acme")) == {8}
        assert set(await rows(client, COMPANIES, linked="true")) == {5}
        assert (await client.get(f"{COMPANIES}/5")).json()["link"] == made
        assert {id: row["linked_to"] for id, row in (await rows(client, OURS)).items()} == {"p1": 5, "p2": None}
        assert set(await rows(client, OURS, linked="false")) == {"p2"}
        assert set(await rows(client, OURS, search="ACM")) == {"p1"}
        await portal.database.portal_companies.update_one({"_id": f"{tenant}:p1"}, {"$set": {"name": "Acme Renamed"}})
        assert (await rows(client, COMPANIES))[5]["link"]["name"] == "Acme Renamed", "joined on read"
        await portal.database.portal_companies.delete_one({"_id": f"{tenant}:p1"})
        gone = (await rows(client, COMPANIES))[5]["link"]
        assert (gone["name"], gone["exists"]) == ("Acme", False)
    other = await tenant_with(portal, {5: "Acme"}, {})
    async with portal.client(other) as client:
        assert ((await rows(client, COMPANIES))[5]["link"], await rows(client, OURS)) == (None, {}), "another tenant's"


async def test_one_link_a_client_and_one_client_a_portal_company(portal: Portal) -> None:
    tenant = await tenant_with(portal, {5: "Acme", 6: "Contoso"}, {"p1": "Acme", "p2": "Contoso"})
    async with portal.client(tenant) as ada, portal.client(tenant, sub="bob@msp.test") as bob:
        await ask(ada, f"{COMPANIES}/5/link", portal_company="p1")
        assert (await ask(bob, f"{COMPANIES}/5/link", portal_company="p1"))["by"] == "ada@msp.test", "it is so already"
        said = await ask(bob, f"{COMPANIES}/5/link", 409, portal_company="p2")
        assert (said["type"].split(":")[-1], said["portal_company"], said["by"]) == (
            "linked-otherwise", "p1", "ada@msp.test",
        )  # fmt: skip
        assert "ada@msp.test linked it to “Acme”" in said["detail"]
        said = await ask(bob, f"{COMPANIES}/6/link", 409, portal_company="p1")
        assert (said["type"].split(":")[-1], said["company"]) == ("portal-company-taken", 5)
        said = await ask(bob, f"{COMPANIES}/6/link", 422, portal_company="nobody")
        assert said["errors"][0]["field"] == "portal_company"
        assert "nobody" in said["errors"][0]["message"]
        await ask(bob, f"{COMPANIES}/7/link", 404, portal_company="p2")
        await ask(bob, f"{COMPANIES}/5/link", 409, portal_company="p2", instead_of="p9")
        changed = await ask(bob, f"{COMPANIES}/5/link", portal_company="p2", instead_of="p1")
        assert (changed["portal_company"], changed["by"]) == ("p2", "bob@msp.test")
        await ask(ada, f"{COMPANIES}/6/link", portal_company="p1")
        await ask(ada, f"{COMPANIES}/6/link", 409, portal_company="p2", instead_of="p1")
        assert (await ada.delete(f"{COMPANIES}/5/link")).status_code == 204
        assert (await ada.delete(f"{COMPANIES}/5/link")).status_code == 404
        await ask(ada, f"{COMPANIES}/5/link", 409, portal_company="p2", instead_of="p2")
        assert (await rows(ada, COMPANIES))[5]["link"] is None
    done = [(each["action"], each["subject"], each["before"], each["after"]) for each in await audited(portal, tenant)]
    assert done == [
        ("company.linked", "companies/5", None, {"portal_company": "p1"}),
        ("company.linked", "companies/5", {"portal_company": "p1"}, {"portal_company": "p2"}),
        ("company.linked", "companies/6", None, {"portal_company": "p1"}),
        ("company.unlinked", "companies/5", {"portal_company": "p2"}, None),
    ]


async def test_of_two_admins_at_once_one_is_faster_and_the_other_is_told(portal: Portal) -> None:
    names = [f"p{n}" for n in range(6)]
    tenant = await tenant_with(portal, {id: f"C{id}" for id in range(1, 7)}, dict.fromkeys(names, "P"))
    async with (
        replica(portal) as second,
        portal.client(tenant) as ada,
        second.client(tenant, sub="bob@msp.test") as bob,
    ):
        one_client = await asyncio.gather(
            *(
                (ada, bob)[n % 2].put(f"{COMPANIES}/1/link", json={"portal_company": name})
                for n, name in enumerate(names)
            )
        )
        assert sorted(each.status_code for each in one_client) == [200, *[409] * 5]
        won = next(each.json() for each in one_client if each.status_code == 200)
        assert {each.json()["by"] for each in one_client if each.status_code == 409} == {won["by"]}
        free = next(name for name in names if name != won["portal_company"])
        one_company = await asyncio.gather(
            *((ada, bob)[id % 2].put(f"{COMPANIES}/{id}/link", json={"portal_company": free}) for id in range(2, 7))
        )
        assert sorted(each.status_code for each in one_company) == [200, *[409] * 4]
    held = await portal.database.company_links.find({"tenant": tenant}).to_list(None)
    assert len(held) == len({each["portal_company"] for each in held}) == 2
    assert len(await audited(portal, tenant)) == 2, "an entry for each decision, none for a refused one"


async def test_import_a_selected_few_or_all_now_or_later(portal: Portal) -> None:
    halo = {id: f"Client Number {word}" for id, word in enumerate(("Alpha", "Bravo", "Chess", "Delta", "Extra"), 1)}
    halo |= {6: "Fabrikam Ltd", 7: "Contoso", 8: "Sleeping Giant"}
    ours = {"p6": "Fabrikam Limited", "p7": "Kontoso"}
    tenant = await tenant_with(portal, halo, ours, c8=True)
    async with portal.client(tenant) as client:
        few = await ask(client, IMPORT, ids=[1, 2, 2])
        assert (few["imported"], few["linked"], few["skipped"]) == (2, 0, 0)
        link = (await rows(client, COMPANIES))[1]["link"]
        assert (link["portal_company"], link["name"]) == ("halo-c1-1", "Client Number Alpha")
        assert (link["imported"], link["exists"]) == (True, False), "until the host portal has made it"
        whole = await ask(client, IMPORT, ids="all")
        assert (whole["imported"], whole["linked"], whole["skipped"]) == (3, 0, 5)
        assert (whole["already_linked"], whole["inactive"], whole["alike"]) == (2, 1, [6, 7]), "no doubles by accident"
        known = await ask(client, IMPORT, ids="all", mode="link", inactive=True)
        assert (known["imported"], known["linked"], known["alike"], known["unmatched"]) == (0, 1, [7], 1)
        assert (await rows(client, COMPANIES))[6]["link"]["portal_company"] == "p6"
        assert (await ask(client, IMPORT, ids=[7, 8], alike=True))["imported"] == 2
        nothing = await ask(client, IMPORT, ids="all", inactive=True)
        assert (nothing["imported"], nothing["skipped"], nothing["already_linked"]) == (0, 8, 8)
        said = await ask(client, IMPORT, 422, ids=[1, 99])
        assert (said["errors"][0]["field"], "99" in said["errors"][0]["message"]) == ("ids", True)


async def test_an_import_that_was_undone_makes_no_double(portal: Portal) -> None:
    tenant = await tenant_with(portal, {1: "Acme", 2: "Contoso"}, {})
    async with portal.client(tenant) as client:
        await ask(client, IMPORT, ids=[1])
        made = {"_id": f"{tenant}:halo-c1-1", "tenant": tenant, "id": "halo-c1-1", "name": "Acme"}
        await portal.database.portal_companies.insert_one(made)
        assert (await rows(client, COMPANIES))[1]["link"]["exists"]
        await client.delete(f"{COMPANIES}/1/link")
        assert (await ask(client, IMPORT, ids=[1]))["linked"] == 1, "the one that was made for it"
        await client.delete(f"{COMPANIES}/1/link")
        await ask(client, f"{COMPANIES}/2/link", portal_company="halo-c1-1")
        assert (await ask(client, IMPORT, ids=[1]))["imported"] == 1, "another, since that has become somebody else's"
        assert (await rows(client, COMPANIES))[1]["link"]["portal_company"].startswith("halo-c1-1-")


async def test_two_imports_of_all_at_once_import_each_once(portal: Portal) -> None:
    tenant = await tenant_with(portal, {id: f"Client {id * 7919}" for id in range(1, 61)}, {})
    async with portal.client(tenant) as ada, portal.client(tenant, sub="bob@msp.test") as bob:
        both = await asyncio.gather(ask(ada, IMPORT, ids="all"), ask(bob, IMPORT, ids="all"))
    assert sum(each["imported"] for each in both) == 60
    assert all(each["imported"] + each["linked"] + each["skipped"] == 60 for each in both)
    assert await portal.database.company_links.count_documents({"tenant": tenant}) == 60
    entries = [each["subject"] for each in await audited(portal, tenant) if each["action"] == "company.imported"]
    assert len(entries) == len(set(entries)) == 60


async def test_quick_match_proposes_and_only_what_an_admin_chose_is_linked(portal: Portal) -> None:
    halo = {1: "Acme Ltd", 2: "ACME Europe", 3: "Müller & Co. KG", 4: "Twin", 5: "Twin Inc", 6: "Nobody Else"}
    ours = {"p1": "acme limited", "p3": "Muller", "p4": "TWIN", "p9": "Zebra"}
    tenant = await tenant_with(portal, halo, ours)
    async with portal.client(tenant) as client:
        found = await rows(client, MATCH)
        assert {id for id, row in found.items() if row["certain"]} == {1, 3}
        assert {id: row["reason"] for id, row in found.items() if not row["certain"]} == {
            2: "similar", 4: "several", 5: "several",
        }  # fmt: skip
        assert [each["id"] for each in found[4]["candidates"]] == ["p4"]
        counted = (await client.get(MATCH)).json()
        assert (counted["certain"], counted["ambiguous"], counted["unmatched"]) == (2, 3, 1)
        assert list(await rows(client, MATCH, kind="ambiguous")) == [2, 4, 5]
        assert await portal.database.company_links.count_documents({"tenant": tenant}) == 0, "it only proposes"
        chosen = [{"id": 1, "portal_company": "p1"}, {"id": 5, "portal_company": "p4"}]
        assert await ask(client, MATCH, accept=chosen) == {"linked": 2, "skipped": []}
        again = [{"id": 4, "portal_company": "p4"}, {"id": 3, "portal_company": "p3"}]
        assert await ask(client, MATCH, accept=again) == {"linked": 1, "skipped": [4]}
        assert set(await rows(client, MATCH)) == set(), "what is left has no free company like it"
        said = await ask(client, MATCH, 422, accept=[{"id": 6, "portal_company": "ghost"}])
        assert "ghost" in said["errors"][0]["message"]
        await ask(client, MATCH, 422, accept=[{"id": 99, "portal_company": "p9"}])
        await ask(client, MATCH, 422, accept=[{"id": 6, "portal_company": "p9"}, {"id": 6, "portal_company": "p1"}])
        await ask(client, MATCH, 422, accept=[{"id": 6, "portal_company": "p9"}, {"id": 2, "portal_company": "p9"}])
        assert await ask(client, MATCH, accept=[]) == {"linked": 0, "skipped": []}


async def test_every_decision_is_a_fact_without_content(portal: Portal) -> None:
    tenant = await tenant_with(portal, {1: "Needle One", 2: "Needle Two", 3: "Needle Three"}, {"p3": "Needle Three"})
    async with portal.client(tenant) as client:
        id = (await ask(client, IMPORT, ids=[1, 2]))["import"]
        await ask(client, f"{COMPANIES}/3/link", portal_company="p3")
        await client.delete(f"{COMPANIES}/3/link")
    found = await told(portal, tenant)
    assert sorted((fact.type, fact.subject) for fact in found) == [
        ("company.imported", "companies/1"),
        ("company.imported", "companies/2"),
        ("links.changed", "companies"),
        ("links.changed", "companies/3"),
        ("links.changed", "companies/3"),
    ]
    data = {fact.subject: fact.data for fact in found if fact.type == "company.imported"}
    assert data["companies/1"] == {"company": 1, "portal_company": "halo-c1-1", "before": None, "import": id}
    assert next(fact.data for fact in found if fact.subject == "companies") == {"companies": [1, 2], "import": id}
    assert {fact.data["portal_company"] for fact in found if fact.subject == "companies/3"} == {"p3", None}
    assert all("Needle" not in fact.model_dump_json() for fact in found)


async def test_while_halo_is_disconnected_nothing_is_linked_but_all_is_shown(portal: Portal) -> None:
    tenant = await tenant_with(portal, {1: "Acme", 2: "Contoso"}, {"p1": "Acme"})
    async with portal.client(tenant) as client:
        await ask(client, IMPORT, ids=[2])
        await portal.database.tenants.update_one({"_id": tenant}, {"$set": {"state": "disconnected"}})
        await ask(client, f"{COMPANIES}/1/link", 409, portal_company="p1")
        await ask(client, IMPORT, 409, ids="all")
        await ask(client, MATCH, 409, accept=[])
        assert (await rows(client, COMPANIES))[2]["link"]["imported"]
        assert (await rows(client, MATCH))[1]["certain"]
        assert (await client.delete(f"{COMPANIES}/2/link")).status_code == 204
