"""The guide's step 3, *Opportunity Settings*: the defaults with which the planner creates opportunities in Halo."""

from typing import Any

import pytest

from support.guided import SETTINGS, Guided, refused
from support.planned import COMPANY, DEFAULTS, planned


@pytest.mark.guide("opportunities.defaults")
async def test_set_default_values_for_opportunities_created_from_the_portal(guide: Guided) -> None:
    async with planned(guide) as it:
        held = (await it.portal.call("GET", "/integrations/halo/settings/opportunities"))["value"]
        assert {name: held[name] for name in DEFAULTS} == DEFAULTS


@pytest.mark.guide("opportunities.complete")
async def test_the_create_action_posts_a_complete_opportunity_without_prompting_for_them(guide: Guided) -> None:
    async with planned(guide) as it:
        row = await it.made(title="Firewall", value=900.5, due="2027-06-01T00:00:00Z", client_id=COMPANY)
        assert (row["summary"], row["oppvalue"], row["client_id"]) == ("Firewall", 900.5, COMPANY)
        assert row["targetdate"].startswith("2027-06-01")
        assert all(row[f"category_{level}"] for level in (1, 2, 3, 4))


@pytest.mark.guide("opportunities.workflow")
async def test_default_workflow_the_workflow_new_opportunities_are_placed_into(guide: Guided) -> None:
    async with planned(guide) as it:
        assert (await it.made(title="A", client_id=COMPANY))["workflow_id"] == 5
        await it.portal.settings("opportunities", **{**DEFAULTS, "workflow_id": 6, "stage_id": 61})
        assert (await it.made(title="B", client_id=COMPANY))["workflow_id"] == 6


@pytest.mark.guide("opportunities.stage")
async def test_default_stage_the_starting_stage_within_the_chosen_workflow(guide: Guided) -> None:
    async with planned(guide) as it:
        row = await it.made(title="A", client_id=COMPANY)
        assert (row["workflow_stage_id"], row["pipeline_stage_name"]) == (52, "Propose")
        said = await refused(it.portal, "opportunities", **{**DEFAULTS, "stage_id": 61})
        assert said["stage_id"] == "names stage 61, which “Sales pipeline” does not have: choose one of its own"


@pytest.mark.guide("opportunities.type")
async def test_default_type_assigned_to_new_opportunities(guide: Guided) -> None:
    async with planned(guide) as it:
        row = await it.made(title="A", client_id=COMPANY)
        assert (row["opptype"], row["tickettype_id"]) == ("Managed Services", 21)
        said = await refused(it.portal, "opportunities", **{**DEFAULTS, "ticket_type_id": 1})
        assert said["ticket_type_id"] == "“Incident” is no opportunity type in Halo: choose another"


@pytest.mark.guide("opportunities.probability")
async def test_default_conversion_probability_a_starting_percentage(guide: Guided) -> None:
    async with planned(guide) as it:
        assert (await it.made(title="A", client_id=COMPANY))["oppconversionprobability"] == 35
        for wrong in (-1, 101):
            assert "probability" in await refused(it.portal, "opportunities", **{**DEFAULTS, "probability": wrong})


@pytest.mark.guide("opportunities.categories")
@pytest.mark.parametrize("level", [1, 2, 3, 4])
async def test_categories_1_to_4_each_picked_from_halos_own(guide: Guided, level: int) -> None:
    async with planned(guide) as it:
        path = "/integrations/halo/reference/categories"
        choices = (await it.portal.call("GET", path, params={"level": str(level)}))["items"]
        mine = [row for row in await guide.halo.control.rows("category") if row["type_id"] == level]
        assert {item["id"]: item["name"] for item in choices} == {row["id"]: row["value"] for row in mine}
        picked = choices[-1]
        chosen = [*DEFAULTS["categories"][: level - 1], picked["id"], *DEFAULTS["categories"][level:]]
        await it.portal.settings("opportunities", **{**DEFAULTS, "categories": chosen})
        assert (await it.made(title="A", client_id=COMPANY))[f"category_{level}"] == picked["name"]


@pytest.mark.guide("opportunities.same-values")
async def test_the_values_you_see_are_the_ones_a_halo_agent_would_see(guide: Guided) -> None:
    async with planned(guide) as it:
        names = {
            kind: {row["id"]: row.get("value") or row["name"] for row in await guide.halo.control.rows(kind)}
            for kind in ("workflow", "tickettype", "category")
        }
        shown = (await it.portal.call("GET", "/integrations/halo/settings/opportunities"))["shown"]
        assert shown == {
            "workflow": names["workflow"][5],
            "stage": "Propose",
            "ticket_type": names["tickettype"][21],
            "categories": [names["category"][id] for id in DEFAULTS["categories"]],
        }
        picker = await it.portal.call("GET", "/integrations/halo/reference/ticket-types", params={"domain": "opps"})
        assert {item["name"] for item in picker["items"]} == {"Opportunity", "Renewal"}


@pytest.mark.guide("opportunities.new-values", "opportunities.spot")
@pytest.mark.parametrize(
    ("kind", "values", "picker", "field"),
    [
        ("workflow", {"id": 7, "name": "Tenders"}, "workflows", "workflow_id"),
        ("tickettype", {"id": 29, "name": "Tender", "_domain": "opps"}, "ticket-types", "ticket_type_id"),
        ("category", {"id": 499, "value": "Gift", "category_name": "Gift", "type_id": 4}, "categories", "categories"),
    ],
)
async def test_any_new_value_you_add_in_halo_appears_here_and_a_vanished_one_is_flagged(
    guide: Guided, kind: str, values: dict[str, Any], picker: str, field: str
) -> None:
    async with planned(guide) as it:
        row = await guide.halo.control.add(kind, **values)
        try:
            await it.lists_are_read()
            items = (await it.portal.call("GET", f"/integrations/halo/reference/{picker}"))["items"]
            assert row["id"] in {item["id"] for item in items}
            chosen = [*DEFAULTS["categories"][:3], row["id"]] if kind == "category" else row["id"]
            change = {field: chosen, **({"stage_id": None} if kind == "workflow" else {})}
            await it.portal.settings("opportunities", **{**DEFAULTS, **change})
        finally:
            await guide.halo.control.remove(kind, row["id"])
        await it.lists_are_read()
        held = await it.portal.call("GET", "/integrations/halo/settings/opportunities")
        where = "categories.3" if kind == "category" else field
        assert [flag["field"] for flag in held["flags"]] == [where]
        assert str(row["id"]) in held["flags"][0]["message"]


@pytest.mark.guide("opportunities.new-values")
async def test_any_new_stage_or_type_appears_here_on_the_next_sync(guide: Guided) -> None:
    async with planned(guide) as it:
        path = "/integrations/halo/reference/opportunity-types"
        before = {item["name"] for item in (await it.portal.call("GET", path))["items"]}
        await guide.halo.control.create(domain="opps", client_id=COMPANY, opptype="Never seen")
        await it.sync()
        after = {item["name"] for item in (await it.portal.call("GET", path))["items"]}
        assert after == before | {"Never seen"}
        workflows = (await it.portal.call("GET", "/integrations/halo/reference/workflows"))["items"]
        stages = next(item["attributes"]["stages"] for item in workflows if item["id"] == 5)
        assert [stage["name"] for stage in stages] == ["Qualify", "Propose", "Negotiate", "Won"]


@pytest.mark.guide("opportunities.switch", "opportunities.only-when-on")
async def test_opportunity_sync_can_be_disabled_and_then_these_settings_do_not_apply(guide: Guided) -> None:
    async with planned(guide) as it:
        await it.portal.settings("sync", teams="all", tickets=False, users=False, opportunities=False)
        held = await it.portal.call("GET", "/integrations/halo/settings/opportunities")
        assert held["value"]["workflow_id"] == 5, "kept"
        assert "Opportunity sync is off" in held["warnings"][0]
        mark = await guide.halo.control.mark()
        answer = await it.create(title="A", client_id=COMPANY)
        assert (answer.status_code, answer.json()["title"]) == (409, "Opportunity sync is off")
        assert await guide.halo.control.requests(mark, method="POST", path="/Opportunities") == []
        await it.portal.settings("sync", teams="all", tickets=False, users=False, opportunities=True)
        assert (await it.made(title="A", client_id=COMPANY))["workflow_id"] == 5


@pytest.mark.guide("opportunities.halos-errors", "opportunities.spot")
async def test_real_halo_errors_surface_word_for_word_with_their_field(guide: Guided) -> None:
    async with planned(guide, categories=[101, 202, 301, None]) as it:
        answer = await it.create(title="A", client_id=COMPANY)
        assert answer.status_code == 422
        told = answer.json()
        assert told["halo"] == "Required fields are missing: category_4", "Halo's own words"
        assert told["detail"] == told["halo"]
        assert told["errors"] == [{"field": "categories.3", "message": told["halo"]}]
        follow = await it.portal.call("GET", f"/opportunities/creations/{told['id']}")
        assert (follow["state"], follow["errors"]) == ("refused", told["errors"])
        held = await it.portal.http.get(f"{SETTINGS}/opportunities")
        assert held.json()["value"]["categories"][3] is None
        await it.portal.settings("opportunities", **DEFAULTS)
        assert (await it.made(title="A", client_id=COMPANY))["category_4"]


async def test_a_company_without_a_link_is_refused_with_link_it(guide: Guided) -> None:
    async with planned(guide) as it:
        other = next(row["id"] for row in await guide.halo.control.rows("client") if row["id"] not in (1, COMPANY))
        answer = await it.create(title="A", client_id=other)
        assert (answer.status_code, answer.json()["link"]) == (409, f"/api/v1/companies/{other}/link")
        assert "Link it first" in answer.json()["remedy"]
