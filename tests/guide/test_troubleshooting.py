"""The guide's troubleshooting rows as far as tickets go: broken, told by the product, put right as it says, working."""

from typing import Any

import pytest

from connector.halo.permissions import PERMISSIONS
from halo_simulator.scopes import GUIDE
from support.guided import Guided, shown
from support.truth import should_show

PROJECTS, SECOND_LINE, CLOSED = 4, 3, 9
API_PAGE = "Configuration > Integrations > Halo PSA API"


def finding(run: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in run["diagnosis"]["findings"] if each["name"] == name)


@pytest.mark.guide("connect.fails-credentials", "trouble.credentials")
@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
async def test_connection_test_fails_verify_your_client_id_and_client_secret_are_correct(
    guide: Guided, wrong: str
) -> None:
    halo = guide.halo
    right = {"url": halo.url, "client_id": halo.client_id, "client_secret": halo.client_secret}
    async with guide.newcomer(connect=False) as portal:
        run = await portal.connect(**{**right, wrong: "something-else"})
        assert (run["state"], run["problem"]["kind"]) == ("failed", "credentials")
        assert "Client ID" in run["problem"]["title"]
        assert run["problem"]["halo"], "Halo's own words"
        assert (await portal.connect(**right))["diagnosis"]["connected"]


@pytest.mark.guide("trouble.url")
async def test_connection_test_fails_verify_your_halo_url(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        # The simulator's host is allowed to be plain http; what answers there under another path is no Halo.
        await guide.halo.control.config(authinfo="html")
        try:
            run = await portal.connect(guide.halo.url, guide.halo.client_id, guide.halo.client_secret)
        finally:
            await guide.halo.control.config(authinfo="normal")
        assert (run["state"], run["problem"]["kind"]) == ("failed", "address")
        assert "Halo URL" in run["problem"]["remedy"]
        assert (await portal.test())["diagnosis"]["connected"]


@pytest.mark.guide("halo.cors", "connect.fails-cors", "trouble.cors")
async def test_ensure_the_cors_whitelist_can_not_be_the_reason_and_is_said_so(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        failed = await portal.connect(guide.halo.url, guide.halo.client_id, "wrong")
        told = finding(failed, "CORS whitelist")
        assert told["state"] == "ok"
        assert "browsers" in told["how"]
        assert "from a server" in told["how"]
        connected = await portal.connect(guide.halo.url, guide.halo.client_id, guide.halo.client_secret)
        assert finding(connected, "CORS whitelist") == told


@pytest.mark.guide("trouble.teams")
async def test_tickets_not_syncing_check_that_the_correct_teams_are_selected(guide: Guided) -> None:
    portal = guide.portal
    await portal.settings("sync", teams=[SECOND_LINE])
    id = min(await should_show(guide.halo.control, teams=[PROJECTS]))
    told = await portal.call("GET", f"/tickets/{id}/explain")
    assert (told["here"], told["reason"]) == (False, "team")
    assert "team “Projects”, which is not among the teams to sync" in told["sentence"]
    assert told["changed"]["by"] == "admin@example.com"
    assert told["changed"]["at"]
    assert told["run"]
    assert told["version"]
    assert told["remedy"] == "Add the team in step 2, Sync."
    await portal.settings("sync", teams=[SECOND_LINE, PROJECTS])
    assert (await portal.call("GET", f"/tickets/{id}/explain"))["here"]
    assert id in await shown(portal)


@pytest.mark.guide("trouble.statuses")
async def test_tickets_not_syncing_check_that_ticket_statuses_are_not_excluded(guide: Guided) -> None:
    portal = guide.portal
    await portal.settings("sync", teams="all", excluded_statuses=[CLOSED])
    id = min(id for id, row in (await should_show(guide.halo.control)).items() if row["status_id"] == CLOSED)
    told = await portal.call("GET", f"/tickets/{id}/explain")
    assert (told["here"], told["reason"]) == (False, "status")
    assert "Exclude Statuses" in told["remedy"]
    await portal.settings("sync", teams="all")
    assert id in await shown(portal)


@pytest.mark.guide("trouble.permissions")
async def test_permission_errors_review_the_api_permissions_in_halo_psa(guide: Guided) -> None:
    async with guide.newcomer() as portal:
        await portal.settings("sync", teams=[PROJECTS])
        fewer = [name for name in GUIDE if name not in ("read:tickets", "edit:tickets")]
        await guide.halo.control.application(guide.halo.client_id, permissions=fewer)
        await guide.halo.control.revoke(guide.halo.client_id)
        try:
            run = await portal.ended(await portal.sync("quick"))
            assert (run["state"], run["problem"]["kind"]) == ("failed", "permission")
            assert "read:tickets" in run["problem"]["title"]
            assert API_PAGE in run["problem"]["remedy"]
            card = await portal.call("GET", "/integrations/halo")
            problems = {each["stream"]: each["problem"] for each in card["streams"]}
            assert "read:tickets" in problems["tickets"]["title"]
            assert problems["companies"] is None, "what is allowed was read"
            tested = await portal.test()
            assert finding(tested, "read:tickets")["state"] == "missing"
            assert "enable read:tickets" in finding(tested, "read:tickets")["remedy"]
        finally:
            await guide.halo.control.application(guide.halo.client_id, permissions=list(GUIDE))
            await guide.halo.control.revoke(guide.halo.client_id)
        assert finding(await portal.test(), "read:tickets")["state"] == "granted"
        await portal.applied(await portal.sync("quick"))
        assert set(await shown(portal)) == set(await should_show(guide.halo.control, teams=[PROJECTS]))


@pytest.mark.guide("halo.permissions", "trouble.required")
async def test_ensure_all_required_permissions_are_enabled_each_row_of_the_table_is_told(guide: Guided) -> None:
    async with guide.newcomer(connect=False) as portal:
        run = await portal.connect(guide.halo.url, guide.halo.client_id, guide.halo.client_secret)
        told = {each["name"]: each for each in run["diagnosis"]["findings"]}
        rows = {row.name: row for row in PERMISSIONS}
        assert len(rows) == 52
        assert rows.keys() <= told.keys()
        assert all(told[name]["state"] == "granted" for name, row in rows.items() if row.enabled)
        assert all(told[name]["state"] in ("unknown", "warning") for name, row in rows.items() if not row.enabled)
        assert all(each["how"] for each in told.values())
