"""The guide's *Starting the Wizard* and step 1, *Connect*; and the way from step to step."""

import pytest

from support.guided import SETTINGS, Guided
from support.system import Portal
from support.waiting import until

CARD, CONNECTION = "/integrations/halo", "/integrations/halo/connection"
STEPS = ("connect", "sync", "configure", "import")


@pytest.mark.guide("wizard.integrations", "wizard.configure", "manage.place")
async def test_in_integrations_find_the_halo_card_and_click_configure(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        card = await portal.call("GET", CARD)
        assert (card["status"], card["step"], card["completed"]) == ("Disconnected", "connect", None)
    card = await guide.portal.call("GET", CARD)
    assert card["status"] in ("Connected", "Syncing")
    assert card["instance"], "the same card, with what is managed from it"
    assert {stream["stream"] for stream in card["streams"]} >= {"companies", "contacts", "tickets", "opportunities"}


@pytest.mark.guide("wizard.four-steps", "sync.next", "opportunities.next")
async def test_a_guided_wizard_in_4_steps_and_next_leads_from_each_to_the_following(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        for step in STEPS[1:]:
            assert (await portal.call("PATCH", CARD, {"step": step}))["step"] == step
            assert (await portal.call("GET", CARD))["step"] == step, "there it resumes"
        await portal.settings("sync", teams="all")
        assert (await portal.call("POST", f"{CARD}/complete"))["step"] == "done", "after the fourth there is no fifth"
        for wrong in ("done", "fifth"):
            assert (await portal.http.patch(f"/api/v1{CARD}", json={"step": wrong})).status_code == 422


@pytest.mark.guide("connect.credentials", "connect.client-id", "connect.client-secret", "halo.keep")
@pytest.mark.parametrize("field", ["url", "client_id", "client_secret"])
async def test_fill_in_the_following_fields(guide: Guided, field: str) -> None:
    halo = guide.halo
    body = {"url": halo.url, "client_id": halo.client_id, "client_secret": halo.client_secret}
    async with guide.newcomer(connect=False) as portal:
        without = {name: value for name, value in body.items() if name != field}
        answer = await portal.http.put(f"/api/v1{CONNECTION}", json=without)
        assert answer.status_code == 422, "all three"
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        saved = await portal.call("PUT", CONNECTION, body)
        assert (saved["url"], saved["client_id"]) == (halo.url, halo.client_id)
        assert saved["secret_set"]["by"] == "admin@example.com"


@pytest.mark.guide("connect.url", "halo.sign-in")
async def test_halo_url_is_your_instances_as_it_stands_in_the_browser(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        typed = f"  {guide.halo.url}/tickets/  "
        run = await portal.connect(typed, guide.halo.client_id, guide.halo.client_secret)
        assert run["diagnosis"]["connected"]
        assert (await portal.call("GET", CONNECTION))["url"] == guide.halo.url
        host = await url_of(portal, "https://YourHalo.halopsa.com/")
        assert host == "https://yourhalo.halopsa.com"
        answer = await portal.http.put(f"/api/v1{CONNECTION}", json={"url": "my halo", "client_id": "c"})
        assert answer.json()["errors"][0]["field"] == "url"


async def url_of(portal: Portal, typed: str) -> str:
    saved = await portal.call("PUT", CONNECTION, {"url": typed, "client_id": "c", "client_secret": "s"})
    return str(saved["url"])


@pytest.mark.guide("connect.test", "connect.connected")
async def test_click_test_connection_and_see_a_green_connected_status(guide: Guided) -> None:
    halo = guide.halo
    body = {"url": halo.url, "client_id": halo.client_id, "client_secret": halo.client_secret}
    async with guide.newcomer(connect=False) as portal:
        await portal.call("PUT", CONNECTION, body)
        saved = await portal.call("GET", CONNECTION)
        assert (saved["status"], saved["active"]) == ("not tested", None), "saving alone proves nothing"
        mark = await halo.control.mark()
        assert (await portal.test())["diagnosis"]["connected"]
        asked = {request["path"] for request in await halo.control.requests(mark)}
        assert any(path.endswith("/token") for path in asked), "Halo itself was asked"
        saved = await portal.call("GET", CONNECTION)
        assert (saved["status"], saved["active"]["url"]) == ("tested", halo.url)

        async def connected() -> bool:
            return (await portal.call("GET", CARD))["status"] in ("Connected", "Syncing")

        await until(connected)


@pytest.mark.guide("sync.what")
async def test_configure_what_data_to_sync(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        held = await portal.call("GET", f"{SETTINGS.removeprefix('/api/v1')}/sync")
        switches = {name: held["value"][name] for name in ("users", "companies", "tickets", "opportunities")}
        assert switches == {"users": True, "companies": True, "tickets": True, "opportunities": False}
        assert (held["revision"], held["value"]["auto_import"], held["value"]["teams"]) == (0, False, [])
        other = {name: not on for name, on in switches.items()}
        saved = await portal.settings("sync", **other)
        assert (saved["revision"], {name: saved["value"][name] for name in other}) == (1, other)
        enabled = {each["stream"]: each["enabled"] for each in (await portal.call("GET", CARD))["streams"]}
        assert (enabled["contacts"], enabled["companies"]) == (False, False)
        assert (enabled["tickets"], enabled["opportunities"]) == (False, True)


@pytest.mark.guide("configure.what")
async def test_set_up_ticket_status_mapping_and_opportunity_defaults(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        for kind, field in (("tickets", "stages"), ("opportunities", "categories")):
            held = await portal.call("GET", f"{SETTINGS.removeprefix('/api/v1')}/{kind}")
            assert (held["revision"], field in held["value"]) == (0, True), "empty until somebody chooses"
