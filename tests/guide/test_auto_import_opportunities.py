"""The guide's *Auto-Import Opportunities*: what comes into the planner by itself, and stays in sync."""

import pytest

from support.guided import Guided, dry_run
from support.planned import COMPANY, DEFAULTS, Planned, planned


async def new(it: Planned, **values: object) -> int:
    """A new opportunity in Halo."""
    return await it.guide.halo.control.create(domain="opps", client_id=COMPANY, **values)


@pytest.mark.guide("auto-import.new-ones")
async def test_opportunities_auto_create_planner_items_as_new_ones_land_in_halo(guide: Guided) -> None:
    async with planned(guide, auto_import=True) as it:
        id = await new(it, summary="Firewall", oppvalue=900.0)
        await it.sync()
        row = (await it.has(id))[id]
        assert (row["title"], row["value"], row["source"], row["sync"]) == ("Firewall", 900.0, "auto-import", "managed")
        assert row["company"]["id"] == COMPANY


@pytest.mark.guide("auto-import.new-ones")
async def test_only_those_created_after_it_was_switched_on(guide: Guided) -> None:
    async with planned(guide) as it:
        told = await dry_run(it.portal, "opportunities", **DEFAULTS, auto_import=True)
        old = await it.portal.call("GET", "/opportunities", params={"state": "open", "limit": "100"})
        assert told["matches"] == len(old["items"]) > 0, "old ones match"
        assert told["brings"] == 0, "but none comes"
        await it.portal.settings("opportunities", **DEFAULTS, auto_import=True)
        id = await new(it)
        await it.sync()
        assert set(await it.has(id)) == {id}


@pytest.mark.guide("auto-import.switch")
async def test_when_off_they_only_come_in_by_the_manual_import(guide: Guided) -> None:
    async with planned(guide) as it:
        first, second = await new(it, summary="One"), await new(it, summary="Two")
        await it.sync()
        page = await it.portal.call("GET", "/opportunities", params={"imported": "false", "limit": "100"})
        assert {first, second} <= {row["id"] for row in page["items"]}
        await it.portal.call("POST", "/opportunities/import", {"ids": [second]})
        assert set(await it.has(second)) == {second}
        page = await it.portal.call("GET", "/opportunities", params={"imported": "true"})
        assert [row["id"] for row in page["items"]] == [second]


@pytest.mark.guide("auto-import.switch")
async def test_older_ones_come_in_by_the_manual_import_too(guide: Guided) -> None:
    async with planned(guide, auto_import=True) as it:
        page = await it.portal.call("GET", "/opportunities", params={"state": "open", "limit": "100"})
        old = page["items"][-1]
        await it.portal.call("POST", "/opportunities/import", {"ids": [old["id"]]})
        row = (await it.has(old["id"]))[old["id"]]
        assert (row["title"], row["source"], row["sync"]) == (old["title"], "import", "managed")


@pytest.mark.guide("auto-import.scope", "auto-import.minimum")
async def test_minimum_value_skips_opportunities_below_a_dollar_threshold(guide: Guided) -> None:
    async with planned(guide, auto_import=True, minimum_value=500) as it:
        below, equal, nothing = await new(it, oppvalue=499.99), await new(it, oppvalue=500.0), await new(it)
        await it.sync()
        assert set(await it.has(equal)) == {equal}, "equal passes, missing is 0"
        await guide.halo.control.change(below, oppvalue=500.01)
        await it.sync()
        assert set(await it.has(below)) == {equal, below}, "one that meets it later comes then"
        assert nothing not in await it.items()


@pytest.mark.guide("auto-import.scope", "auto-import.types")
async def test_opportunity_types_to_auto_import(guide: Guided) -> None:
    async with planned(guide, auto_import=True, auto_import_types=["Cabling"]) as it:
        cabling, other = await new(it, opptype="Cabling"), await new(it, opptype="Else")
        await it.sync()
        assert set(await it.has(cabling)) == {cabling}
        await it.portal.settings("opportunities", **DEFAULTS, auto_import=True)
        assert set(await it.has(other)) == {cabling, other}, "none chosen means all"


@pytest.mark.guide("auto-import.seen-types")
async def test_the_picker_has_the_distinct_types_that_have_appeared_in_your_data(guide: Guided) -> None:
    async with planned(guide) as it:
        await new(it, opptype="Cabling, special")
        await it.sync()
        picker = await it.portal.call("GET", "/integrations/halo/reference/opportunity-types")
        held = [row["opptype"].strip() async for row in guide.halo.control.tickets("opps") if not row["deleted"]]
        wanted = {name.casefold() for name in held if name}
        assert {item["name"].casefold() for item in picker["items"]} == wanted
        assert len(picker["items"]) == len(wanted), "each once, however it is written"
        assert sum(item["opportunities"] for item in picker["items"]) == len([name for name in held if name])


@pytest.mark.guide("auto-import.free-text")
async def test_the_type_is_free_text_rather_than_a_managed_picklist(guide: Guided) -> None:
    async with planned(guide) as it:
        saved = await it.portal.settings("opportunities", **DEFAULTS, auto_import=True, auto_import_types=["Typed"])
        assert saved["value"]["auto_import_types"] == ["Typed"]
        assert "No opportunity in Halo has the type “Typed” yet: it is taken as it was typed." in saved["warnings"]
        id = await new(it, opptype="typed ")
        await it.sync()
        await it.has(id)


@pytest.mark.guide("auto-import.every-sync")
async def test_every_sync_auto_creates_items_for_new_matching_opportunities_once(guide: Guided) -> None:
    async with planned(guide, auto_import=True) as it:
        first = await new(it)
        await it.sync()
        second = await new(it)
        await it.sync()
        assert set(await it.has(first, second)) == {first, second}
        await it.sync(streams=["opportunities"])
        await it.settled()
        assert [row["opportunity"] for row in (await it.items(source="auto-import")).values()].count(first) == 1
        own = {"tenant": it.portal.tenant, "opportunity": {"$in": [first, second]}}
        assert await guide.system.database.planner_items.count_documents(own) == 2


@pytest.mark.guide("auto-import.in-sync")
async def test_every_sync_keeps_managed_items_in_sync_title_description_due_date_value(guide: Guided) -> None:
    async with planned(guide, auto_import=True) as it:
        id = await new(it, summary="Firewall", oppvalue=1.0)
        await it.sync()
        item = (await it.has(id))[id]["id"]
        mine = {"notes": "Ask Bo", "estimated_hours": 7.5, "period": "2027-Q1"}
        await it.portal.call("PATCH", f"/planner/items/{item}", mine)
        due = 1_811_808_000
        await guide.halo.control.change(id, summary="Two", details="More", oppvalue=2.0, targetdate=due)
        await it.sync()
        row = await it.shows(id, title="Two")
        assert (row["description"], row["value"], row["due"]) == ("More", 2.0, "2027-06-01T00:00:00Z")
        assert {name: row[name] for name in mine} == mine, "nothing else"


@pytest.mark.guide("auto-import.in-sync")
async def test_what_halo_manages_can_not_be_changed_here_until_it_is_detached(guide: Guided) -> None:
    async with planned(guide, auto_import=True) as it:
        id = await new(it, summary="Firewall")
        await it.sync()
        path = f"/api/v1/planner/items/{(await it.has(id))[id]['id']}"
        answer = await it.portal.http.patch(path, json={"title": "Ours"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["message"].endswith("change it there, or detach the item first")
        await it.portal.http.post(f"{path}/detach")
        assert (await it.portal.http.patch(path, json={"title": "Ours"})).json()["title"] == "Ours"
        await guide.halo.control.change(id, summary="Halo's")
        await it.sync()
        await it.settled()
        row = (await it.portal.http.get(path)).json()
        assert (row["title"], row["sync"]) == ("Ours", "detached"), "it stays detached"


@pytest.mark.guide("auto-import.ends")
async def test_won_lost_and_deleted_ones_stay_in_the_planner_and_say_so(guide: Guided) -> None:
    async with planned(guide, auto_import=True) as it:
        won, lost, deleted, other = [await new(it, summary=name) for name in ("Won", "Lost", "Deleted", "Other")]
        await it.sync()
        await it.has(won, lost, deleted, other)
        await guide.halo.control.win(won)
        await guide.halo.control.lose(lost)
        await guide.halo.control.delete(deleted)
        await guide.halo.control.change(other, tickettype_id=1)
        await it.sync()
        for id, state in ((won, "won"), (lost, "lost"), (deleted, "gone")):
            assert (await it.shows(id, state=state))["sync"] == "stopped"
        await it.portal.settings("sync", teams="all", users=False, opportunities=True)
        await it.sync(streams=["opportunities", "tickets"])
        assert (await it.shows(other, state="gone"))["title"] == "Other", "it is no opportunity any more"
