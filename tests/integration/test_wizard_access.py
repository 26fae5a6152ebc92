"""Who may do what: every route without and with too little permission, the session cookie, headers, and errors."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from halobus import metrics
from halobus.store import OUTAGES
from support.portal import HALO, Portal, token
from wizard_api import api
from wizard_api.permissions import Permission

SESSION, SYNCS = "/api/v1/session", "/api/v1/syncs"
READ, MANAGE, SUPPORT = Permission.INTEGRATIONS_READ, Permission.INTEGRATIONS_MANAGE, Permission.SUPPORT_READ
USERS, PLANS, PLANNING = Permission.USERS_MANAGE, Permission.PLANNER_READ, Permission.PLANNER_WRITE
PERMITTED: dict[tuple[str, str], set[Permission]] = {
    ("GET", HALO): {READ, MANAGE, SUPPORT},
    ("PATCH", HALO): {MANAGE},
    ("POST", f"{HALO}/complete"): {MANAGE},
    ("GET", f"{HALO}/connection"): {READ, MANAGE},
    ("PUT", f"{HALO}/connection"): {MANAGE},
    ("DELETE", f"{HALO}/connection"): {MANAGE},
    ("POST", f"{HALO}/connection/test"): {MANAGE},
    ("GET", f"{HALO}/settings/sync"): {READ, MANAGE},
    ("PUT", f"{HALO}/settings/sync"): {MANAGE},
    ("GET", f"{HALO}/settings/tickets"): {READ, MANAGE},
    ("PUT", f"{HALO}/settings/tickets"): {MANAGE},
    ("GET", f"{HALO}/settings/tickets/unmapped"): {READ, MANAGE},
    ("GET", f"{HALO}/settings/opportunities"): {READ, MANAGE},
    ("PUT", f"{HALO}/settings/opportunities"): {MANAGE},
    ("GET", f"{HALO}/settings/projects"): {READ, MANAGE},
    ("PUT", f"{HALO}/settings/projects"): {MANAGE},
    ("GET", f"{HALO}/settings/assets"): {READ, MANAGE},
    ("PUT", f"{HALO}/settings/assets"): {MANAGE},
    ("GET", f"{HALO}/changes"): {READ, MANAGE},
    ("POST", f"{HALO}/changes/dismiss"): {MANAGE},
    ("GET", f"{HALO}/reference/{{name}}"): {READ, MANAGE},
    ("GET", f"{HALO}/reference/opportunity-types"): {READ, MANAGE},
    ("POST", f"{HALO}/reference/refresh"): {MANAGE},
    ("GET", SYNCS): {READ, MANAGE, SUPPORT},
    ("POST", SYNCS): {MANAGE},
    ("GET", f"{SYNCS}/{{id}}"): {READ, MANAGE, SUPPORT},
    ("GET", f"{SYNCS}/{{id}}/events"): {READ, MANAGE, SUPPORT},
    ("POST", f"{SYNCS}/{{id}}/cancel"): {MANAGE},
    ("POST", f"{SYNCS}/{{id}}/accept-removals"): {MANAGE},
    ("GET", "/api/v1/tickets"): {Permission.TICKETS_READ},
    ("GET", "/api/v1/tickets/{id}"): {Permission.TICKETS_READ},
    ("GET", "/api/v1/tickets/{id}/explain"): {Permission.TICKETS_READ},
    ("GET", "/api/v1/tickets/{id}/comments"): {Permission.TICKETS_READ},
    ("POST", "/api/v1/tickets/{id}/comments"): {Permission.TICKETS_COMMENT},
    ("GET", "/api/v1/tickets/{id}/comments/{comment}"): {Permission.TICKETS_READ},
    ("GET", "/api/v1/companies"): {Permission.TICKETS_READ, READ, MANAGE},
    ("GET", "/api/v1/companies/{id}"): {Permission.TICKETS_READ, READ, MANAGE},
    ("PUT", "/api/v1/companies/{id}/link"): {MANAGE},
    ("DELETE", "/api/v1/companies/{id}/link"): {MANAGE},
    ("POST", "/api/v1/companies/import"): {MANAGE},
    ("GET", "/api/v1/companies/quick-match"): {READ, MANAGE},
    ("POST", "/api/v1/companies/quick-match"): {MANAGE},
    ("GET", "/api/v1/portal-companies"): {READ, MANAGE},
    ("GET", "/api/v1/contacts"): {Permission.USERS_MANAGE, READ, MANAGE},
    ("GET", "/api/v1/contacts/summary"): {Permission.USERS_MANAGE, READ, MANAGE, SUPPORT},
    ("GET", "/api/v1/contacts/{id}"): {Permission.USERS_MANAGE, READ, MANAGE},
    ("POST", "/api/v1/contacts/{id}/link"): {USERS},
    ("DELETE", "/api/v1/contacts/{id}/link"): {USERS},
    ("GET", "/api/v1/companies/{id}/default-role"): {USERS, READ, MANAGE},
    ("PUT", "/api/v1/companies/{id}/default-role"): {USERS},
    ("DELETE", "/api/v1/companies/{id}/default-role"): {USERS},
    ("GET", "/api/v1/roles"): {USERS, READ, MANAGE},
    ("GET", "/api/v1/portal-users"): {USERS},
    ("GET", "/api/v1/agents"): {USERS},
    ("POST", "/api/v1/agents/{id}/link"): {USERS},
    ("DELETE", "/api/v1/agents/{id}/link"): {USERS},
    ("POST", "/api/v1/users/import"): {USERS},
    ("GET", "/api/v1/users/imports"): {USERS, READ, MANAGE, SUPPORT},
    ("GET", "/api/v1/users/imports/{id}"): {USERS, READ, MANAGE, SUPPORT},
    ("GET", "/api/v1/users/auto-import"): {USERS, READ, MANAGE, SUPPORT},
    ("GET", "/api/v1/users"): {USERS},
    ("GET", "/api/v1/users/{id}"): {USERS},
    ("PATCH", "/api/v1/users/{id}"): {USERS},
    ("GET", "/api/v1/opportunities"): {PLANS, PLANNING},
    ("POST", "/api/v1/opportunities"): {PLANNING},
    ("POST", "/api/v1/opportunities/import"): {PLANNING},
    ("GET", "/api/v1/opportunities/creations/{id}"): {PLANS, PLANNING},
    ("GET", "/api/v1/opportunities/{id}"): {PLANS, PLANNING},
    ("GET", "/api/v1/planner/items"): {PLANS, PLANNING},
    ("POST", "/api/v1/planner/items"): {PLANNING},
    ("GET", "/api/v1/planner/items/{id}"): {PLANS, PLANNING},
    ("PATCH", "/api/v1/planner/items/{id}"): {PLANNING},
    ("DELETE", "/api/v1/planner/items/{id}"): {PLANNING},
    ("POST", "/api/v1/planner/items/{id}/detach"): {PLANNING},
    ("POST", "/api/v1/planner/items/{id}/attach"): {PLANNING},
    ("PUT", "/api/v1/planner/items/{id}/project"): {PLANNING},
    ("DELETE", "/api/v1/planner/items/{id}/project"): {PLANNING},
    ("GET", "/api/v1/projects"): {PLANS, PLANNING},
    ("GET", "/api/v1/projects/{id}"): {PLANS, PLANNING},
    ("GET", "/api/v1/assets"): {Permission.ASSETS_READ, MANAGE},
    ("GET", "/api/v1/assets/summary"): {Permission.ASSETS_READ, MANAGE},
    ("POST", "/api/v1/assets/import"): {MANAGE},
    ("GET", "/api/v1/assets/types"): {Permission.ASSETS_READ, MANAGE},
    ("PATCH", "/api/v1/assets/types/{id}"): {MANAGE},
    ("POST", "/api/v1/assets/types/{id}/import"): {MANAGE},
    ("POST", "/api/v1/assets/types/quick-match"): {MANAGE},
    ("POST", "/api/v1/assets/types/quick-create"): {MANAGE},
    ("GET", "/api/v1/device-types"): {Permission.ASSETS_READ, MANAGE},
    ("POST", "/api/v1/device-types"): {MANAGE},
    ("DELETE", "/api/v1/device-types/{id}"): {MANAGE},
    ("GET", "/api/v1/devices"): {Permission.ASSETS_READ, MANAGE},
    ("GET", "/api/v1/devices/{id}"): {Permission.ASSETS_READ, MANAGE},
    ("GET", "/api/v1/audit"): {MANAGE},
}


def routes() -> Iterator[tuple[str, str]]:
    """Every operation that the API describes."""
    for path, operations in api.create().openapi()["paths"].items():
        for method in operations:
            yield method.upper(), path


GUARDED = [route for route in routes() if route[1] != SESSION]


def is_problem(answer: httpx.Response, status: int) -> bool:
    body = answer.json()
    assert body["status"] == answer.status_code, answer.text
    assert body["title"]
    assert body["remedy"]
    assert body["trace_id"] == answer.headers["Trace-Id"]
    return answer.status_code == status and answer.headers["content-type"] == "application/problem+json"


def filled(path: str) -> str:
    return path.replace("{id}", "1").replace("{name}", "teams")


def test_every_route_is_in_the_table_of_permissions() -> None:
    assert set(GUARDED) == PERMITTED.keys()


@pytest.mark.parametrize(("method", "path"), [*routes()])
async def test_without_a_valid_token_it_is_401(portal: Portal, method: str, path: str) -> None:
    expired = {"Authorization": f"Bearer {token('acme', exp=1_600_000_000)}"}
    for headers in (None, {"Authorization": "Bearer nonsense"}, expired, {"Cookie": "halobus_session=nonsense"}):
        async with portal.anonymous(headers) as client:
            answer = await client.request(method, filled(path))
        assert is_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_with_every_other_permission_it_is_403(portal: Portal, method: str, path: str) -> None:
    wanting = [each for each in Permission if each not in PERMITTED[method, path]]
    async with portal.client("acme", wanting) as client:
        answer = await client.request(method, filled(path))
    assert is_problem(answer, 403)
    assert all(str(each) in answer.json()["detail"] for each in PERMITTED[method, path])


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_with_any_one_of_the_permissions_it_is_let_through(portal: Portal, method: str, path: str) -> None:
    for each in PERMITTED[method, path]:
        async with portal.client("acme", [each]) as client:
            answer = await client.request(method, filled(path))
        assert answer.status_code not in (401, 403, 500)


async def test_a_session_is_a_cookie_that_scripts_can_not_read(portal: Portal) -> None:
    async with portal.client("acme", companies=[5]) as client:
        signed_in = await client.post(SESSION)
    assert signed_in.status_code == 201
    flags = signed_in.headers["Set-Cookie"].lower()
    assert all(flag in flags for flag in ("httponly", "samesite=strict", "secure", "path=/api", "max-age=3600"))
    csrf = signed_in.json()["csrf"]
    async with portal.anonymous() as client:
        client.cookies = signed_in.cookies
        me = (await client.get(SESSION)).json()
        assert (me["tenant"], me["companies"], me["csrf"]) == ("acme", [5], csrf)
        assert is_problem(await client.post(SESSION, headers={"X-CSRF-Token": csrf}), 401)


async def test_a_write_by_cookie_needs_the_csrf_token(portal: Portal) -> None:
    tenant = await portal.connected()
    async with portal.client(tenant) as client:
        signed_in, other = await client.post(SESSION), await client.post(SESSION)
    async with portal.anonymous() as client:
        client.cookies = signed_in.cookies
        assert (await client.get(HALO)).status_code == 200
        wrong: list[dict[str, str]] = [{}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": other.json()["csrf"]}]
        for headers in wrong:
            assert is_problem(await client.patch(HALO, json={"paused": True}, headers=headers), 403)
        right = {"X-CSRF-Token": signed_in.json()["csrf"]}
        assert (await client.patch(HALO, json={"paused": True}, headers=right)).status_code == 200
        out = await client.delete(SESSION, headers=right)
        assert out.status_code == 204
        assert "max-age=0" in out.headers["Set-Cookie"].lower()


async def test_paths_and_methods_that_are_not_there(portal: Portal) -> None:
    async with portal.client("acme") as client:
        for path in ("/", "/nope", "/api/v1/nope", "/api/v1/invoices", f"{HALO}/settings/invoices", "/docs"):
            assert is_problem(await client.get(path), 404)
        answer = await client.delete(SYNCS)
        assert is_problem(answer, 405)
        assert "POST" in answer.headers["Allow"]
        assert (await client.get("/openapi.json")).json()["info"]["title"] == "Halobus"


async def test_headers_on_every_answer(portal: Portal) -> None:
    async with portal.client("acme") as client:
        for answer in (await client.get(HALO), await client.get("/api/v1/nope"), await client.get(SYNCS + "/x")):
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert len(answer.headers["Trace-Id"]) == 32
            assert "access-control-allow-origin" not in answer.headers


async def test_an_unexpected_error_shows_nothing_but_its_trace(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: Any) -> None:
        raise RuntimeError("mongodb://user:password@10.0.0.1 is odd")

    monkeypatch.setattr("wizard_api.status.integration", broken)
    before = metrics.value(metrics.HTTP_REQUESTS, method="GET", route=HALO, status="500")
    async with portal.client("acme") as client:
        answer = await client.get(HALO)
    assert is_problem(answer, 500)
    assert "odd" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert metrics.value(metrics.HTTP_REQUESTS, method="GET", route=HALO, status="500") == before + 1


async def test_a_database_that_is_away_is_told_as_such(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_args: Any) -> None:
        raise OUTAGES[0]("mongodb-0:27017 connection closed")

    monkeypatch.setattr("wizard_api.status.integration", away)
    async with portal.client("acme") as client:
        answer = await client.get(HALO)
    assert is_problem(answer, 503)
    assert answer.headers["Retry-After"]
    assert "27017" not in answer.text


async def test_the_metrics_know_routes_and_no_paths(portal: Portal) -> None:
    async with portal.client("acme") as client:
        await client.get(f"{SYNCS}/needle")
        await client.get("/needle")
    assert metrics.value(metrics.HTTP_REQUESTS, method="GET", route=f"{SYNCS}/{{id}}", status="404")
    assert b"needle" not in metrics.exposition()


async def test_a_body_that_is_too_large_is_refused(portal: Portal) -> None:
    async with portal.client("acme") as client:
        answer = await client.put(f"{HALO}/connection", content=json.dumps({"url": "x" * 2_000_000}))
    assert is_problem(answer, 413)
