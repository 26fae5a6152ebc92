"""The client and its tokens against a scripted Halo: what the simulator can't be made to do."""

import asyncio
import ssl
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from connector.halo import wire
from connector.halo.address import AllowedHosts
from connector.halo.client import HaloClient
from connector.halo.discovery import discover
from connector.halo.endpoints import Endpoints, Identity
from connector.halo.errors import HaloError
from connector.halo.scopes import SCOPES
from connector.halo.wire import Spend, Wire
from halobus import telemetry
from halobus.seal import Credential
from halobus.settings import Settings

SECRET = "the-client-secret"
TOKEN = "the-access-token"
HOME = "https://acme.halopsa.com"
AT = Endpoints(HOME, f"{HOME}/api", f"{HOME}/auth/token?tenant=acme", Identity("acme", None, "acme.halopsa.com"))
Handler = Callable[[httpx.Request], httpx.Response]


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.present = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.present

    async def sleep(self, seconds: float) -> None:
        self.present += timedelta(seconds=seconds)


class Halo:
    """A scripted Halo: answers tokens, and ``data`` for everything else."""

    def __init__(self, data: Handler | None = None, token: Handler | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self._data = data or (lambda _: httpx.Response(200, json=[]))
        self._token = token or (lambda _: httpx.Response(200, json={"access_token": TOKEN, "expires_in": 3600}))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await asyncio.sleep(0)
        return self._token(request) if request.url.path.endswith("/token") else self._data(request)

    def count(self, path: str) -> int:
        return sum(request.url.path.endswith(path) for request in self.requests)

    def scopes(self) -> list[list[str]]:
        forms = [parse_qs(one.content.decode()) for one in self.requests if one.url.path.endswith("/token")]
        return [form["scope"][0].split() for form in forms]


async def free(interactive: bool) -> None:
    """A budget without end."""


def client(halo: Halo, time: Time | None = None, spend: Spend = free) -> HaloClient:
    credential = Credential("t", "acme.halopsa.com", "an-id", SECRET)
    return HaloClient(AT, lambda: credential, lambda: httpx.MockTransport(halo.answer), spend, time or Time())


async def failing(halo: Halo) -> HaloError:
    """The error of a read, after a check that nothing secret is in it or behind it."""
    with pytest.raises(HaloError) as caught:
        await client(halo).get("Tickets")
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.problem.model_dump_json()
    context: BaseException | None = caught.value
    while context is not None:
        shown += str(context) + repr(context)
        context = context.__context__
    assert SECRET not in shown
    assert TOKEN not in shown
    return caught.value


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


async def test_every_request_waits_for_the_budget() -> None:
    spent: list[bool] = []

    async def spend(interactive: bool) -> None:
        spent.append(interactive)

    one = client(Halo(), spend=spend)
    await one.get("Team")
    await one.get("Team", interactive=True)
    assert spent == [True, False, True]


async def test_a_span_says_what_was_asked_but_not_what_for() -> None:
    exporter = InMemorySpanExporter()
    provider = telemetry.configure(
        "connector", Settings(kafka_bootstrap_servers="unused:9092", mongodb_uri="mongodb://none")
    )
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    await client(Halo()).get("Tickets/1001", {"search": "Jane Doe"})
    await failing(Halo(lambda _: httpx.Response(500)))
    token, read, *_, failed = exporter.get_finished_spans()
    assert (token.name, read.name, read.kind) == (
        "halo POST /token",
        "halo GET /Tickets/{id}",
        telemetry.SpanKind.CLIENT,
    )
    assert dict(read.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "acme.halopsa.com",
        "url.path": "/api/Tickets/1001",
    }
    assert (failed.attributes or {})["http.response.status_code"] == 500
    assert not [one for one in exporter.get_finished_spans() if "Jane" in one.to_json() or TOKEN in one.to_json()]


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


def raising(error: Exception, cause: Exception | None = None) -> Handler:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error from cause

    return answer


EXPIRED = ssl.SSLCertVerificationError(1, "certificate verify failed")
EXPIRED.verify_message = "certificate has expired"


@pytest.mark.parametrize(
    ("error", "cause", "title"),
    [
        (httpx.ConnectError("x"), EXPIRED, "Halo's certificate is not valid"),
        (httpx.ConnectError("x"), ssl.SSLError(1, "wrong version number"), "No secure connection to Halo's host"),
        (httpx.ConnectError("x"), ConnectionRefusedError(), "Halo's host refuses the connection"),
        (httpx.ConnectError("x"), OSError(113, "No route to host"), "Halo's host can't be reached"),
        (httpx.ConnectTimeout("x"), None, "Halo's host can't be reached"),
        (httpx.ReadTimeout("x"), None, "Halo did not answer in time"),
        (httpx.ReadError(f"Bearer {TOKEN}"), None, "The connection to Halo broke"),
        (httpx.RemoteProtocolError("x"), None, "The connection to Halo broke"),
        (httpx.LocalProtocolError(f"Illegal header value b'Bearer {TOKEN}'"), None, "The connection to Halo broke"),
    ],
)
async def test_no_answer(error: Exception, cause: Exception | None, title: str) -> None:
    found = await failing(Halo(raising(error, cause)))
    assert found.problem.title == title
    assert found.problem.remedy


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', "[" * 100_000, "9" * 5000, "\x00"])
async def test_answers_that_are_no_json(text: str) -> None:
    error = await failing(Halo(lambda _: httpx.Response(200, text=text)))
    assert error.problem.title == "Halo's answer was incomplete"


async def test_a_web_page_instead_of_data() -> None:
    error = await failing(Halo(lambda _: httpx.Response(200, text="<!DOCTYPE html><h1>Hello</h1>")))
    assert (error.kind, error.problem.halo) == ("address", "Hello")


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BODY_LIMIT", 1000)
    error = await failing(Halo(lambda _: httpx.Response(200, text="x" * 2000)))
    assert error.problem.title == "Halo answered something unexpected"


async def test_an_unparsable_date_is_none() -> None:
    reply = await client(Halo(lambda _: httpx.Response(200, json={}, headers={"date": "today"}))).get("x")
    assert reply.date is None


def discovering(answers: dict[str, httpx.Response]) -> Awaitable[Endpoints]:
    async def answer(request: httpx.Request) -> httpx.Response:
        return answers[request.url.path]

    async def run() -> Endpoints:
        async with Wire(free, Time(), lambda: httpx.MockTransport(answer)) as one:
            return await discover(one, HOME, AllowedHosts())

    return run()


@pytest.mark.parametrize(
    ("authinfo", "info", "token_url", "key"),
    [
        ({"auth_url": f"{HOME}/auth/", "tenant_id": "a b"}, {"dbid": 7}, f"{HOME}/auth/token?tenant=a+b", "a b/7"),
        ({"auth_url": "https://uk.halopsa.com/token?tenant=T1"}, {}, "https://uk.halopsa.com/token?tenant=T1", None),
        ({"auth_url": HOME}, {}, f"{HOME}/token", None),
        ({"auth_url": ["odd"], "tenant_id": None}, {"dbid": True}, f"{HOME}/auth/token", None),
        (None, {"auth_url": f"{HOME}/auth", "dbid": "d"}, f"{HOME}/auth/token", "d"),
        (None, None, f"{HOME}/auth/token", None),
    ],
)
async def test_discovery(authinfo: Any, info: Any, token_url: str, key: str | None) -> None:
    absent = httpx.Response(404, json={"Message": "Not Found"})
    found = await discovering(
        {
            "/api/authinfo": httpx.Response(200, json=authinfo) if authinfo is not None else absent,
            "/api/InstanceInfo": httpx.Response(200, json=info) if info is not None else absent,
        }
    )
    assert found.token_url == token_url
    assert found.identity.key == (key or "acme.halopsa.com")


async def test_a_website_that_is_no_halo() -> None:
    page = httpx.Response(404, text="<!DOCTYPE html><h1>Not here</h1>")
    with pytest.raises(HaloError) as caught:
        await discovering({"/api/authinfo": page, "/api/InstanceInfo": page})
    assert caught.value.problem.title == "This address does not answer as Halo's API"
