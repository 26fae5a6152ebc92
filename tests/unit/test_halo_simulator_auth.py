"""The simulator's discovery, tokens, scopes and agents (docs/halo.md sections 2 and 3)."""

from __future__ import annotations

import base64

import pytest

from halo_simulator.applications import CLIENT_ID, CLIENT_SECRET, FOREIGN_ID, FOREIGN_SECRET
from halo_simulator.caller import opened


async def test_discovery_needs_no_token_and_gives_address_and_tenant() -> None:
    async with opened("-") as halo:
        assert await halo.get("AuthInfo") == {"auth_url": "http://halo.test/auth", "tenant_id": "contoso"}
        assert (await halo.get("instanceinfo"))["dbid"] == "halo-simulator-1"


@pytest.mark.parametrize(
    ("style", "status", "start"),
    [("missing", 404, "{"), ("html", 200, "<!DOCTYPE"), ("nonsense", 200, '{"auth_url": '), ("on_premises", 200, "{")],
)
async def test_discovery_goes_wrong_in_known_ways(style: str, status: int, start: str) -> None:
    async with opened("-", authinfo=style) as halo:
        answer = await halo.http.get("/api/authinfo")
        assert answer.status_code == status
        assert answer.text.startswith(start)
        assert "tenant_id" not in answer.text


async def test_trial_instances_give_tokens_at_the_root() -> None:
    async with opened("-", auth_path="") as halo:
        assert (await halo.get("authinfo"))["auth_url"] == "http://halo.test"
        assert (await halo.token()).status_code == 404
        form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        assert (await halo.http.post("/token?tenant=contoso", data=form)).status_code == 200


async def test_a_token_has_all_the_fields_and_opens_agent_me() -> None:
    async with opened("-") as halo:
        body = (await halo.token("read:tickets")).json()
        assert set(body) == {"scope", "token_type", "access_token", "expires_in", "refresh_token", "id_token"}
        assert body["id_token"].count(".") == 2
        assert (await halo.get("Agent/me"))["name"] == "MSPortal API"


async def test_basic_authentication_works_too() -> None:
    async with opened("-") as halo:
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        form = {"grant_type": "client_credentials", "scope": "read:tickets"}
        answer = await halo.http.post("/auth/token", data=form, headers={"authorization": f"Basic {basic}"})
        assert answer.status_code == 200


@pytest.mark.parametrize("status", [401, 400])
async def test_a_wrong_secret_or_tenant_is_an_invalid_client(status: int) -> None:
    async with opened("-", invalid_client_status=status) as halo:
        wrong = await halo.token(client_secret="no")
        assert (wrong.status_code, wrong.json()["error"]) == (status, "invalid_client")
        form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        assert (await halo.http.post("/auth/token?tenant=other", data=form)).json()["error"] == "invalid_client"
        assert (await halo.http.post("/auth/token", data=form)).status_code == 200


@pytest.mark.parametrize("scope", ["read:actions", "all", "read:tickets edit:customers"])
async def test_unknown_and_ungranted_scopes_are_invalid(scope: str) -> None:
    async with opened("-") as halo:
        answer = await halo.token(scope)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("status", [401, 403])
async def test_a_scopeless_token_is_issued_and_refused_everywhere(status: int) -> None:
    async with opened("-", scopeless_status=status) as halo:
        assert (await halo.token("")).status_code == 200
        for path in ("Tickets", "Agent/me", "Team", "Client"):
            assert (await halo.http.get(f"/api/{path}")).status_code == status


async def test_scopes_guard_resources_and_edit_implies_read() -> None:
    async with opened("edit:tickets") as halo:
        await halo.get("Tickets")
        await halo.get("Team")
        for path in ("Client", "Site", "Opportunities", "Projects", "Asset"):
            assert (await halo.http.get(f"/api/{path}")).status_code == 403
    async with opened("read:tickets") as halo:
        assert (await halo.post("Tickets", [{"summary": "x"}])).status_code == 403


async def test_login_type_must_be_agent() -> None:
    async with opened() as halo:
        await halo.control.application(CLIENT_ID, login_type="user")
        assert (await halo.http.get("/api/Tickets")).status_code == 403


async def test_a_narrow_agent_gets_empty_lists_and_no_errors() -> None:
    async with opened() as halo:
        await halo.control.agent(3, teams=[], clients=[])
        assert (await halo.get("Tickets"))["tickets"] == []
        assert await halo.get("Team") == []
        assert (await halo.get("Client"))["clients"] == []
        await halo.control.agent(3, teams=[2], clients=None)
        teams = {row["team"] for row in (await halo.get("Tickets"))["tickets"]}
        assert teams == {"Service Desk"}
        assert [row["id"] for row in await halo.get("Team")] == [2]


async def test_tokens_expire_are_revoked_and_may_replace_each_other() -> None:
    async with opened(single_token=True) as halo:
        old = halo.http.headers["authorization"]
        await halo.token()
        assert (await halo.http.get("/api/Team", headers={"authorization": old})).status_code == 401
        await halo.control.clock(advance=3601)
        assert (await halo.http.get("/api/Team")).status_code == 401
        await halo.token()
        await halo.control.revoke(CLIENT_ID)
        assert (await halo.http.get("/api/Team")).status_code == 401
        assert len(await halo.control.tokens()) == 3


async def test_two_applications_have_their_own_permissions() -> None:
    async with opened("-") as halo:
        await halo.token("all", client_id=FOREIGN_ID, client_secret=FOREIGN_SECRET)
        await halo.get("Invoice")
        await halo.control.application(FOREIGN_ID, permissions=["read:tickets"])
        assert (await halo.token("all", client_id=FOREIGN_ID, client_secret=FOREIGN_SECRET)).status_code == 400
