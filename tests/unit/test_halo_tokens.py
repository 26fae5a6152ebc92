"""Tokens: fetched once for all who wait, renewed in time, and what a token endpoint may answer instead."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from connector.halo.scopes import SCOPES
from support.scripted_halo import AT, SECRET, TOKEN, Halo, Handler, Time, client, failing


async def test_one_fetch_serves_all_who_wait() -> None:
    halo = Halo()
    one = client(halo)
    await asyncio.gather(*(one.get("Team") for _ in range(10)))
    assert (halo.count("/token"), halo.count("/Team")) == (1, 10)
    assert halo.requests[0].url == AT.token_url
    assert halo.scopes() == [list(SCOPES)]
    assert halo.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_token_is_renewed_a_minute_before_its_end() -> None:
    halo, time = Halo(), Time()
    one = client(halo, time)
    await one.get("Team")
    time.present += timedelta(seconds=3530)
    await one.get("Team")
    assert halo.count("/token") == 1
    time.present += timedelta(seconds=20)
    await one.get("Team")
    assert halo.count("/token") == 2


async def test_a_401_renews_the_token_once_even_for_many() -> None:
    issued = iter(["old", "new", "third"])
    halo = Halo(
        lambda request: httpx.Response(200 if request.headers["authorization"] == "Bearer new" else 401, json=[]),
        lambda _: httpx.Response(200, json={"access_token": next(issued), "expires_in": 3600}),
    )
    one = client(halo)
    await asyncio.gather(*(one.get("Team") for _ in range(4)))
    assert halo.count("/token") == 2


async def test_a_401_that_stays_is_told() -> None:
    halo = Halo(lambda _: httpx.Response(401, json={"Message": f"bad token {TOKEN}"}))
    error = await failing(halo)
    assert (error.kind, error.problem.halo) == ("credentials", "bad token [hidden]")
    assert (halo.count("/token"), halo.count("/Tickets")) == (2, 2)


def refusing(missing: set[str], text: str) -> Handler:
    """A token endpoint that refuses some scopes, in these words (``{scope}``: the first one)."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = parse_qs(request.content.decode())["scope"][0].split()
        refused = [scope for scope in asked if scope in missing]
        if refused:
            said = {"error": "invalid_scope", "error_description": text.format(scope=refused[0])}
            return httpx.Response(400, json=said)
        return httpx.Response(200, json={"access_token": TOKEN, "expires_in": 3600, "scope": " ".join(asked)})

    return answer


@pytest.mark.parametrize("text", ["Scope {scope} is not allowed", "no"])
@pytest.mark.parametrize("missing", [{"edit:assets"}, {"edit:sales", "read:invoices"}, {"read:customers"}])
async def test_missing_scopes_are_learned_once_and_left_out(missing: set[str], text: str) -> None:
    halo = Halo(token=refusing(missing, text))
    one = client(halo)
    granted = await one.tokens.granted()
    assert set(granted.missing) <= missing <= {*granted.missing, *granted.unknown}
    assert missing.isdisjoint(granted.asked)
    assert "all" not in {scope for scopes in halo.scopes() for scope in scopes}
    assert halo.count("/token") <= 15
    before = halo.count("/token")
    await one.tokens.value(refused=TOKEN)
    assert halo.count("/token") == before + 1


async def test_an_application_without_any_permission() -> None:
    error = await failing(Halo(token=refusing(set(SCOPES), "no")))
    assert error.problem.title == "The application has no permissions in Halo"


@pytest.mark.parametrize(
    ("answer", "kind", "title"),
    [
        (
            httpx.Response(401, json={"error": "invalid_client", "error_description": f"not {SECRET}"}),
            "credentials",
            None,
        ),
        (httpx.Response(400, json={"error": "invalid_client"}), "credentials", None),
        (httpx.Response(400, json={"error": "unauthorized_client"}), "setup", "wrong authentication method"),
        (httpx.Response(200, json={"token": TOKEN}), "address", "does not issue tokens"),
        (httpx.Response(200, json=[TOKEN]), "address", "does not issue tokens"),
        (httpx.Response(200, json={"access_token": f"{TOKEN}\nx"}), "address", "does not issue tokens"),
        (httpx.Response(200, text=f"<html>{TOKEN}"), "address", "does not issue tokens"),
        (httpx.Response(200, text='{"access_token": "' + TOKEN), "address", "does not issue tokens"),
        (httpx.Response(404, text="<html>"), "address", "does not issue tokens"),
        (httpx.Response(302, headers={"location": "https://login.example"}), "address", "leads to another address"),
        (httpx.Response(429, text="Rate Limit Reached"), "rate_limit", "request limit"),
        (httpx.Response(503, text="down"), "outage", "having trouble"),
    ],
)
async def test_token_endpoints(answer: httpx.Response, kind: str, title: str | None) -> None:
    error = await failing(Halo(token=lambda _: answer))
    assert error.kind == kind
    assert (title or "does not accept the Client ID") in error.problem.title


@pytest.mark.parametrize("expires", [None, "3600", "soon", -5, 0, 1e400, {}])
async def test_odd_lifetimes_do_not_fetch_a_token_for_every_request(expires: Any) -> None:
    body = {"access_token": TOKEN} | ({} if expires in (None, 1e400) else {"expires_in": expires})
    halo = Halo(token=lambda _: httpx.Response(200, json=body))
    one = client(halo)
    await one.get("Team")
    await one.get("Team")
    assert halo.count("/token") == 1
