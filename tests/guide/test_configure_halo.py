"""The guide's *Prerequisites* and Part 1, *Configure Halo PSA*: what the connection test tells of Halo's side."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from guide.statements import permissions
from halo_simulator.scopes import GUIDE
from support.guided import SETTINGS, Guided
from support.system import Portal

CONNECTION = "/api/v1/integrations/halo/connection"


@asynccontextmanager
async def application(guide: Guided, **changes: Any) -> AsyncIterator[None]:
    """Our application in Halo is another way, and put back afterwards."""
    id, control = guide.halo.client_id, guide.halo.control
    held = await control.application(id)
    await control.application(id, **changes)
    try:
        yield
    finally:
        await control.application(id, **{name: held[name] for name in changes})


async def run_of(guide: Guided, portal: Portal) -> dict[str, Any]:
    """The ended test of our application's credentials."""
    return await portal.connect(guide.halo.url, guide.halo.client_id, guide.halo.client_secret)


def findings(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in run["diagnosis"]["findings"]}


@pytest.mark.guide("before.portal-permission")
async def test_access_to_the_portal_with_integration_management_permissions(guide: Guided) -> None:
    async with guide.newcomer() as portal, guide.system.portal(portal.tenant, ("integrations:read",)) as reader:
        body = {"url": guide.halo.url, "client_id": "another", "client_secret": "another"}
        writes: list[tuple[str, str, Any]] = [
            ("PUT", CONNECTION, body),
            ("PUT", f"{SETTINGS}/sync", {}),
            ("POST", f"{SETTINGS.removesuffix('/settings')}/complete", None),
        ]
        for method, path, sent in writes:
            answer = await reader.http.request(method, path, json=sent, headers={"if-match": '"0"'})
            assert (answer.status_code, "integrations:manage" in answer.json()["detail"]) == (403, True)
        assert (await portal.call("GET", "/integrations/halo/connection"))["client_id"] == guide.halo.client_id


@pytest.mark.guide("before.own-agent", "halo.agent")
async def test_a_role_and_an_api_only_agent_of_its_own_are_recommended(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        run = await run_of(guide, portal)
        assert (run["diagnosis"]["agent"], findings(run)["agent is API-only"]["state"]) == ("MSPortal API", "ok")
        async with application(guide, agent_id=5):
            run = await portal.test()
        told = findings(run)["agent is API-only"]
        assert (run["diagnosis"]["connected"], told["state"]) == (True, "warning")
        assert "create an API-only agent in a role of its own" in told["remedy"]


@pytest.mark.guide("before.halo-admin", "before.application", "halo.sign-in", "halo.api-page")
async def test_without_an_application_in_halo_it_is_told_where_an_administrator_finds_them(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        run = await portal.connect(guide.halo.url, "no-application", "no-secret")
        assert (run["state"], run["problem"]["kind"]) == ("failed", "credentials")
        assert "Configuration > Integrations > Halo PSA API > View Applications" in run["problem"]["remedy"]
        assert (await run_of(guide, portal))["diagnosis"]["connected"]


@pytest.mark.guide("halo.name")
async def test_a_new_application_under_any_name(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal, application(guide, name="Something else"):
        assert (await run_of(guide, portal))["diagnosis"]["connected"]


@pytest.mark.guide("halo.services")
async def test_client_id_and_secret_services_is_the_authentication_method(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        async with application(guide, login_type="user"):
            run = await run_of(guide, portal)
        assert (run["state"], run["problem"]["title"]) == ("failed", "The application does not log in as an agent")
        assert "Login Type" in run["problem"]["remedy"]
        assert (await portal.test())["diagnosis"]["connected"]


@pytest.mark.guide("halo.secret-once")
async def test_the_secret_cannot_be_retrieved_afterwards(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        shown = await portal.http.get(CONNECTION)
        assert shown.json()["secret_set"]["by"] == "admin@example.com"
        run = (await portal.call("GET", "/syncs", params={"kind": "connection.test"}))["items"][0]["id"]
        seen = [shown.text, str(await portal.run(run)), str(await portal.call("GET", "/audit"))]
        assert not any(guide.halo.client_secret in text for text in seen)
        kept = {"url": guide.halo.url, "client_id": guide.halo.client_id}
        await portal.call("PUT", "/integrations/halo/connection", kept)
        assert (await portal.test())["diagnosis"]["connected"], "it is kept where it is left out"


@pytest.mark.guide("enabled.*")
@pytest.mark.parametrize("name", permissions("enabled"))
async def test_a_permission_to_enable_is_named_where_it_is_missing(guide: Guided, name: str) -> None:
    lacking = (name, name.replace("read:", "edit:"))  # in Halo edit implies read
    async with guide.newcomer(connect=False) as portal:
        async with application(guide, permissions=[each for each in GUIDE if each not in lacking]):
            run = await run_of(guide, portal)
        told = {id: each for id, each in findings(run).items() if each["state"] == "missing"}
        assert set(told) == {each for each in lacking if each in GUIDE}, "no other"
        assert f"enable {name}, and test again" in told[name]["remedy"]
        assert run["diagnosis"]["connected"], "what is allowed works"


@pytest.mark.guide("left-off.*")
async def test_a_permission_to_leave_off_is_never_asked_for_and_named_where_it_is_on(guide: Guided) -> None:
    off = permissions("left-off")
    async with guide.newcomer(connect=False) as portal:
        told = findings(await run_of(guide, portal))
        assert {told[name]["state"] for name in permissions("enabled")} == {"granted"}
        assert {(told[name]["state"], told[name]["needed"]) for name in off} == {("unknown", False)}
        assert {told[name]["how"] for name in off} == {"can't be told: it is never asked for"}
        await guide.halo.control.config(unasked_scopes=off)
        try:
            told = findings(await portal.test())
        finally:
            await guide.halo.control.config(unasked_scopes=[])
        assert {told[name]["state"] for name in off} == {"warning"}
        assert all(f"disable {name} in Halo" in told[name]["remedy"] for name in off)
